/**
 * A strict reader of Prometheus' text format 0.0.4, by its grammar and by what Prometheus refuses or `promtool check metrics`
 * complains of: names, escapes, HELP and TYPE once and before the samples, a family in one piece, no sample twice.
 */
export interface ReadFamily {
  type: string;
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const NUMBER = /^(?:[+-]Inf|NaN|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d+)?)$/;

/** @throws Error that names the line. */
export function readExposition(text: string): Map<string, ReadFamily> {
  const families = new Map<string, ReadFamily>();
  if (text === '') return families;
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  let name = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    const family = families.get(of);
    if (word === 'HELP') {
      if (!NAME.test(of) || family !== undefined) throw new Error(`no new name: ${line}`);
      name = of;
      families.set(of, { type: '', help: unescaped(rest), samples: [] });
    } else if (word === 'TYPE') {
      if (of !== name || family === undefined || family.type !== '' || family.samples.length > 0)
        throw new Error(`TYPE out of place: ${line}`);
      if (!['counter', 'gauge'].includes(rest) || of.endsWith('_total') !== (rest === 'counter'))
        throw new Error(`no type for such a name: ${line}`);
      family.type = rest;
    } else addSample(line, name, families);
  }
  return families;
}

function addSample(line: string, name: string, families: Map<string, ReadFamily>): void {
  const [, of, inside = '', value = ''] = /^([^{\s]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const family = families.get(name);
  if (of !== name || family === undefined || family.type === '')
    throw new Error(`no sample of ${name}: ${line}`);
  if (!NUMBER.test(value)) throw new Error(`no number: ${line}`);
  const labels: Record<string, string> = Object.create(null);
  for (LABEL.lastIndex = 0; LABEL.lastIndex < inside.length; ) {
    const [, label = '', said = ''] = LABEL.exec(inside) ?? [];
    if (label === '' || label in labels || label.startsWith('__')) throw new Error(`no labels: ${line}`);
    labels[label] = unescaped(said);
  }
  const key = (of: Record<string, string>): string => JSON.stringify(Object.entries(of).sort());
  if (family.samples.some((one) => key(one.labels) === key(labels))) throw new Error(`twice: ${line}`);
  const number = value.endsWith('Inf') ? Number(`${value}inity`) : Number(value);
  family.samples.push({ labels: { ...labels }, value: number });
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
}
