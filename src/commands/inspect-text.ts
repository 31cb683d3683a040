/** What `inspect` tells a person of one log. */
import { count } from '../count.js';
import type { Inspection } from '../recordings/inspection.js';

const NAME_CHARS = 36;
/** Columns that are told by their names. */
const SHOWN_UNUSED = 12;

/** Lines of text: the log, its facts with figures, its words with counts, and what else there is to know. */
export function inspectionText(log: string, inspection: Inspection): string {
  const { format, samples, durationS, segments, rejectedRows, reasons, start, refused, notes } = inspection;
  const head = [
    `${log}: ${format}`,
    count(samples, 'sample'),
    `${durationS} s from ${start ?? '-'}`,
    count(segments, 'segment'),
    count(rejectedRows, 'rejected row'),
  ].join(', ');
  const isApproximate = Object.values(inspection.facts).some(({ approximate }) => approximate === true);
  const isDoubted = Object.keys(refused).length > 0;
  const below = [
    ...(isApproximate ? [`~ p95 to 1 %: the recording holds a sketch of each tick's frames`] : []),
    ...(isDoubted ? ['refused by dry-run: values that no sensor reads; rules do not see them'] : []),
    ...unusedText(inspection),
    ...notes,
    ...reasons.map((reason) => `rejected: ${reason}`),
  ];
  return `${[head, ...figuresOf(inspection), ...wordsOf(inspection), ...below].join('\n')}\n`;
}

function unusedText({ unused = [] }: Inspection): string[] {
  if (unused.length === 0) return [];
  const rest = unused.length - SHOWN_UNUSED;
  const more = rest > 0 ? ` and ${rest} more (--json)` : '';
  return [`columns not used: ${unused.slice(0, SHOWN_UNUSED).join(', ')}${more}`];
}

function figuresOf({ facts, refused }: Inspection): string[] {
  const rows = Object.entries(facts).map(
    ([fact, { n, min, mean, max, p95, approximate }]) =>
      `${named(fact)}${cell(String(n), 8)}${[min, mean, max, p95].map(rounded).join('')}${approximate === true ? ' ~' : ''}${mark(refused, fact)}`,
  );
  const columns = ['n', 'min', 'mean', 'max', 'p95'].map((name, i) => cell(name, i === 0 ? 8 : 12));
  return rows.length === 0 ? [] : [`${named('fact')}${columns.join('')}`, ...rows];
}

function wordsOf({ words, refused }: Inspection): string[] {
  return Object.entries(words).map(([fact, counts]) => {
    const told = Object.entries(counts).map(([word, n]) => `${word} ${n}`);
    return `${named(fact)}  ${told.join(', ')}${mark(refused, fact)}`;
  });
}

function mark(refused: Inspection['refused'], fact: string): string {
  const n = refused[fact];
  return n === undefined ? '' : `  refused by dry-run: ${n}`;
}

function named(fact: string): string {
  return fact.padEnd(NAME_CHARS);
}

function rounded(value: number): string {
  return cell(String(Math.round(value * 1000) / 1000), 12);
}

/** Right-aligned; a blank stands before the widest, too. */
function cell(text: string, chars: number): string {
  return ` ${text.padStart(chars - 1)}`;
}
