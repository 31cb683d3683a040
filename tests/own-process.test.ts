/** What would be felt by other files of the same process is done by those alone that have one of their own. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readText } from './helpers/checkout.js';
import { OWN_PROCESS } from './helpers/own-process.js';

/** A library loaded or named for good, a variable of the environment, a module in another's place. */
const LASTS =
  /\b(?:openLibrary|openNvmlSetters|loadHere)\(|\bprocess\.env\.\w+ = |\bvi\.(?:doMock|mock|stubEnv)\(/;

test('a file that leaves something behind in its process has it for itself', () => {
  const files = readdirSync(join(ROOT, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `tests/${name.replaceAll('\\', '/')}`)
    .filter((name) => name !== 'tests/own-process.test.ts');
  const leaving = files.filter((name) => LASTS.test(readText(name)));
  expect(leaving.sort()).toEqual(OWN_PROCESS);
});
