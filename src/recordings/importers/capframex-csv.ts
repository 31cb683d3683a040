/** CapFrameX's old form: lines of `//Key=Value` above a PresentMon table. */
import { FrameRows, isFrameHeader } from './frame-rows.js';
import type { Importer } from './importer.js';
import { presentmonTelemetry } from './presentmon.js';

/** The importer of CapFrameX's old form. */
export const capframexCsv: Importer = {
  format: 'capframex',
  isPerFrame: true,
  sniff: (head) => {
    const header = head.find((line) => !line.startsWith('//'));
    return /^\/\/[\w #()]+=/.test(head[0] ?? '') && header !== undefined && isFrameHeader(header);
  },
  open: (context) => new FrameRows(context, presentmonTelemetry),
};
