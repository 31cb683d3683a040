import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderBecause } from '../../src/rules/because.js';
import { advanceRule, isStepDue, newMemory } from '../../src/rules/states.js';
import type { RuleMemory, Truth, Verdict } from '../../src/shapes/fired.js';
import type { FactView } from '../../src/shapes/reading.js';
import type { Rule } from '../../src/shapes/rule.js';
import { Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { ruleOf } from './helpers.js';

const KNOWN = { op: 'known', fact: 'gpu.powerW', known: true } as const;
const LETTERS: Record<string, Truth> = { t: 'true', f: 'false', u: 'unknown' };

function truthOf(letter: string | undefined): Truth {
  return LETTERS[letter ?? ''] ?? 'unknown';
}

/** One rule over ticks of a second. Letters are what `when` (and `until`) are: t true, f false, u unknown. */
class Ticks {
  readonly rule: Rule;
  readonly memory: RuleMemory;
  atMs = 0;

  constructor(parts: Partial<Rule>) {
    this.rule = ruleOf({ when: KNOWN, ...parts });
    this.memory = newMemory(this.rule, 0);
  }

  tick(when: Truth, until: Truth | null = null, options: { dtMs?: number; gap?: boolean } = {}): void {
    const { dtMs = 1_000, gap = false } = options;
    this.atMs += dtMs;
    const verdict: Verdict = { when, until: this.rule.until === null ? null : (until ?? 'false') };
    advanceRule(this.rule, this.memory, verdict, this.atMs, dtMs, gap);
  }

  /** The phase after each tick, by its first letter: i, p, a or c. */
  run(whens: string, untils = ''): string {
    return [...whens]
      .map((letter, i) => {
        this.tick(truthOf(letter), untils === '' ? null : truthOf(untils[i]));
        return this.memory.phase.charAt(0);
      })
      .join('');
  }
}

describe('for', () => {
  test('counts the seconds that when is known true', () => {
    expect(new Ticks({ forMs: 3_000 }).run('ttttt')).toBe('pppaa');
  });

  test('of nothing makes a rule active at once', () => {
    expect(new Ticks({}).run('ftft')).toBe('iaia');
  });

  test('stands still while when is unknown', () => {
    expect(new Ticks({ forMs: 3_000 }).run('ttuuuuttt')).toBe('ppppppppa');
  });

  test('begins anew when when is false', () => {
    expect(new Ticks({ forMs: 3_000 }).run('tttftttt')).toBe('pppipppa');
  });

  test('does not run before when was first true', () => {
    expect(new Ticks({ forMs: 2_000 }).run('uuuuttt')).toBe('iiiippa');
  });

  test('begins anew at a gap', () => {
    const ticks = new Ticks({ forMs: 3_000 });
    ticks.run('ttt');
    ticks.tick('true', null, { dtMs: 60_000, gap: true });
    expect(ticks.memory).toMatchObject({ phase: 'pending', heldMs: 0 });
    expect(ticks.run('ttt')).toBe('ppa');
  });

  test('is by time, whatever the ticks', () => {
    const ticks = new Ticks({ forMs: 3_000 });
    for (let i = 0; i <= 30; i++) {
      expect(ticks.memory.phase).not.toBe('active');
      ticks.tick('true', null, { dtMs: 100 });
    }
    expect(ticks.memory).toMatchObject({ phase: 'active', sinceMs: 3_100 });
  });
});

describe('until', () => {
  const until = KNOWN;

  test('ends the rule by its own threshold, and nothing else does', () => {
    expect(new Ticks({ until }).run('tffft', 'fffft')).toBe('aaaai');
  });

  test('is looked at only after activation', () => {
    expect(new Ticks({ until, forMs: 2_000 }).run('ttt', 'ttt')).toBe('ppa');
  });

  test('wins over when', () => {
    expect(new Ticks({ until }).run('ttt', 'ftf')).toBe('aia');
  });

  test('starts the clock anew', () => {
    expect(new Ticks({ until, forMs: 2_000 }).run('tttttttt', 'fffftfff')).toBe('ppaaippa');
  });
});

describe('cooldown', () => {
  test('keeps a rule from becoming active again, from its end on', () => {
    expect(new Ticks({ cooldownMs: 3_000 }).run('tftttt')).toBe('acccaa');
  });

  test('ends in idle where when is false', () => {
    expect(new Ticks({ cooldownMs: 2_000 }).run('tffff')).toBe('accii');
  });

  test('is not cut short by an unknown or by a gap', () => {
    const ticks = new Ticks({ cooldownMs: 5_000 });
    expect(ticks.run('tfut')).toBe('accc');
    ticks.tick('true', null, { gap: true });
    expect(ticks.memory.phase).toBe('cooling');
  });
});

describe('a blind rule', () => {
  const until = KNOWN;

  test('that holds stays active until its end is known', () => {
    const ticks = new Ticks({ until, blind: 'hold' });
    expect(ticks.run('tuu', 'fuu')).toBe('aaa');
    expect(ticks.memory.blind).toBe(true);
    expect(ticks.run('u', 't')).toBe('i');
    expect(ticks.memory.blind).toBe(false);
  });

  test('that releases ends at once', () => {
    expect(new Ticks({ until, blind: 'release' }).run('tt', 'fu')).toBe('ai');
    expect(new Ticks({ blind: 'release' }).run('tu')).toBe('ai');
  });

  test('without until is blind while when is unknown', () => {
    const ticks = new Ticks({ blind: 'hold' });
    expect(ticks.run('tuuf')).toBe('aaai');
  });

  test('never becomes active by an unknown', () => {
    expect(new Ticks({ blind: 'hold' }).run('uuu')).toBe('iii');
    expect(new Ticks({ blind: 'hold', until }).run('uuu', 'fff')).toBe('iii');
  });
});

describe('a gap', () => {
  test('leaves an active rule active', () => {
    const ticks = new Ticks({ until: KNOWN });
    ticks.run('t', 'f');
    ticks.tick('false', 'false', { dtMs: 90_000, gap: true });
    expect(ticks.memory.phase).toBe('active');
  });

  test('makes a pending rule idle where when is unknown after it', () => {
    const ticks = new Ticks({ forMs: 5_000 });
    ticks.run('tt');
    ticks.tick('unknown', null, { dtMs: 90_000, gap: true });
    expect(ticks.memory.phase).toBe('idle');
  });
});

describe('a step', () => {
  const due = (ticks: Ticks): boolean => isStepDue(ticks.rule, ticks.memory, ticks.atMs);

  test('is due once in an activation where every is not said', () => {
    const ticks = new Ticks({});
    ticks.run('t');
    expect(due(ticks)).toBe(true);
    ticks.memory.steppedAtMs = ticks.atMs;
    ticks.run('tttttttttt');
    expect(due(ticks)).toBe(false);
  });

  test('is due again after every, counted from the last one carried out', () => {
    const ticks = new Ticks({ everyMs: 3_000 });
    ticks.run('tt');
    ticks.memory.steppedAtMs = ticks.atMs;
    ticks.run('tt');
    expect(due(ticks)).toBe(false);
    ticks.run('t');
    expect(due(ticks)).toBe(true);
  });

  test('that had to wait stays due', () => {
    const ticks = new Ticks({ everyMs: 3_000 });
    ticks.run('ttttttttt');
    expect(due(ticks)).toBe(true);
  });

  test('without "every" is due at once in the next activation', () => {
    const ticks = new Ticks({});
    ticks.run('t');
    ticks.memory.steppedAtMs = ticks.atMs;
    ticks.run('ft');
    expect(due(ticks)).toBe(true);
    expect(ticks.memory.activations).toBe(2);
  });

  test('with "every" is due that long after the last one, in the next activation too', () => {
    const ticks = new Ticks({ everyMs: 4_000 });
    ticks.run('t');
    ticks.memory.steppedAtMs = ticks.atMs;
    ticks.run('ftft');
    expect(due(ticks)).toBe(true);
    const early = new Ticks({ everyMs: 4_000 });
    early.run('t');
    early.memory.steppedAtMs = early.atMs;
    early.run('ft');
    expect(due(early)).toBe(false);
  });

  test('of a rule that let go because its end is unknown comes again only when that is known', () => {
    const ticks = new Ticks({ until: KNOWN, blind: 'release' });
    expect(ticks.run('ttttt', 'ffuuu')).toBe('aaiii');
    expect(ticks.run('tt', 'ff')).toBe('aa');
  });

  test('is never due while the rule is not active', () => {
    const ticks = new Ticks({ forMs: 5_000, cooldownMs: 5_000 });
    ticks.run('tt');
    expect(due(ticks)).toBe(false);
  });
});

test('whatever the truths, a rule becomes active only after when was known true for its time', () => {
  const letters = fc.array(fc.constantFrom('t', 'f', 'u'), { maxLength: 60 });
  fc.assert(
    fc.property(
      letters,
      letters,
      fc.nat(5),
      fc.nat(5),
      fc.boolean(),
      (whens, untils, forS, cooldownS, hasUntil) => {
        const ticks = new Ticks({
          forMs: forS * 1_000,
          cooldownMs: cooldownS * 1_000,
          until: hasUntil ? KNOWN : null,
        });
        let heldS = 0;
        let endedMs = Number.NEGATIVE_INFINITY;
        for (const [i, letter] of whens.entries()) {
          const before = ticks.memory.phase;
          ticks.tick(truthOf(letter), truthOf(untils[i]));
          if (letter === 'f') heldS = 0;
          else if (letter === 't' && whens[i - 1] === 't' && ticks.atMs - endedMs > 1_000) heldS++;
          if (before === 'active' && ticks.memory.phase !== 'active') {
            endedMs = ticks.atMs;
            heldS = 0;
          }
          if (before === 'active' || ticks.memory.phase !== 'active') continue;
          expect(letter).toBe('t');
          expect(heldS).toBeGreaterThanOrEqual(forS);
          expect(ticks.atMs - endedMs).toBeGreaterThanOrEqual(cooldownS * 1_000);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('cools down with hysteresis', async () => {
  const profile = shippedProfile('rtx-4090');
  const tierMs = { frame: 1_000, fast: 1_000, slow: 5_000, rare: 30_000, tick: 1_000 };
  const loop = new Loop(profile, shippedBook(profile), { intervalMs: 1_000, tierMs });
  const range: [number, number] = [150, 600];
  const device = { kind: 'device', knob: 'powerLimitW', offer: { range, value: 450 } } as const;
  const margins = [20, ...new Array(5).fill(3), ...new Array(5).fill(7), ...new Array(3).fill(12)];
  const seen = new Map<number, { phase: string | undefined; powerLimitW: unknown }>();
  for (const [second, margin] of margins.entries()) {
    const readings = { 'gpu.thermalMarginC': measured(margin), 'gpu.limitedBy': measured('none') };
    const { decision } = await loop.tick(second === 0 ? [device] : [], readings, 1_000);
    seen.set(second, {
      phase: loop.core.ruleMemory('cool-down')?.phase,
      powerLimitW: decision.knobs.powerLimitW?.value,
    });
  }
  expect(seen.get(0)?.phase).toBe('idle');
  expect(seen.get(1)?.phase).toBe('pending');
  expect(seen.get(3)?.phase).toBe('pending');
  expect(seen.get(4)).toEqual({ phase: 'active', powerLimitW: 320 });
  expect(seen.get(10)).toEqual({ phase: 'active', powerLimitW: 320 });
  expect(seen.get(11)?.phase).toBe('idle');
});

test('a reason is told with the values of its facts, to one decimal, and says where one is unknown', () => {
  const values: Record<string, number | string> = { 'gpu.powerW': 301.256, 'gpu.limitedBy': 'power' };
  const facts: FactView = {
    known: (fact) => values[fact],
    number: () => undefined,
    reading: () => undefined,
  };
  expect(renderBecause('{gpu.powerW} W by {gpu.limitedBy}, {gpu.temperatureC} °C, 100 %', facts)).toBe(
    '301.3 W by power, unknown °C, 100 %',
  );
});
