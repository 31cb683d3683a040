/** Writes JSON as the project's own files are written: what fits a line stands on one, all else a line each. */

/** As wide as the formatter lets a line be. */
const WIDTH = 110;

/** The text of `value` with two spaces a level, ending in a line break. */
export function jsonText(value) {
  return `${textOf(value, 0, 0)}\n`;
}

/** `before` is the width of what stands before the value on its line. */
function textOf(value, depth, before) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const flat = flatText(value);
  if (depth > 0 && before + flat.length < WIDTH) return flat;
  const pad = '  '.repeat(depth + 1);
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([key, one]) => {
    const name = isList ? '' : `${JSON.stringify(key)}: `;
    return `${pad}${name}${textOf(one, depth + 1, pad.length + name.length)}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  if (entries.length === 0) return `${open}${close}`;
  return `${open}\n${entries.join(',\n')}\n${'  '.repeat(depth)}${close}`;
}

function flatText(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`;
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${flatText(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
