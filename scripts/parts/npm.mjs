/** How to start npm without a shell: on Windows `npm` is a .cmd file, which Node does not spawn. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runChild, runNode } from './child.mjs';

/** Runs npm in the checkout and resolves with its exit code. */
export function runNpm(args, options) {
  const script = findNpmScript();
  if (script !== null) return runNode(script, args, options);
  if (process.platform !== 'win32') return runChild('npm', args, options);
  // The arguments are constants of setup.mjs, so nothing in them needs quoting.
  return runChild(`npm.cmd ${args.join(' ')}`, [], { ...options, shell: true });
}

/**
 * npm-cli.js of the npm that started us, else of the one beside this Node, else null. Under npx the variable
 * may name npx-cli.js, its neighbour; under pnpm and yarn it names neither.
 */
export function findNpmScript(execPath = process.execPath, npmExecPath = process.env.npm_execpath) {
  const bin = dirname(execPath);
  const candidates = [
    ...(npmExecPath !== undefined && /^np[mx]-cli\.js$/.test(basename(npmExecPath))
      ? [join(dirname(npmExecPath), 'npm-cli.js')]
      : []),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  return candidates.find((file) => existsSync(file)) ?? null;
}
