/** npm runs this after an install in the checkout and before it packs. */
import { runNode } from './parts/child.mjs';
import { canBuild, inRoot } from './parts/root.mjs';
import { markInstalled } from './parts/stamps.mjs';

// setup.mjs, which runs `npm ci`, builds by itself afterwards.
if (process.env.EVENKEEL_SETUP !== '1') {
  if (canBuild()) {
    const code = await runNode(inRoot('scripts/build.mjs'));
    if (code !== 0) process.exit(code);
    markInstalled();
  } else {
    process.stderr.write('evenkeel: build skipped, the development packages are not installed\n');
  }
}
