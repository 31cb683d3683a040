/** PresentMon 1 and 2, and OCAT, which logs in its form. */
import { type ColumnName, type FactNames, findColumns } from './columns.js';
import { FrameRows, isFrameHeader, type Telemetry } from './frame-rows.js';
import type { Importer } from './importer.js';
import { findFlags } from './limited-by.js';

/** What the capture application adds where it is asked to. */
const FACTS: FactNames = {
  'gpu.powerW': ['gpupower'],
  'gpu.temperatureC': ['gputemperature'],
  'gpu.graphicsClockMhz': ['gpufrequency'],
  'gpu.smClockMhz': ['gpufrequency'],
  'gpu.utilizationPercent': ['gpuutilization'],
  'system.cpuPercent': ['cpuutilization'],
  'system.cpuTemperatureC': ['cputemperature'],
};

/** The columns of PresentMon that are not of frames. */
export function presentmonTelemetry(columns: readonly ColumnName[]): Telemetry {
  return {
    numbers: findColumns(columns, FACTS),
    flags: findFlags(columns, { gpupowerlimited: 'power', gputemperaturelimited: 'thermal' }),
  };
}

/** The importer of PresentMon and OCAT. */
export const presentmon: Importer = {
  format: 'presentmon',
  isPerFrame: true,
  sniff: ([first = '']) =>
    /^\s*Application\s*,/i.test(first) && isFrameHeader(first) && !/,\s*GPU0Temp\(C\)/i.test(first),
  open: (context) => new FrameRows(context, presentmonTelemetry),
};
