import { expect, test } from 'vitest';
import { benchProfile, hundredRules } from '../../bench/parts/hundred-rules.js';
import { TICK_MS, Traffic } from '../../bench/parts/traffic.js';
import { Core } from '../../src/agent/core.js';

test('samples refuse nothing, and rules come and go under them', async () => {
  const profile = benchProfile();
  const tierMs = { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS };
  const settings = {
    intervalMs: TICK_MS,
    tierMs,
    mode: 'enforce',
    level: 'balanced',
    consent: true,
  } as const;
  const core = new Core(settings, profile, hundredRules(profile));
  const traffic = new Traffic(1, profile);
  const states = new Map<string, Set<string>>();
  const knobs = new Set<string>();
  for (let i = 0; i < 400; i++) {
    const sample = traffic.next();
    const result = await core.tick(sample);
    traffic.answer(result);
    for (const { rule, memory } of result.fired) {
      states.set(rule.id, (states.get(rule.id) ?? new Set()).add(memory.phase));
    }
    for (const { knob } of result.changes) knobs.add(knob);
    expect(Object.keys(sample.readings).filter((fact) => core.store.known(fact) === undefined)).toEqual([]);
  }
  expect(states.size).toBe(100);
  const moved = [...states.values()].filter((phases) => phases.size > 1).length;
  expect(moved).toBeGreaterThan(50);
  expect([...knobs]).toContain('model');
});

test('the same number gives the same samples', () => {
  const take = (start: number): string =>
    JSON.stringify([new Traffic(start, benchProfile()).next(), new Traffic(start, benchProfile()).next()]);
  expect(take(3)).toBe(take(3));
  expect(take(3)).not.toBe(take(4));
});
