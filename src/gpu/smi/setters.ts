/** nvidia-smi as a writer: one short run for each setting, its exit code and its words. The driver checks rights and range. */
import { execFile } from 'node:child_process';
import type { SmiProgram } from './program.js';

/** How a run of nvidia-smi ended. */
export interface SmiRun {
  /** Its exit code, those of NVML's return codes among them (4: no permission); null when it did not end by itself. */
  code: number | null;
  /** What it said, or why it could not be run. */
  text: string;
}

/** Longest wait for a setting, in ms; a card without persistence mode takes 1.5 s to wake. */
const TIMEOUT_MS = 15_000;

/** Sets the power limit of a card to whole watts. */
export function setPowerLimit(program: SmiProgram, uuid: string, watts: number): Promise<SmiRun> {
  return runSmi(program, ['-i', uuid, '-pl', String(Math.round(watts))]);
}

/** Keeps the graphics clock of a card between two speeds in MHz. */
export function lockGraphicsClocks(
  program: SmiProgram,
  uuid: string,
  [minMhz, maxMhz]: readonly [number, number],
): Promise<SmiRun> {
  return runSmi(program, ['-i', uuid, '-lgc', `${Math.round(minMhz)},${Math.round(maxMhz)}`]);
}

/** Takes the bounds of the graphics clock away. */
export function resetGraphicsClocks(program: SmiProgram, uuid: string): Promise<SmiRun> {
  return runSmi(program, ['-i', uuid, '-rgc']);
}

/** Sets the temperature in whole °C that the card aims at. */
export function setTargetTemperature(program: SmiProgram, uuid: string, celsius: number): Promise<SmiRun> {
  return runSmi(program, ['-i', uuid, '-gtt', String(Math.round(celsius))]);
}

/** The graphics clocks in MHz that a card has, the lowest first; none where it does not tell them. */
export async function readGraphicsClocks(program: SmiProgram, uuid: string): Promise<number[]> {
  const query = ['--query-supported-clocks=gr', '--format=csv,noheader,nounits'];
  const { code, text } = await runSmi(program, ['-i', uuid, ...query]);
  if (code !== 0) return [];
  const clocks = text.split(/\r?\n/).map((line) => (/^\d+$/.test(line.trim()) ? Number(line) : 0));
  return [...new Set(clocks)].filter((mhz) => mhz > 0).sort((a, b) => a - b);
}

/** Runs the program once. Never throws: a program that is not there is a run with no code. */
export function runSmi({ file, args = [] }: SmiProgram, rest: readonly string[]): Promise<SmiRun> {
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    execFile(file, [...args, ...rest], options, (error, stdout, stderr) => {
      const said = `${stdout}\n${stderr}`.trim();
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, text: said });
      else
        resolve({
          code: null,
          text: error?.killed === true ? `no answer in ${TIMEOUT_MS / 1000} s` : (error?.message ?? said),
        });
    });
  });
}
