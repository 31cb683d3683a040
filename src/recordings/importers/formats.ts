/** The formats that are known, in the order in which they are tried; no log is claimed by two of them. */
import { afterburner } from './afterburner.js';
import { capframexCsv } from './capframex-csv.js';
import { capframexJson } from './capframex-json.js';
import { evenkeelFrames, evenkeelTable } from './evenkeel-table.js';
import { frameview } from './frameview.js';
import { gpuZ } from './gpu-z.js';
import { hwinfo } from './hwinfo.js';
import type { Importer } from './importer.js';
import { mangohud } from './mangohud.js';
import { nvidiaSmiCsv } from './nvidia-smi-csv.js';
import { nvidiaSmiDmon } from './nvidia-smi-dmon.js';
import { nvidiaSmiTable } from './nvidia-smi-table.js';
import { presentmon } from './presentmon.js';

/** Every importer that finds its logs by itself. */
export const IMPORTERS: readonly Importer[] = [
  evenkeelTable,
  evenkeelFrames,
  mangohud,
  nvidiaSmiDmon,
  afterburner,
  gpuZ,
  hwinfo,
  capframexCsv,
  frameview,
  presentmon,
  nvidiaSmiCsv,
  nvidiaSmiTable,
  capframexJson,
];

/** The importer for a log that begins with these lines; null when nobody knows it. */
export function sniffImporter(head: readonly string[]): Importer | null {
  const lines = head.map((line) => line.trimEnd()).filter((line) => line !== '');
  return IMPORTERS.find((importer) => importer.sniff(lines)) ?? null;
}
