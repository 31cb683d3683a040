/** Whatever a card, its driver, other programs and a person do, in any order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  block,
  compare,
  disturb,
  type Hold,
  isWritable,
  leave,
  lose,
  MOST_AGAIN,
  newHold,
  REPEAT_MS,
  regain,
  takeAnswer,
  takeDue,
  takeUp,
  type WriterPolicy,
  want,
} from '../../src/actuators/hold.js';
import { CardRig } from '../helpers/card-rig.js';

/** `npm run soak` tries the long counts. */
const SOAK = process.env.EVENKEEL_SOAK !== undefined;

const WATTS = [200, 250, 300, 350, 380, 450] as const;
const REST_W = 450;
/** What is decided and nobody else ever sets. */
const OURS = [210, 260, 310] as const;
const POLICIES: readonly WriterPolicy[] = ['yield', 'reassert', 'alert'];
const TICK_MS = 20_000;

type Op =
  | { kind: 'want' | 'outside'; value: number }
  | { kind: 'reset' | 'gap' | 'lose' | 'back' | 'block' | 'unblock' | 'person' | 'late' | 'quiet' }
  | { kind: 'driver'; does: (typeof DRIVERS)[number] };

const BARE = ['reset', 'gap', 'lose', 'back', 'block', 'unblock', 'person', 'late', 'quiet'] as const;
const DRIVERS = ['set', 'ignore', 'refuse', 'never', 'hang'] as const;
const watts = fc.constantFrom(...WATTS);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('want'), value: fc.constantFrom(...OURS, REST_W) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('outside'), value: watts }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom(...BARE) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('driver'), does: fc.constantFrom(...DRIVERS) }) },
);

/** A setting and its card, without anything that decides: whatever is wanted comes from the operations. */
class World {
  readonly hold: Hold = newHold(REST_W, 1);
  readonly policy: WriterPolicy;
  /** When something was written, and when something else than the card's doings allowed a write. */
  readonly writes: number[] = [];
  readonly causes: { atMs: number; mayWrite: number }[] = [];
  atMs = 0;
  inForce = REST_W;
  isLost = false;
  #does: (typeof DRIVERS)[number] = 'set';
  #isLate = false;
  /** Taken by the driver, and not in force yet. */
  #hanging: number | null = null;

  constructor(policy: WriterPolicy) {
    this.policy = policy;
  }

  run(op: Op): void {
    const { hold } = this;
    this.atMs += TICK_MS;
    if (this.#hanging !== null) this.inForce = this.#hanging;
    this.#hanging = null;
    // A write is answered at the next tick, or at a later one.
    if (hold.writing !== null && !this.#isLate) this.#answer(hold.writing.value);
    this.#isLate = op.kind === 'late';
    this.#disturb(op);
    if (this.isLost) return;
    compare(hold, { value: this.inForce, readAtMs: this.atMs }, this.atMs, REST_W, this.policy);
    if (op.kind === 'want') {
      this.#cause(1);
      want(hold, { value: op.value, revision: 1 });
    }
    const wasWriting = hold.writing !== null;
    const due = takeDue(hold);
    if (due === null) return;
    if (wasWriting || !isWritable(hold)) throw new Error('a write that must not be');
    this.writes.push(this.atMs);
  }

  #cause(mayWrite: number): void {
    this.causes.push({ atMs: this.atMs, mayWrite });
  }

  #answer(value: number): void {
    if (this.#does === 'set') this.inForce = value;
    if (this.#does === 'hang') this.#hanging = value;
    const ok = (this.#does === 'set' || this.#does === 'ignore') && !this.isLost;
    const isUnknown = this.isLost || this.#does === 'hang';
    const isDone = takeAnswer(this.hold, { ok, value: isUnknown ? null : this.inForce }, this.atMs);
    if (!isDone && this.#does === 'never') leave(this.hold);
  }

  #disturb(op: Op): void {
    const { hold } = this;
    switch (op.kind) {
      case 'outside':
        this.inForce = op.value;
        return;
      case 'reset':
        this.inForce = REST_W;
        return;
      case 'gap':
        disturb(hold, this.atMs);
        return;
      case 'lose':
        if (!this.isLost) lose(hold);
        this.isLost = true;
        return;
      case 'back':
        if (!this.isLost) return;
        this.isLost = false;
        this.#cause(1 + 2 * MOST_AGAIN);
        regain(hold, this.inForce, this.atMs);
        return;
      case 'block':
      case 'unblock':
        block(hold, op.kind === 'block');
        return;
      case 'person':
        this.#cause(2 * MOST_AGAIN);
        takeUp(hold);
        return;
      case 'driver':
        this.#does = op.does;
    }
  }
}

describe('a borrowed setting', () => {
  test('is written no more often in ten minutes than something asks for it, and never twice at once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POLICIES), fc.array(op, { maxLength: 150 }), (policy, ops) => {
        const world = new World(policy);
        for (const one of ops) world.run(one);
        for (const endMs of world.writes) {
          const isIn = (atMs: number): boolean => atMs > endMs - REPEAT_MS && atMs <= endMs;
          const written = world.writes.filter(isIn).length;
          // What was asked for before may still be on its way into the span.
          const asked = world.causes
            .filter(({ atMs }) => isIn(atMs))
            .reduce((sum, one) => sum + one.mayWrite, 1);
          expect(written).toBeLessThanOrEqual(asked + 2 * MOST_AGAIN);
        }
      }),
      { numRuns: SOAK ? 1_000 : 150 },
    );
  });

