/** What stands in a cell: a text, or one of the ways in which nvidia-smi says that it has none. */

/** The text of a cell, or why there is none and whether there ever will be. */
export type Cell = { text: string } | { quality: 'missing' | 'unsupported'; why: string };

/** Marks that hold for the whole run, without their brackets, in small letters. */
const NEVER: Readonly<Record<string, string>> = {
  'n/a': 'this card or its driver does not tell it',
  'not supported': 'this card or its driver does not tell it',
  'function not found': 'this driver is too old to tell it',
  'insufficient permissions': 'this user may not read it; ask an administrator of this machine',
};

/** Marks of a failure that may pass. */
const NOT_NOW = /^(\[.*\]|err!|unknown error|gpu is lost|gpu requires reset|nan|-)$/i;

/** Reads a cell of a row; undefined for a column that was not told. */
export function readCell(text: string | undefined): Cell {
  if (text === undefined || text === '') return { quality: 'missing', why: 'nvidia-smi left it empty' };
  const never = NEVER[text.replace(/^\[|\]$/g, '').toLowerCase()];
  if (never !== undefined) return { quality: 'unsupported', why: `nvidia-smi says "${text}": ${never}` };
  if (NOT_NOW.test(text))
    return { quality: 'missing', why: `nvidia-smi says "${text}": the card did not answer` };
  return { text };
}

/** The number of a cell; a unit behind it is let stand, because some versions write one all the same. */
export function readNumber(text: string): number | null {
  const number = /^(-?\d+(?:\.\d+)?)(?: ?[^\d\s.,]\S*)?$/.exec(text)?.[1];
  return number === undefined ? null : Number(number);
}

/** A 64-bit mask as nvidia-smi writes it, `0x0000000000000004`. */
export function readMask(text: string): bigint | null {
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : null;
}
