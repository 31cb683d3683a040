/** Finds a Python that the Python client supports. */
import { spawnSync } from 'node:child_process';

/** The oldest version that the client runs on (clients/python/pyproject.toml). */
const OLDEST = [3, 9];

/** Names it is started by: `py` is the launcher of Python's own installer for Windows. */
const COMMANDS = {
  win32: [['py', '-3'], ['python'], ['python3']],
  other: [['python3'], ['python']],
};

const SAY_VERSION = 'import sys; print(".".join(map(str, sys.version_info[:3])))';

/**
 * `{ command, args, version }` of the first that answers, `EVENKEEL_PYTHON` alone where that is set; or `{ why }`, the
 * sentence that says what was tried.
 */
export function findPython(env = process.env, platform = process.platform) {
  const said = env.EVENKEEL_PYTHON;
  const commands = said ? [[said]] : (COMMANDS[platform] ?? COMMANDS.other);
  const tried = [];
  for (const [command, ...args] of commands) {
    const { status, stdout } = spawnSync(command, [...args, '-c', SAY_VERSION], { encoding: 'utf8', env });
    const version = status === 0 ? stdout.trim() : null;
    if (version !== null && isNewEnough(version)) return { command, args, version };
    tried.push(version === null ? command : `${command}, which is ${version}`);
  }
  return { why: `no Python ${OLDEST.join('.')} or newer was found (tried ${tried.join('; ')})` };
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
