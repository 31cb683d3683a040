/** Other programs, asked something short. */
import { execFile } from 'node:child_process';

/** Longest wait in ms; asking a card without persistence mode takes 1.5 s. */
const TIMEOUT_MS = 15_000;

/** What the program prints; `ok` is false with the reason when it is not there, fails or takes too long. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { cwd?: string } = {},
): Promise<{ ok: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { ...options, timeout: TIMEOUT_MS, windowsHide: true }, (error, stdout, stderr) =>
      resolve({ ok: error === null, text: (error === null ? stdout : stderr || error.message).trim() }),
    );
  });
}
