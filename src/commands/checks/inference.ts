/** The inference runtime of the demo bot: tried in a process of its own, for it is native code. */
import { fileURLToPath } from 'node:url';
import { type Check, fine } from './check.js';
import { runProgram } from './run-program.js';

const PACKAGE_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Prints the execution providers it was built with; whether the machine has what they need is another matter. */
const PROBE = `
  const { default: runtime } = await import('onnxruntime-node');
  console.log(runtime.listSupportedBackends().map(({ name }) => name).join(', '));
`;

/** Whether onnxruntime-node loads and which providers it was built with; only the demo bot needs it. */
export async function checkInference(isNeeded: boolean): Promise<Check> {
  const args = ['--input-type=module', '--eval', PROBE];
  const { ok, text } = await runProgram(process.execPath, args, { cwd: PACKAGE_ROOT });
  if (ok) return fine('onnxruntime-node', `loads; built with ${text}`);
  const [reason = ''] = text.split('\n').filter((line) => /Error/.test(line));
  return {
    name: 'onnxruntime-node',
    ok: !isNeeded,
    found: `does not load: ${reason.slice(0, 300)}`,
    remedy: 'install it again with npm; only the demo bot needs it',
  };
}
