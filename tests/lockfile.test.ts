/** What `npm ci` on another system or an older Node would trip over. */
import { expect, test } from 'vitest';
import { readJson } from './helpers/checkout.js';
import { admits } from './helpers/engines.js';

interface LockedPackage {
  version?: string;
  optional?: boolean;
  devOptional?: boolean;
  engines?: { node?: string };
  optionalDependencies?: Record<string, string>;
}

const { packages } = readJson<{ packages: Record<string, LockedPackage> }>('package-lock.json');
const locked = Object.entries(packages);

/** Where Node would find `name` from the package that lies at `from`. */
function isFoundFrom(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

test('the build for every platform is locked, not only for the one the lock was made on', () => {
  const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isFoundFrom(path, name))
      .map((name) => `${path} names ${name}`),
  );
  expect(missing).toEqual([]);
});

test.each(['20.19.0', '22.12.0', '24.0.0'])(
  'every package that is always installed admits Node %s',
  (node) => {
    const refusing = locked
      .filter(([, { optional }]) => optional !== true)
      .filter(([, { engines }]) => !admits(engines?.node ?? '*', node))
      .map(([path, { engines }]) => `${path} wants ${engines?.node}`);
    expect(refusing).toEqual([]);
  },
);

test('the lock names no host, so that everyone installs from their own registry', () => {
  expect(locked.filter(([, entry]) => 'resolved' in entry).map(([path]) => path)).toEqual([]);
});
