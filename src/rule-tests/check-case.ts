/** One test of a file, checked against the book and the profile it runs with. */
import type { Path } from '../rules/document.js';
import type { Profile } from '../shapes/profile.js';
import type { TickEvent } from '../shapes/sample.js';
import { readExpectation } from './check-expectations.js';
import { checkStart, readAnswers, readInput } from './check-inputs.js';
import { checkLevel, type Names } from './check-names.js';
import { checkLengths, lengthOf, readGiven } from './check-series.js';
import type { SoundTest } from './sound-parts.js';
import type { Check, TestCase } from './test-case.js';
import type { TestFile } from './test-file.js';
import { durationMs, timeText } from './times.js';

const DEFAULT_INTERVAL = '1s';
const DEFAULT_LEVEL = 'balanced';

/**
 * Checks the test `index` of a file. Everything wrong with it is told to `names.complain`; it is not to be run then, nor
 * where `profile` is null.
 */
export function checkCase(
  file: TestFile,
  test: SoundTest,
  index: number,
  profile: Profile | null,
  names: Names,
): TestCase {
  const { raw, document } = file;
  const path: Path = ['tests', index];
  const intervalMs = durationMs(raw.interval ?? DEFAULT_INTERVAL);
  const { given, isSure } = readGiven(file, test, path, names);
  const ticks = lengthOf(test, given, intervalMs);
  if (isSure) checkLengths(test, given, ticks, path, intervalMs, names);
  const tickOf = (text: string, at: Path, ofKey = false): number | null =>
    findTick(text, at, ofKey, { intervalMs, ticks, isSure }, names);
  if (test.level !== undefined) checkLevel(test.level, [...path, 'level'], names);
  checkStart(test.start ?? {}, [...path, 'start'], names);
  const inputs = new Map<number, TickEvent[]>();
  for (const [i, input] of (test.inputs ?? []).entries()) {
    if (input === null) continue;
    const tick = tickOf(input.at, [...path, 'inputs', i, 'at']);
    const event = readInput(input, [...path, 'inputs', i], profile, names);
    if (tick !== null && event !== null) inputs.set(tick, [...(inputs.get(tick) ?? []), event]);
  }
  const checks: Check[] = test.expect.flatMap((expectation, i) => {
    if (expectation === null) return [];
    const at: Path = [...path, 'expect', i];
    const span = spanOf(expectation.at, ticks, (text) => tickOf(text, [...at, 'at']));
    if (span !== null && span.from > span.to) {
      names.complain(
        [...at, 'at'],
        'bad-time',
        `the span ${expectation.at} ends before it begins`,
        'the earlier time first',
      );
    }
    return readExpectation(expectation, at, span ?? { from: 0, to: 0 }, names, document.locate);
  });
  return {
    name: test.name,
    place: document.locate([...path, 'name']),
    intervalMs,
    ticks,
    given,
    level: test.level ?? raw.level ?? DEFAULT_LEVEL,
    mode: test.mode ?? raw.mode ?? 'enforce',
    start: { ...raw.start, ...test.start },
    ledger: test.ledger ?? raw.ledger ?? false,
    answers: readAnswers(test.applied ?? {}, [...path, 'applied'], tickOf, names),
    inputs,
    checks,
  };
}

/** The tick at a time, or null where there is none. */
function findTick(
  text: string,
  path: Path,
  ofKey: boolean,
  { intervalMs, ticks, isSure }: { intervalMs: number; ticks: number; isSure: boolean },
  { complain }: Names,
): number | null {
  const exact = durationMs(text) / intervalMs;
  const tick = Math.round(exact);
  const lastMs = (ticks - 1) * intervalMs;
  if (Math.abs(exact - tick) > 1e-6) {
    const [before, after] = [Math.floor(exact), Math.ceil(exact)].map((at) => timeText(at * intervalMs));
    complain(
      path,
      'bad-time',
      `no tick is at ${text}, they are ${timeText(intervalMs)} apart`,
      `${before} or ${after}`,
      { ofKey },
    );
    return null;
  }
  if (tick < ticks) return tick;
  if (!isSure) return null;
  const message = `${text} is beyond the test, its last tick is at ${timeText(lastMs)}`;
  complain(path, 'bad-time', message, 'an earlier time, or a longer series', { ofKey });
  return null;
}

function spanOf(
  at: string,
  ticks: number,
  tickOf: (text: string) => number | null,
): { from: number; to: number } | null {
  if (at === 'always') return { from: 0, to: ticks - 1 };
  const [first = '', last = first] = at.split('..');
  const from = tickOf(first);
  const to = last === first ? from : tickOf(last);
  return from === null || to === null ? null : { from, to };
}
