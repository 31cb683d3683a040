/** Holds the documents to the code. */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ERRORS } from '../src/errors.js';
import { ROUTES } from '../src/server/route-table.js';
import { filesBelow, ROOT, readJson, readText } from './helpers/checkout.js';

const pages = filesBelow('', (path) => path.endsWith('.md'));

/** The cells of every table row of a page whose first cell is in backticks, which are taken off. */
function rowsOf(page: string): string[][] {
  return readText(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
}

test('the page of errors tells every error of the table, and no other', () => {
  const told = rowsOf('docs/errors.md').map(([code, exit, status, means]) => [code, exit, status, means]);
  const table = Object.entries(ERRORS).map(([code, { exit, status, means }]) => [
    code,
    String(exit),
    String(status),
    means,
  ]);
  expect(told).toEqual(table);
});

test('the page of the HTTP API tells every path, who may ask and what it does', () => {
  const who = { read: 'anyone', write: 'token' };
  const told = ROUTES.map(({ method, path, access, summary }) => [`${method} ${path}`, who[access], summary]);
  expect(rowsOf('docs/http.md')).toEqual(told);
});

test('the page of dependencies has a row for every package we name, and no other', () => {
  interface Manifest {
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  }
  const { dependencies, optionalDependencies, devDependencies } = readJson<Manifest>('package.json');
  const named = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
  const told = rowsOf('docs/dependencies.md').map(([name]) => name);
  expect(told.sort()).toEqual(named.sort());
});

test.each(pages)('every link of %s leads to something in the checkout', (page) => {
  const links = [...readText(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
    (match) => match[1] ?? '',
  );
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('the rule file of the readme is of the schema', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readText('README.md')) ?? [];
  const validate = new Ajv({ strict: false }).compile(readJson<object>('schemas/rules.schema.json'));
  validate(parse(text));
  expect(validate.errors).toBeNull();
});

/** Anchors as GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  return [...readText(page).matchAll(/^#+ +(.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
