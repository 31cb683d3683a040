import { describe, expect, test } from 'vitest';
import type { Core } from '../../src/agent/core.js';
import { shiftTimes } from '../../src/agent/core-state.js';
import { coreStateOf, type NewRun, resumeRun } from '../../src/agent/resume.js';
import { stateLine } from '../../src/agent/state-log.js';
import { newKnobMemory } from '../../src/decision/memory.js';
import type { StateLine } from '../../src/recordings/format.js';
import type { LastState } from '../../src/recordings/last-state.js';
import type { HelloEvent } from '../../src/shapes/sample.js';
import { COOL, hello, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { HEADER } from '../recordings/helpers.js';

const cpu = shippedProfile('cpu');
const RULES = `version: 1
rules:
  - id: held
    when: { gpu.powerW: { above: 100 } }
    for: 2s
    cooldown: 10s
    then: [ { cap: { resolution: 416 } } ]
    because: "{gpu.powerW} W"
`;
const book = shippedBook(cpu, RULES);
const COLD = { ...COOL, 'gpu.powerW': measured(50) };
const WALL_MS = 1_700_000_000_000;

const RUN: NewRun = {
  wallMs: 0,
  profile: 'cpu',
  card: 'none',
  level: 'balanced',
  isLevelGiven: false,
  levels: Object.keys(book.levels),
};

/** What a recording would hold of this core now. */
function lastOf(core: Core): LastState {
  const state = JSON.parse(JSON.stringify(stateLine(core.snapshot()))) as StateLine;
  return { folder: 'recordings/x', header: HEADER, state };
}

/** A loop that goes on where another ended, after a pause. */
function restarted(before: Loop, pauseMs: number, run: Partial<NewRun> = {}, rules = book): Loop {
  const resumed = resumeRun(lastOf(before.core), {
    ...RUN,
    wallMs: WALL_MS + before.nowMs + pauseMs,
    ...run,
  });
  if ('why' in resumed) throw new Error(resumed.why);
  const state = coreStateOf(resumed.state);
  if (state === null) throw new Error('not of this agent');
  const loop = new Loop(cpu, rules);
  // The new loop's wall clock begins where its tick time does.
  loop.core.restore({ ...state, wallMs: WALL_MS + state.atMs });
  return loop;
}

/** A loop with a bot, and `held` active since a tick ago. */
async function active(bot: Partial<HelloEvent> = {}): Promise<Loop> {
  const loop = new Loop(cpu, book);
  await loop.tick([hello(bot)]);
  for (let i = 0; i < 5; i++) await loop.tick();
  expect(loop.core.ruleMemory('held')?.phase).toBe('active');
  return loop;
}

describe('a restart', () => {
  test('leaves an active rule active at its first tick, whether or not it would begin anew', async () => {
    const loop = restarted(await active(), 5_000);
    const { decision, gap } = await loop.tick();
    expect([gap, decision.active]).toEqual([true, ['held']]);
    const anew = await new Loop(cpu, book).tick();
    expect(anew.decision.active).toEqual([]);
  });

  test('is a gap to a rule that was pending', async () => {
    const before = new Loop(cpu, book);
    for (let i = 0; i < 3; i++) await before.tick();
    expect(before.core.ruleMemory('held')).toMatchObject({ phase: 'pending', heldMs: 1_000 });
    const loop = restarted(before, 1_000);
    await loop.tick();
    expect(loop.core.ruleMemory('held')).toMatchObject({ phase: 'pending', heldMs: 0 });
  });

  test('lets a cooldown go on by the time that passed', async () => {
    const before = await active();
    await before.tick([], COLD);
    expect(before.core.ruleMemory('held')?.phase).toBe('cooling');
    const loop = restarted(before, 4_000);
    for (let i = 0; i < 10; i++) await loop.tick();
    expect(loop.core.ruleMemory('held')?.phase).toBe('cooling');
    for (let i = 0; i < 4; i++) await loop.tick();
    expect(loop.core.ruleMemory('held')?.phase).not.toBe('cooling');
  });

  test('begins a rule anew whose definition changed meanwhile', async () => {
    const other = shippedBook(cpu, RULES.replace('above: 100', 'above: 101'));
    const loop = restarted(await active(), 1_000, {}, other);
    await loop.tick();
    expect(loop.core.ruleMemory('held')?.phase).toBe('pending');
  });

  test('lets a knob that its bot offers as it was left go back to where it came from', async () => {
    const before = await active();
    for (let i = 0; i < 20; i++) await before.tick();
    expect(before.value('resolution')).toBe(416);
    const loop = restarted(before, 1_000);
    const knobs = hello().knobs;
    await loop.tick([
      hello({ knobs: { ...knobs, resolution: { ...knobs.resolution, value: 416 } } as HelloEvent['knobs'] }),
    ]);
    expect(loop.value('resolution')).toBe(416);
    await loop.run(60, () => 60, { readings: COLD });
    expect(loop.core.memory.knobs.resolution).toMatchObject({ base: 640, decided: 640 });
  });

  test('lets a knob stay where steps had put it', async () => {
    const before = new Loop(cpu, book);
    await before.tick([hello()]);
    await before.run(20, () => 300, { readings: COLD });
    const { model, resolution } = before.core.memory.knobs;
    expect(model?.position ?? resolution?.position).not.toBeNull();
    const loop = restarted(before, 1_000);
    const knobs = Object.fromEntries(
      Object.entries(hello().knobs).map(([knob, offer]) => [
        knob,
        { ...offer, value: before.value(knob) ?? offer.value },
      ]),
    );
    await loop.tick([hello({ knobs })], COLD);
    expect(loop.core.memory.knobs.model).toMatchObject({ base: 'yolov8s', position: model?.position });
    expect(loop.core.memory.knobs.resolution).toMatchObject({ base: 640, position: resolution?.position });
  });

  test('takes a value that the run before did not leave there for the owner’s own', async () => {
    const before = await active();
    const loop = restarted(before, 1_000);
    const knobs = hello().knobs;
    await loop.tick([
      hello({ knobs: { ...knobs, resolution: { ...knobs.resolution, value: 512 } } as HelloEvent['knobs'] }),
    ]);
    expect(loop.core.memory.knobs.resolution?.base).toBe(512);
  });

  test('decides again what is no longer in force', async () => {
    const device = {
      kind: 'device' as const,
      knob: 'powerLimitW',
      offer: { range: [150, 600] as [number, number], value: 450 },
    };
    const hot = { ...COOL, 'gpu.thermalMarginC': measured(2) };
    const before = new Loop(cpu, book);
    await before.tick([device]);
    for (let i = 0; i < 10; i++) await before.tick([], hot);
    expect(before.value('powerLimitW')).toBe(320);
    const loop = restarted(before, 1_000);
    // The card was given back meanwhile.
    const { changes } = await loop.tick([device], hot);
    expect(changes).toContainEqual(expect.objectContaining({ knob: 'powerLimitW', from: 450, to: 320 }));
    const still = restarted(before, 1_000);
    const { changes: none } = await still.tick([{ ...device, offer: { ...device.offer, value: 320 } }], hot);
    expect(none.filter(({ knob }) => knob === 'powerLimitW')).toEqual([]);
    expect(still.core.memory.knobs.powerLimitW?.base).toBe(450);
  });

  test('keeps what a probe learnt for the same bot, and forgets it for another', async () => {
    const before = await active();
    before.core.memory.backOff['model-up'] = {
      waitMs: 80_000,
      blockedUntilMs: before.nowMs + 60_000,
      open: null,
    };
    const same = restarted(before, 10_000);
    await same.tick([hello()]);
    expect(same.core.memory.backOff['model-up']).toEqual({
      waitMs: 80_000,
      blockedUntilMs: 50_000,
      open: null,
    });
    const other = restarted(before, 10_000);
    await other.tick([hello({ knobs: { model: { values: ['other'], value: 'other' } } })]);
    expect(other.core.memory.backOff).toEqual({});
  });
});

describe('a person’s wish', () => {
  async function wished(): Promise<Loop> {
    const loop = await active();
    await loop.tick([
      { kind: 'level', value: 'aggressive' },
      { kind: 'override', knob: 'model', value: 'yolov8n', forS: 60 },
    ]);
    return loop;
  }

  test('stands over a restart with the time it has left', async () => {
    const loop = restarted(await wished(), 20_000);
    await loop.tick([hello()]);
    expect(loop.core.level).toBe('aggressive');
    expect(loop.value('model')).toBe('yolov8s');
    expect(loop.core.memory.overrides.model).toEqual({ value: 'yolov8n', expiresAtMs: 40_000 });
  });

  test('ends while the agent is away when its time is up', async () => {
    const loop = restarted(await wished(), 61_000);
    await loop.tick([hello()]);
    expect(loop.core.memory.overrides).toEqual({});
  });

  test.each<[string, Partial<NewRun>]>([
    ['a flag says it', { isLevelGiven: true }],
    ['the configuration says another one', { level: 'conservative' }],
    ['the book has it no more', { levels: ['balanced'] }],
  ])('for a level gives way where %s', async (_, run) => {
    const loop = restarted(await wished(), 1_000, run);
    expect(loop.core.memory.level.value).toBe(run.level ?? 'balanced');
  });
});

describe('a state is not taken up', () => {
  test.each<[string, (last: LastState) => LastState | null, Partial<NewRun>]>([
    ['no recording of a run before holds a state', () => null, {}],
    ['it is 70 min old', (last) => last, { wallMs: WALL_MS + 70 * 60_000 }],
    ['it is of the profile cpu', (last) => last, { profile: 'rtx-4090' }],
    ['it is of the card none', (last) => last, { card: 'GeForce' }],
    ['another version', (last) => ({ ...last, state: { ...last.state, version: 99 } }), {}],
    ['another version', (last) => ({ ...last, state: { ...last.state, memory: { knobs: {} } } }), {}],
    [
      'another version',
      ({ state, ...last }) => ({ ...last, state: { ...state, rules: { x: {} as never } } }),
      {},
    ],
    [
      'another version',
      ({ state, ...last }) => ({
        ...last,
        state: { ...state, memory: { ...state.memory, knobs: { model: null } } },
      }),
      {},
    ],
  ])('where %s', async (why, change, run) => {
    const loop = await active();
    const wallMs = WALL_MS + loop.nowMs;
    expect(resumeRun(change(lastOf(loop.core)), { ...RUN, wallMs, ...run })).toEqual({
      why: expect.stringContaining(why),
    });
  });
});

test('moments move, lengths of time and everything else stay', async () => {
  const loop = await active();
  await loop.run(60, (t) => ((t / 10_000) % 2 < 1 ? 180 : 60));
  await loop.tick([{ kind: 'override', knob: 'streams', value: 1, forS: 60 }]);
  loop.core.memory.knobs.extra = {
    ...newKnobMemory('bot', { value: 1 }, 10),
    refused: { value: 2, untilMs: 5 },
    reliefDueMs: 7,
    sent: { atMs: 9, revision: 1 },
  };
  loop.core.memory.reversals = [5];
  const before = JSON.parse(JSON.stringify(loop.core.snapshot())) as Record<string, unknown>;
  const moved = new Map<string, boolean>();
  walk(before, shiftTimes(before, 1_000_000), '', moved);
  // A new name in ms must be put on one side or the other by someone who thinks about a restart.
  const names = (isMoved: boolean): string[] =>
    [...moved].filter(([, is]) => is === isMoved).map(([name]) => name);
  expect(names(true).sort()).toEqual(
    [
      'appliedAtMs',
      'atMs',
      'blockedUntilMs',
      'decidedAtMs',
      'expiresAtMs',
      'movedAtMs',
      'reliefDueMs',
      'reversals',
      'sinceMs',
      'untilMs',
    ].filter((name) => moved.has(name)),
  );
  expect(names(true)).toEqual(
    expect.arrayContaining(['atMs', 'movedAtMs', 'sinceMs', 'expiresAtMs', 'reversals']),
  );
  const lengths = ['frameMs', 'heldMs', 'inferenceMs', 'switchGapMs', 'waitMs', 'wallMs'];
  expect(names(false).filter((name) => name.endsWith('Ms') && !lengths.includes(name))).toEqual([]);
});

function walk(a: unknown, b: unknown, name: string, moved: Map<string, boolean>): void {
  if (typeof a === 'number') {
    expect([a, a + 1_000_000]).toContain(b);
    moved.set(name, b !== a);
  } else if (typeof a === 'object' && a !== null) {
    for (const [key, part] of Object.entries(a))
      walk(part, (b as Record<string, unknown>)[key], Array.isArray(a) ? name : key, moved);
  } else expect(b).toBe(a);
}
