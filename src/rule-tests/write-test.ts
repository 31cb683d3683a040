/** Writes a rule test as YAML: series of facts, inputs, and what is expected of rules and knobs when it changes. */
import type { Expectation, Input } from '../shapes/generated/rule-test.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Mode } from '../shapes/port.js';
import type { FactValue } from '../shapes/reading.js';
import type { Outcome } from './recorded-run.js';
import { timeText } from './times.js';

/** Of a number: more than sensors are good for, few enough to be read. */
const DIGITS = 6;

/** Everything that stands in the file. */
export interface WrittenTest {
  /** Sentences above it, one a line. */
  comments: readonly string[];
  /** As `rules:` lists them. */
  rules: readonly string[];
  profile: string;
  intervalMs: number;
  level: string;
  mode: Mode;
  start: Readonly<Record<string, KnobValue>>;
  name: string;
  given: ReadonlyMap<string, readonly (FactValue | null)[]>;
  inputs: readonly Input[];
  expect: readonly Expectation[];
}

/** The text of a file `NAME.test.yaml` with this one test. */
export function testText(test: WrittenTest): string {
  const given = [...test.given].map(
    ([fact, values]) => `      ${fact}: ${JSON.stringify(seriesText(values))}\n`,
  );
  const inputs = test.inputs.map((input) => `      - ${flow(input)}\n`);
  const expect = test.expect.map((one) => `      - ${flow(one)}\n`);
  return [
    '# yaml-language-server: $schema=https://evenkeel.dev/schemas/rule-test.schema.json\n',
    ...test.comments.map((comment) => `# ${comment}\n`),
    `rules: ${flow(test.rules)}\n`,
    `profile: ${flow(test.profile)}\n`,
    `interval: ${test.intervalMs}ms\n`,
    `level: ${flow(test.level)}\n`,
    `mode: ${test.mode}\n`,
    Object.keys(test.start).length === 0 ? '' : `start: ${flow(test.start)}\n`,
    '\ntests:\n',
    `  - name: ${flow(test.name)}\n`,
    ...(given.length === 0 ? [] : ['    given:\n', ...given]),
    ...(inputs.length === 0 ? [] : ['    inputs:\n', ...inputs]),
    '    expect:\n',
    ...expect,
  ].join('');
}

/** What is expected so that every change of a rule or a knob is, and nothing in between. */
export function expectationsOf(outcomes: readonly Outcome[], intervalMs: number): Expectation[] {
  const expectations: Expectation[] = [];
  const moved = movedOf(outcomes);
  for (const rule of outcomes[0]?.rules.keys() ?? [])
    if (!moved.has(`rule ${rule}`)) expectations.push({ at: 'always', rule, is: 'idle' });
  for (const [i, { rules, knobs }] of outcomes.entries()) {
    const before = outcomes[i - 1];
    const at = timeText(i * intervalMs);
    const changed = [...knobs].filter(([knob, value]) => before?.knobs.get(knob) !== value);
    if (changed.length > 0) expectations.push({ at, knobs: Object.fromEntries(changed) });
    for (const [rule, is] of rules) {
      if (moved.has(`rule ${rule}`) && before?.rules.get(rule) !== is) expectations.push({ at, rule, is });
    }
  }
  return expectations;
}

/** Rules that are anything but idle at some tick. */
function movedOf(outcomes: readonly Outcome[]): Set<string> {
  const moved = new Set<string>();
  for (const { rules } of outcomes)
    for (const [rule, phase] of rules) if (phase !== 'idle') moved.add(`rule ${rule}`);
  return moved;
}

/** Equal values together: `20x3 _x2 'none'x5`. */
function seriesText(values: readonly (FactValue | null)[]): string {
  const runs: { value: FactValue | null; count: number }[] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last !== undefined && last.value === value) last.count++;
    else runs.push({ value, count: 1 });
  }
  return runs.map(({ value, count }) => `${token(value)}x${count}`).join(' ');
}

function token(value: FactValue | null): string {
  if (value === null) return '_';
  if (typeof value === 'string') return `'${value}'`;
  return String(typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value);
}

/** JSON is YAML; braces with blanks are what people write. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[ ${value.map(flow).join(', ')} ]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' && /^[A-Za-z][\w.:/-]*$/.test(value)
      ? plain(value)
      : JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, part]) => `${plain(key)}: ${flow(part)}`)
    .join(', ')} }`;
}

/** Words that YAML takes for something else than a text are quoted. */
function plain(word: string): string {
  return /^[A-Za-z][\w.-]*$/.test(word) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(word)
    ? word
    : JSON.stringify(word);
}
