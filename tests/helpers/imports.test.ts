import { expect, test } from 'vitest';
import { scanImports } from './imports.js';

test('finds static, type-only, dynamic and re-exporting imports with their lines', () => {
  const text = [
    'import { a,',
    "  b } from './a.js';",
    "import type { C } from './c.js';",
    "export * from './d.js';",
    "export type { E } from './e.js';",
    "import './f.js';",
    "const g = await import('./g.js');",
    "let h: typeof import('./h.js');",
  ].join('\n');
  expect(scanImports(text).map(({ from, line, kind }) => `${line} ${kind} ${from}`)).toEqual([
    '1 static ./a.js',
    '3 type ./c.js',
    '4 static ./d.js',
    '5 type ./e.js',
    '6 static ./f.js',
    '7 dynamic ./g.js',
    '8 type ./h.js',
  ]);
});

test('does not read comments, and is not led astray by strings that look like them', () => {
  const text = [
    "// import { a } from './a.js';",
    "/* import('./b.js') */",
    "const url = 'http://example.org'; // import('./c.js')",
    "const d = await import('./d.js');",
  ].join('\n');
  expect(scanImports(text).map(({ from }) => from)).toEqual(['./d.js']);
});