  test('is as it should be a few ticks after the last disturbance, or left alone and known as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...POLICIES), fc.array(op, { maxLength: 60 }), (policy, ops) => {
        const world = new World(policy);
        for (const one of ops) world.run(one);
        const calm: Op[] = [{ kind: 'driver', does: 'set' }, { kind: 'back' }, { kind: 'unblock' }];
        for (const one of [...calm, ...new Array<Op>(4).fill({ kind: 'quiet' })]) world.run(one);
        const { hold, inForce } = world;
        expect(hold.inForce).toBe(inForce);
        expect(hold.writing).toBeNull();
        if (hold.wanted !== null) expect(inForce).toBe(hold.wanted.value);
        else if (hold.ours === null) expect(inForce).toBe(hold.found);
      }),
      { numRuns: SOAK ? 1_000 : 150 },
    );
  });
});

test('what is ours never counts as found, however late or unanswered it came about', () => {
  fc.assert(
    fc.property(fc.constantFrom(...POLICIES), fc.array(op, { maxLength: 60 }), (policy, ops) => {
      const world = new World(policy);
      for (const one of ops) {
        world.run(one);
        expect(OURS).not.toContain(world.hold.found);
      }
    }),
    { numRuns: SOAK ? 1_000 : 150 },
  );
});

describe('the decision with its card', () => {
  type Trouble = (rig: CardRig) => void | Promise<void>;
  const troubles: Record<string, Trouble> = {
    'another program': (rig) => rig.card.setOutside(380),
    reset: (rig) => rig.card.setOutside(450),
    lost: ({ card }) => void Object.assign(card, { isLost: true }),
    back: ({ card }) => void Object.assign(card, { isLost: false }),
    refuses: ({ card }) => void Object.assign(card, { refusal: { error: 'IN_USE' } }),
    'refuses for good': ({ card }) =>
      void Object.assign(card, { refusal: { error: 'NO_PERMISSION', isLasting: true } }),
    ignores: ({ card }) => void Object.assign(card, { isIgnoring: true }),
    'is well': (rig) => {
      rig.card.refusal = null;
      rig.card.isIgnoring = false;
      rig.card.readOnly = null;
      rig.card.range = null;
    },
    'read-only': ({ card }) => void Object.assign(card, { readOnly: 'no right' }),
    narrower: ({ card }) => void Object.assign(card, { range: [200, 400] }),
    'rule on': (rig) => void Object.assign(rig, { isCapped: true }),
    'rule off': (rig) => void Object.assign(rig, { isCapped: false }),
    gap: async (rig) => void (await rig.tick([], true)),
    released: async (rig) => void (await rig.tick([{ kind: 'release', knob: 'powerLimitW' }])),
    overridden: async (rig) =>
      void (await rig.tick([{ kind: 'override', knob: 'powerLimitW', value: 350, forS: 5, confirmS: 3 }])),
    kept: async (rig) => void (await rig.tick([{ kind: 'confirm' }])),
  };
  const trouble = fc.record({
    what: fc.constantFrom(...Object.keys(troubles)),
    ticks: fc.integer({ min: 0, max: 6 }),
  });

  test('agrees with it once all is well, stays in range throughout, and replays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...POLICIES),
        fc.array(trouble, { maxLength: 20 }),
        async (policy, steps) => {
          const rig = new CardRig(policy);
          await rig.ticks(2);
          for (const { what, ticks } of steps) {
            await troubles[what]?.(rig);
            await rig.ticks(ticks);
          }
          for (const what of ['back', 'is well', 'rule on']) await troubles[what]?.(rig);
          // What came last is seen before a person takes the knob up.
          await rig.tick();
          await rig.tick([{ kind: 'release', knob: 'powerLimitW' }]);
          // A refusal is asked again after a minute.
          await rig.ticks(130);
          expect(rig.card.limitW).toBe(300);
          expect(rig.core.memory.knobs.powerLimitW).toMatchObject({ applied: 300, decided: 300, sent: null });
          expect(rig.card.writes.every((value) => value >= 150 && value <= 450)).toBe(true);
          expect(rig.card.busy).toBeLessThanOrEqual(1);
          rig.isCapped = false;
          await rig.ticks(60);
          expect(rig.card.limitW).toBe(rig.core.memory.knobs.powerLimitW?.base);
          expect(await rig.replayed()).toBe(rig.core.digest.value());
        },
      ),
      { numRuns: 25 },
    );
  });
});
