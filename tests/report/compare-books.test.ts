import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignMarks } from '../../src/report/align-marks.js';
import { BookComparison } from '../../src/report/compare-books.js';
import { differenceText } from '../../src/report/difference-text.js';
import type { Mark, Outcome } from '../../src/shapes/dry-run.js';

function mark(atS: number, to: number, rule = 'cool-down'): Mark {
  return { atS, knob: 'powerLimitW', from: 450, to, rule };
}
function outcome(rules: [id: string, activations: number, activeS: number][]): Outcome {
  return {
    samples: 1,
    durationS: 1,
    segments: 1,
    factsMissing: [],
    rules: rules.map(([id, activations, activeS]) => ({
      id,
      activations,
      activeS,
      blindS: 0,
      tried: true,
      lacks: [],
    })),
    knobs: {},
    decisions: 1,
    digest: '',
  };
}
function compare(ours: readonly Mark[], against: readonly Mark[], untilS = 1_000) {
  const comparison = new BookComparison();
  for (let atS = 0; atS <= untilS; atS++)
    comparison.add(
      ours.filter((one) => one.atS === atS),
      against.filter((one) => one.atS === atS),
      atS,
    );
  return comparison.end(outcome([['cool-down', 2, 40]]), outcome([['cool-down', 1, 12]]));
}

describe('two books over one log', () => {
  test('have their decisions told as the same, come, gone, moved by seconds and changed by value', () => {
    const { decisions, ...rest } = compare(
      [mark(10, 320), mark(100, 320), mark(500, 300), mark(900, 400)],
      [mark(10, 320), mark(107, 320), mark(500, 360), mark(700, 450)],
    );
    expect(rest).toMatchObject({ same: 1, comes: 1, goes: 1, moves: 1, changes: 1 });
    expect(decisions).toMatchObject([
      { kind: 'moves', atS: 100, againstAtS: 107, byS: -7, to: 320, againstTo: 320 },
      { kind: 'changes', atS: 500, byS: 0, to: 300, againstTo: 360, byValue: -60 },
      { kind: 'goes', atS: null, againstAtS: 700, to: null, againstTo: 450, byS: null },
      { kind: 'comes', atS: 900, againstAtS: null, to: 400, byValue: null },
    ]);
    expect(rest.rules).toEqual([
      { id: 'cool-down', activations: 2, againstActivations: 1, activeS: 40, againstActiveS: 12 },
    ]);
  });

  test('are told in words', () => {
    const lines = differenceText(
      compare([mark(100, 320), mark(500, 300, 'hold')], [mark(107, 320), mark(500, 360)]),
    );
    expect(lines).toEqual([
      '0 decisions the same; 0 come, 0 go, 1 move in time, 1 change',
      '  1:40 moves: powerLimitW 450 → 320 by cool-down (7 s earlier)',
      '  8:20 changes: powerLimitW 450 → 300 by hold (60 less than 360, by cool-down in the other book)',
      '  cool-down: fired 2 times instead of once, 40 s instead of 12 s active',
    ]);
  });

  test('decide the same where they do, and only rules that differ are told', () => {
    const marks = [mark(1, 320), mark(2, 330), mark(300, 450)];
    expect(compare(marks, marks)).toMatchObject({
      same: 3,
      comes: 0,
      goes: 0,
      moves: 0,
      changes: 0,
      decisions: [],
    });
  });
});

const marks: fc.Arbitrary<Mark[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom(300, 320, 450)), { maxLength: 12 })
  .map((all) => all.map(([atS, to]) => mark(atS, to)).sort((a, b) => a.atS - b.atS));

test('an alignment holds every decision once, in order, and pairs none that are too far apart', () => {
  fc.assert(
    fc.property(marks, marks, (ours, against) => {
      const pairs = alignMarks(ours, against, 120);
      expect(pairs.flatMap(([one]) => one ?? [])).toEqual(ours);
      expect(pairs.flatMap(([, other]) => other ?? [])).toEqual(against);
      for (const [one, other] of pairs)
        if (one !== null && other !== null) expect(Math.abs(one.atS - other.atS)).toBeLessThanOrEqual(120);
    }),
  );
});

test('a book beside itself differs in nothing, whatever it decides', () => {
  fc.assert(
    fc.property(marks, (all) => {
      expect(compare(all, all, 600)).toMatchObject({ same: all.length, decisions: [] });
    }),
    { numRuns: 30 },
  );
});
