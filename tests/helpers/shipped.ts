/** The shipped book and profiles, read from the project's own folders. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildBook } from '../../src/rules/book.js';
import { buildProfile, type ProfileFile } from '../../src/rules/profile.js';
import type { Profile } from '../../src/shapes/profile.js';
import type { Book, BookFile } from '../../src/shapes/rule.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

export function shippedProfileFiles(): ProfileFile[] {
  return readdirSync(`${root}profiles`)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({
      name: name.replace('.yaml', ''),
      path: `profiles/${name}`,
      text: readFileSync(`${root}profiles/${name}`, 'utf8'),
    }));
}

export function shippedProfile(name: string): Profile {
  const { profile, problems } = buildProfile(name, shippedProfileFiles());
  if (profile === null) throw new Error(JSON.stringify(problems));
  return profile;
}

export function shippedFiles(): BookFile[] {
  return readdirSync(`${root}rules`)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .sort()
    .map((name) => ({
      path: `rules/${name}`,
      folder: 0,
      text: readFileSync(`${root}rules/${name}`, 'utf8'),
    }));
}

/** The shipped book, with texts laid over it as the files of later folders. */
export function shippedBook(profile: Profile, ...overlays: string[]): Book {
  const over = overlays.map((text, i) => ({ path: `overlay-${i + 1}/own.yaml`, folder: i + 1, text }));
  const { book, problems } = buildBook([...shippedFiles(), ...over], profile);
  if (book === null) throw new Error(JSON.stringify(problems, null, 1));
  return book;
}
