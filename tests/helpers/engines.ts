/** As much of npm's range language as `engines` fields use: `>=`, `>`, `<`, `<=`, `^`, `~`, `x`, `-`, `||`. */

type Version = [major: number, minor: number, patch: number];

export function admits(range: string, version: string): boolean {
  const wanted = toVersion(version);
  return range.split('||').some((part) => holdsAll(part, wanted));
}

function holdsAll(part: string, version: Version): boolean {
  const text = part
    .trim()
    .replace(/^(\S+)\s+-\s+(\S+)$/, '>=$1 <=$2')
    .replace(/([<>=^~]+)\s+/g, '$1');
  if (text === '' || text === '*') return true;
  return text.split(/\s+/).every((comparator) => holds(comparator, version));
}

function holds(comparator: string, version: Version): boolean {
  const match = /^(>=|<=|>|<|=|\^|~)?v?(.+)$/.exec(comparator);
  if (match === null) throw new Error(`not understood: ${comparator}`);
  const [, operator = '=', text = ''] = match;
  const bound = toVersion(text);
  const order = compare(version, bound);
  const parts = text.split('.').filter((part) => /^\d+$/.test(part)).length;
  if (operator === '>=') return order >= 0;
  if (operator === '>') return order > 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '^') return order >= 0 && version[0] === bound[0];
  // `~1.2` and a bare `1.2` are any patch of it, `1` any minor.
  const kept = operator === '~' ? Math.min(parts, 2) : parts;
  return order >= 0 && version.slice(0, kept).every((part, i) => part === bound[i]);
}

function toVersion(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
