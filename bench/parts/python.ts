/** Finds a Python that the Python client supports. */
import { spawnSync } from 'node:child_process';

/** The oldest version that the client runs on (clients/python/pyproject.toml). */
const OLDEST: readonly [major: number, minor: number] = [3, 9];

/** Names it is started by; `py` is the launcher of Python's own installer for Windows. */
const COMMANDS: Readonly<Record<string, readonly (readonly [command: string, ...args: string[]])[]>> = {
  win32: [['py', '-3'], ['python'], ['python3']],
  other: [['python3'], ['python']],
};

const SAY_VERSION = 'import sys; print(".".join(map(str, sys.version_info[:3])))';

/** How it is started, and its version as `3.11.7`. */
export interface Python {
  command: string;
  args: string[];
  version: string;
}

/**
 * The first that answers and is 3.9 or newer; EVENKEEL_PYTHON alone where that is set. Else the sentence that says what
 * was tried.
 */
export function findPython(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): Python | string {
  const said = env.EVENKEEL_PYTHON;
  const commands = said ? [[said] as const] : (COMMANDS[platform] ?? COMMANDS.other ?? []);
  const tried: string[] = [];
  for (const [command, ...args] of commands) {
    const { status, stdout } = spawnSync(command, [...args, '-c', SAY_VERSION], { encoding: 'utf8', env });
    const version = status === 0 ? stdout.trim() : '';
    if (isNewEnough(version)) return { command, args, version };
    tried.push(version === '' ? command : `${command}, which is ${version}`);
  }
  return `no Python ${OLDEST.join('.')} or newer was found (tried ${tried.join('; ')})`;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
