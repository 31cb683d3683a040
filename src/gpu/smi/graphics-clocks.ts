/** The clocks that a card can be held to, by one short run of nvidia-smi. */
import { execFile } from 'node:child_process';
import type { SmiProgram } from './program.js';

/** Longest wait for the answer, in ms; a card without persistence mode takes 1.5 s to wake. */
const TIMEOUT_MS = 15_000;

/** The graphics clocks in MHz that a card has, the lowest first; none where it does not tell them. Never throws. */
export function readGraphicsClocks({ file, args = [] }: SmiProgram, uuid: string): Promise<number[]> {
  const query = ['-i', uuid, '--query-supported-clocks=gr', '--format=csv,noheader,nounits'];
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    execFile(file, [...args, ...query], options, (error, stdout) => {
      resolve(error === null ? clocksOf(stdout) : []);
    });
  });
}

function clocksOf(text: string): number[] {
  const clocks = text.split(/\r?\n/).map((line) => (/^\d+$/.test(line.trim()) ? Number(line) : 0));
  return [...new Set(clocks)].filter((mhz) => mhz > 0).sort((a, b) => a - b);
}
