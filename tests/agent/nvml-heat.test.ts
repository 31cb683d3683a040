/**
 * The shipped rules closed over NVML's stand-in in a hot room: read by the real bindings, written by the keeper, on a clock
 * that the test moves. The driver's own limiting is switched off, so that nothing but the rules holds the card.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/facts/catalogue.js';
import { openLibrary } from '../../src/gpu/nvml/library.js';
import { EVERYTHING, Session } from '../../src/gpu/nvml/session.js';
import { openNvmlSetters } from '../../src/gpu/nvml/setters.js';
import type { SettableCards } from '../../src/gpu/settable.js';
import { journalFiles } from '../../src/hardware/journal-files.js';
import { Keeper } from '../../src/hardware/keeper.js';
import type { CardKnob } from '../../src/shapes/gpu.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { Loop } from '../helpers/loop.js';
import { hasStandIn, openStandIn, type StandIn } from '../helpers/nvml-standin.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const rtx = shippedProfile('rtx-4090');
const book = shippedBook(rtx);
const SECOND_MS = 1_000;
const TIER_MS = { frame: SECOND_MS, fast: SECOND_MS, slow: SECOND_MS, rare: SECOND_MS, tick: SECOND_MS };
/** Margin, negated, at which the hardware slows the card down: two degrees past its limit of 83 °C. */
const SLOWDOWN_C = 85;
/** What somebody had set before the agent came. */
const FOUND_W = 400;

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A card under full load, 23 °C above the usual, that nothing but its power limit holds. */
function hotRoom(slowTauMs: number): StandIn {
  const machine = openStandIn({
    virtualClock: true,
    control: { busyShare: 1, ambientC: 45, thermalLimiting: 0, slowTauMs },
  });
  ends.push(() => machine.close());
  machine.setFromOutside(0, FOUND_W);
  return machine;
}

interface Rig {
  session: Session;
  setters: SettableCards;
  keeper: Keeper;
  pass(ms: number): void;
}

/** Reader and keeper of the machine's card, in this process. */
async function open(machine: StandIn): Promise<Rig> {
  // The library reads it at its first initialisation.
  process.env.NVML_STANDIN = machine.folder;
  const places = [machine.library];
  let nowMs = 0;
  const library = await openLibrary({ places });
  const pace = { fastMs: SECOND_MS, slowMs: SECOND_MS, rareMs: SECOND_MS };
  const session = new Session({ library, pace, now: () => nowMs, powerState: () => 'active' });
  const opened = session.open();
  if ('code' in opened) throw new Error(`code ${opened.code}`);
  ends.push(() => session.close());
  const setters = await openNvmlSetters({ places });
  ends.push(() => setters.close());
  const [device] = setters.devices;
  if (device === undefined) throw new Error('no card');
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-heat-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const keeper = new Keeper(device, {
    journals: journalFiles(folder),
    by: 'a test (pid 1)',
    boot: 'boot-1',
    now: () => nowMs,
    settle: async () => undefined,
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    // The library itself takes time over at its next call.
    machine.set({ clockMs: nowMs });
  };
  return { session, setters, keeper, pass };
}

function readingsOf(session: Session): Readings {
  const readings: Readings = {};
  for (const [fact, [value, , why]] of Object.entries(session.read(EVERYTHING)[0]?.told ?? {})) {
    const name = `gpu.${fact}`;
    if (!Object.hasOwn(CATALOGUE, name)) continue;
    readings[name] = value === null ? [null, 'missing', 0, String(why)] : [value, 'measured', 0];
  }
  return readings;
}

/** Ten minutes under the shipped rules; no bot is there, for a game alone heats a card as well. */
async function holdWithRules({ session, keeper, pass }: Rig): Promise<void> {
  const loop = new Loop(rtx, book, { intervalMs: SECOND_MS, tierMs: TIER_MS }, { engine: 'compiled' });
  const offer = { range: [150, 600], value: FOUND_W } satisfies { range: [number, number]; value: number };
  let events: TickEvent[] = [{ kind: 'device', knob: 'powerLimitW', offer }];
  for (let second = 0; second < 600; second++) {
    pass(SECOND_MS);
    const { changes } = await loop.tick(events, readingsOf(session), SECOND_MS);
    events = [];
    for (const { knob, to } of changes) {
      const outcome = await keeper.set(knob as CardKnob, Number(to));
      expect(outcome).toEqual({ kind: 'ok', value: to });
    }
  }
}

describe.skipIf(!hasStandIn())(
  "a hot room, with the driver's own limiting switched off",
  { timeout: 60_000 },
  () => {
    // Both ends of the range in which the thermal time constant of a real card may lie.
    for (const slowTauMs of [40_000, 180_000]) {
      test(`takes a card with ${slowTauMs / 1000} s past its slowdown point without rules`, () => {
        const machine = hotRoom(slowTauMs);
        for (let minute = 0; minute < 10; minute++) machine.advance(60 * SECOND_MS);
        expect(machine.card(0).highestC).toBeGreaterThan(SLOWDOWN_C);
      });

      test(`never does with the shipped rules, and ${FOUND_W} W are back after, with ${slowTauMs / 1000} s`, async () => {
        const machine = hotRoom(slowTauMs);
        const rig = await open(machine);
        await holdWithRules(rig);
        const { highestC, limitW } = machine.card(0);
        // Not even to where the card would have held itself.
        expect(highestC).toBeLessThanOrEqual(SLOWDOWN_C - 2);
        expect(limitW).toBeLessThan(FOUND_W);
        await rig.keeper.giveBack('restore', 'stand');
        expect(machine.card(0).limitW).toBe(FOUND_W);
        const written = machine.setters().map(({ args }) => Number(args[0]) / 1000);
        expect(written.length).toBeGreaterThan(2);
        for (const watts of written) {
          expect(watts).toBeGreaterThanOrEqual(150);
          expect(watts).toBeLessThanOrEqual(450);
        }
      });
    }
  },
);
