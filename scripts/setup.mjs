/**
 * Makes a fresh or changed checkout ready: installs the locked packages and builds, each only when needed.
 * npm runs it before `npm start` and `npm test`, bin/evenkeel.js before the agent. It writes to stderr only.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runNode } from './parts/child.mjs';
import { refuseNodeVersion } from './parts/node-version.mjs';
import { runNpm } from './parts/npm.mjs';
import { inRoot, isCheckout } from './parts/root.mjs';
import { withSetupLock } from './parts/setup-lock.mjs';
import { isBuilt, isInstalled, markInstalled } from './parts/stamps.mjs';

/**
 * `--include=dev` because NODE_ENV=production would leave the compiler out; `--loglevel` because
 * `npm start --silent` would silence what went wrong as well; `--ignore-scripts` because npm 10 does not know
 * `allowScripts` of package.json, and no locked package needs its script.
 */
const NPM_CI = [
  'ci',
  '--include=dev',
  '--loglevel=error',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-progress',
];

/** ONNX Runtime's script would fetch a GPU build of several hundred MB; `prepare` would build a second time. */
const NPM_ENV = { ONNXRUNTIME_NODE_INSTALL: 'skip', EVENKEEL_SETUP: '1' };

/** Returns when the checkout is ready; where it cannot be made so, says why and exits 2. */
export async function setUp() {
  const refusal = refuseNodeVersion();
  if (refusal !== null) fail(refusal);
  if (!isCheckout() || (isInstalled() && isBuilt())) return;
  try {
    await withSetupLock(installAndBuild, say);
  } catch (error) {
    fail(`the set-up could not be done: ${error.message}`);
  }
}

async function installAndBuild(started) {
  if (!isInstalled()) {
    say('installing the locked packages (npm ci), once');
    const code = await runNpm(NPM_CI, { env: NPM_ENV, started });
    if (code !== 0) fail(`npm ci ended with exit code ${code}; what it said is above.`);
    markInstalled();
  }
  if (!isBuilt()) {
    say('building');
    const code = await runNode(inRoot('scripts/build.mjs'), [], { started });
    if (code !== 0) fail('the build failed; what the compiler said is above.');
  }
}

function say(text) {
  process.stderr.write(`evenkeel: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(2);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await setUp();
}
