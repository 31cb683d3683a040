/** Whether this Node can run the agent, by `engines` of package.json, the one place that says so. */
import { readFileSync } from 'node:fs';
import { inRoot } from './root.mjs';

/** Returns the sentence of refusal, or null when the running version is new enough. */
export function refuseNodeVersion(running = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const needed = engines.node.replace(/^>=\s*/, '');
  if (isAtLeast(running, needed)) return null;
  return `Node ${needed} or newer is needed, and this is Node ${running} (${process.execPath}).`;
}

function isAtLeast(version, needed) {
  const have = version.split('.').map((part) => Number.parseInt(part, 10));
  const want = needed.split('.').map((part) => Number.parseInt(part, 10));
  for (let i = 0; i < want.length; i++) {
    if (have[i] !== want[i]) return have[i] > want[i];
  }
  return true;
}
