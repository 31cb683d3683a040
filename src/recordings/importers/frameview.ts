/** NVIDIA's FrameView: frames with the card's figures beside each. */
import { type ColumnName, type FactNames, findColumns } from './columns.js';
import { FrameRows, isFrameHeader, type Telemetry } from './frame-rows.js';
import type { Importer } from './importer.js';

const cardFacts = (card: number): FactNames => ({
  'gpu.temperatureC': [`gpu${card}temp`],
  'gpu.utilizationPercent': [`gpu${card}util`],
  'gpu.graphicsClockMhz': [`gpu${card}clk`],
  'gpu.smClockMhz': [`gpu${card}clk`],
  'gpu.memoryClockMhz': [`gpu${card}memclk`],
});
/**
 * The board's draw; `GPUOnlyPwr` is the chip's. No column says of which card it is, so it is the first one's. The columns
 * of both makers are there, and those of the other one are `NA`: what a row tells in the last of these counts.
 */
const POWERS: readonly FactNames[] = [{ 'gpu.powerW': ['amdpwr(api)'] }, { 'gpu.powerW': ['nvpwr(api)'] }];
/** Of a meter between board and mains, which few have. */
const METER: FactNames = { 'gpu.powerW': ['pcatpowertotal'] };
const REST: FactNames = {
  'system.cpuPercent': ['cpuutil'],
  'system.cpuTemperatureC': ['cpupackagetemp'],
};

function telemetry(columns: readonly ColumnName[]): Telemetry {
  const powers = POWERS.flatMap((names) => findColumns(columns, names));
  return {
    numbers: [
      ...findColumns(columns, cardFacts(0)),
      ...findColumns(columns, cardFacts(1), 1),
      ...(powers.length > 0 ? powers : findColumns(columns, METER)),
      ...findColumns(columns, REST),
    ],
    flags: [],
  };
}

/** The importer of FrameView's per-frame log. */
export const frameview: Importer = {
  format: 'frameview',
  isPerFrame: true,
  sniff: ([first = '']) => isFrameHeader(first) && /,\s*GPU0Temp\(C\)/i.test(first),
  open: (context) => new FrameRows(context, telemetry),
};
