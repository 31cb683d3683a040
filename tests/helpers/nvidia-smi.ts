/** The stand-in for nvidia-smi in a temporary folder, with what it tells. */
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SmiProgram } from '../../src/gpu/smi/program.js';
import { ROOT } from './checkout.js';

/** Texts of one card by column, as nvidia-smi writes them. */
export type SmiCardTexts = { uuid: string } & Record<string, string | readonly string[]>;

/** What the stand-in says. */
export interface SmiState {
  cards: SmiCardTexts[];
  /** Fields that it knows; all unless given. */
  known?: string[];
  /** Fields that it does not know. */
  unknown?: string[];
  /** It ends with this code and these words instead of telling anything. */
  exit?: { code: number; text: string };
  /** It neither tells anything nor ends, from the start. */
  silent?: boolean;
  /** It stops telling, in the middle. */
  hung?: boolean;
  /** Comes before every instant. */
  garbage?: string;
  /** Settings are refused as to somebody without rights. */
  refuses?: boolean;
}

const PROGRAM = join(ROOT, 'tests', 'fixtures', 'nvidia-smi', 'nvidia-smi.mjs');

/** An RTX 4090 under load, as `nvidia-smi --format=csv,noheader,nounits` of driver 550 tells it. */
export const RTX_4090: SmiCardTexts = {
  name: 'NVIDIA GeForce RTX 4090',
  uuid: 'GPU-8f1e2d3c-0000-4a5b-9c6d-000000004090',
  driver_version: '550.90.07',
  'pci.bus_id': '00000000:01:00.0',
  'pci.device_id': '0x268410DE',
  'utilization.gpu': '37',
  'utilization.memory': '12',
  'utilization.encoder': '0',
  'utilization.decoder': '0',
  'memory.total': '24564',
  'memory.used': '6141',
  'temperature.gpu': '61',
  'temperature.gpu.tlimit': '22',
  'temperature.memory': 'N/A',
  'power.draw': '212.41',
  'enforced.power.limit': '450.00',
  'power.limit': '450.00',
  'power.default_limit': '450.00',
  'power.min_limit': '150.00',
  'power.max_limit': '600.00',
  'clocks.gr': '2520',
  'clocks.sm': '2520',
  'clocks.mem': '10251',
  'clocks.video': '1980',
  'clocks.max.gr': '3120',
  'clocks_event_reasons.active': '0x0000000000000000',
  'clocks_throttle_reasons.active': '0x0000000000000000',
  'fan.speed': '41',
  pstate: 'P2',
  supportedClocks: ['3120', '2520', '1530', '210'],
};

/** A second card of another kind. */
export const RTX_3060: SmiCardTexts = {
  ...RTX_4090,
  name: 'NVIDIA GeForce RTX 3060',
  uuid: 'GPU-8f1e2d3c-0000-4a5b-9c6d-000000003060',
  'pci.bus_id': '00000000:02:00.0',
  'pci.device_id': '0x250310DE',
  'temperature.gpu': '44',
  'temperature.gpu.tlimit': '[N/A]',
};

/** One stand-in. */
export interface StandInSmi {
  program: SmiProgram;
  /** A folder with a launcher called nvidia-smi, for PATH; not on Windows, where a launcher would be a .exe. */
  folder: string;
  read(): SmiState;
  write(state: SmiState): void;
  /** The arguments of every start so far. */
  starts(): string[];
  remove(): void;
}

/** Makes a stand-in that says `state`; `remove` takes it away again. */
export function standInSmi(state: SmiState = { cards: [RTX_4090] }): StandInSmi {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-smi-'));
  const file = join(folder, 'state.json');
  const write = (next: SmiState): void => {
    // Renamed into place: the stand-in never reads half a file.
    writeFileSync(`${file}.new`, JSON.stringify(next));
    renameSync(`${file}.new`, file);
  };
  write(state);
  const launcher = join(folder, 'nvidia-smi');
  writeFileSync(launcher, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "${file}" "$@"\n`);
  chmodSync(launcher, 0o755);
  return {
    program: { file: process.execPath, args: [PROGRAM, file] },
    folder,
    read: () => JSON.parse(readFileSync(file, 'utf8')) as SmiState,
    write,
    starts: () => readLines(`${file}.log`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
