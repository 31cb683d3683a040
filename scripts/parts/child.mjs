/** Child processes that end with this one. */
import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Runs a command in the checkout and resolves with its exit code; a child ended by a signal counts as 1.
 * Its standard output goes to our standard error unless `stdio` says otherwise: `npm start -- --json` must
 * print nothing but JSON.
 */
export function runChild(command, args, { env = {}, stdio = ['ignore', 2, 2], shell = false, started } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio, shell });
    const stops = Object.entries(SIGNALS).map(([signal, code]) => {
      const stop = () => {
        child.kill(signal);
        process.exit(code);
      };
      process.once(signal, stop);
      return () => process.removeListener(signal, stop);
    });
    const release = () => {
      for (const stop of stops) stop();
    };
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('exit', (code) => {
      release();
      resolve(code ?? 1);
    });
    started?.(child);
  });
}

/** Runs a script with this very Node, which needs no shell and no executable bit on any system. */
export function runNode(script, args = [], options = {}) {
  return runChild(process.execPath, [script, ...args], options);
}
