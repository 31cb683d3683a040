import { type Check, fine } from './check.js';

/** The oldest Node that package.json allows. */
const OLDEST = [20, 19] as const;

/** Whether this Node runs the agent; `version` is `process.versions.node`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNew) return fine('node', version);
  return { name: 'node', ok: false, found: version, remedy: `install Node ${OLDEST.join('.')} or newer` };
}
