/** A small scanner of import statements; our own code is uniform enough that it needs no parser. */

export interface ImportStatement {
  /** What stands between the quotes. */
  from: string;
  line: number;
  kind: 'static' | 'type' | 'dynamic';
}

const FROM = /^[ \t]*(import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?(['"])([^'"\n]+)\3/gm;
const DYNAMIC = /\bimport\(\s*(['"])([^'"\n]+)\1\s*\)/g;

/** All imports and re-exports of a file; what stands in comments does not count. */
export function scanImports(text: string): ImportStatement[] {
  const code = blankComments(text);
  const lineOf = (index: number): number => code.slice(0, index).split('\n').length;
  const found: ImportStatement[] = [];
  for (const match of code.matchAll(FROM)) {
    const kind = match[2] === undefined ? 'static' : 'type';
    found.push({ from: match[4] ?? '', line: lineOf(match.index), kind });
  }
  for (const match of code.matchAll(DYNAMIC)) {
    // `typeof import('…')` and `import('…').Name` in a type are erased.
    const isType = /typeof\s*$/.test(code.slice(0, match.index));
    found.push({ from: match[2] ?? '', line: lineOf(match.index), kind: isType ? 'type' : 'dynamic' });
  }
  return found;
}

/** Comments become spaces, so that lines and columns stay; strings that hold `//` are left alone. */
export function blankComments(text: string): string {
  return text.replace(
    /(['"`])(?:\\[\s\S]|(?!\1)[^\\\n]|(?<=`[^`]*)\n)*?\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (match) => (match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match),
  );
}
