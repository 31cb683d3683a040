/**
 * Stamps say from what the installed packages and dist/ were made. Each is written last, so a set-up that was
 * killed half way leaves none and is done again. Contents are compared, not times: git sets times as it likes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE, DIST, inRoot } from './root.mjs';

const INSTALLED = join(CACHE, 'installed');
const BUILT = join(DIST, '.built-from');

/** What the build reads. The lock is in it because another compiler may write other output. */
const BUILD_INPUTS = [
  'src',
  'examples',
  'bench',
  'schemas',
  'tsconfig.base.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'package-lock.json',
];

export function isInstalled() {
  return readStamp(INSTALLED) === hashOfLock();
}

export function markInstalled() {
  writeStamp(INSTALLED, hashOfLock());
}

export function isBuilt() {
  return readStamp(BUILT) === hashOfSources();
}

/** `hash` is taken before the build, so that a file saved during it is built next time. */
export function markBuilt(hash) {
  writeStamp(BUILT, hash);
}

export function hashOfSources() {
  const hash = createHash('sha256');
  for (const input of BUILD_INPUTS) addPath(hash, input);
  return hash.digest('hex');
}

/** The platform is in it because a folder shared between two systems holds one system's binaries. */
function hashOfLock() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  addPath(hash, 'package-lock.json');
  return hash.digest('hex');
}

function addPath(hash, path) {
  const file = inRoot(path);
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) {
    for (const name of readdirSync(file).sort()) {
      // Editors keep their swap and backup files beside the source.
      if (!name.startsWith('.') && !name.endsWith('~')) addPath(hash, `${path}/${name}`);
    }
    return;
  }
  const content = readFileSync(file);
  hash.update(`${path} ${content.length}\n`).update(content);
}

function readStamp(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function writeStamp(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
