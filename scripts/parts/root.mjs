/** The folder of the checkout, and where what is made in it is kept. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const DIST = join(ROOT, 'dist');
/** Inside node_modules on purpose: it goes when the packages go, and git ignores it. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'evenkeel');

/** Where a path of the checkout is, written with `/`. */
export function inRoot(path) {
  return join(ROOT, ...path.split('/'));
}

/** True in a checkout with sources; an installed package has none and needs no set-up. */
export function isCheckout() {
  return existsSync(inRoot('src')) && existsSync(inRoot('package-lock.json'));
}

/** True when the packages that build are installed, false after `npm ci --omit=dev`. */
export function canBuild() {
  return existsSync(inRoot('node_modules/typescript/bin/tsc'));
}
