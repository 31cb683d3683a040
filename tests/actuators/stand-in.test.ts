/** The hardware actuator over the stand-in's driver, read and written by the processes of a run. */
import { afterEach, describe, expect, test } from 'vitest';
import { type HardwareActuator, openHardwareKnobs } from '../../src/actuators/hardware-knobs.js';
import type { WriterPolicy } from '../../src/actuators/hold.js';
import { openNvml } from '../../src/gpu/nvml/index.js';
import type { Card } from '../../src/shapes/gpu.js';
import type { AppliedEvent, TickEvent } from '../../src/shapes/sample.js';
import { CHILD_ENTRY } from '../gpu/nvml/helpers.js';
import { type Machine, openMachine } from '../hardware/stand-in-machine.js';
import { hasStandIn } from '../helpers/nvml-standin.js';

const PACE = { fastMs: 40, slowMs: 40, rareMs: 40 };

class Run {
  readonly machine: Machine;
  readonly card: Card;
  readonly hardware: HardwareActuator;
  readonly events: TickEvent[] = [];
  readonly said: string[] = [];
  readonly #startMs = performance.now();
  #revision = 0;

  constructor(machine: Machine, card: Card, otherWriter: WriterPolicy) {
    this.machine = machine;
    this.card = card;
    this.hardware = openHardwareKnobs({ card, otherWriter, log: (_, message) => this.said.push(message) });
  }

  tick(values: Record<string, number> = {}): void {
    const atMs = Math.round(performance.now() - this.#startMs);
    this.events.push(...this.hardware.events({ atMs, isGap: false, readings: this.card.sample(atMs) }));
    this.#revision++;
    this.hardware.start(values, this.#revision);
  }

  /** Ticks until something holds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const endMs = performance.now() + 20_000;
    while (!holds()) {
      if (performance.now() > endMs)
        throw new Error(`${what}: not within 20 s; ${JSON.stringify([this.said, this.events])}`);
      this.tick();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ticks until 300 W are in force and have been read. */
  async hold300(): Promise<void> {
    await this.until('a power limit', () => this.lastOffer !== null);
    this.tick({ powerLimitW: 300 });
    await this.until('300 W', () => this.answers.some(({ ok }) => ok) && this.told === 300);
  }

  get told(): unknown {
    return this.card.knobs().powerLimitW?.value;
  }

  get limitW(): number {
    return this.machine.standIn.card().limitW;
  }

  get answers(): AppliedEvent[] {
    return this.events.filter((event) => event.kind === 'applied');
  }

  get lastOffer(): { value: unknown; readOnly?: string } | null {
    const offers = this.events.flatMap((event) =>
      event.kind === 'device' && event.knob === 'powerLimitW' ? [event.offer] : [],
    );
    return offers.at(-1) ?? null;
  }
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(otherWriter: WriterPolicy = 'yield', more: NodeJS.ProcessEnv = {}): Promise<Run> {
  const machine = openMachine();
  ends.push(() => machine.close());
  const writer = machine.client('restore', more);
  const opening = await openNvml({ pace: PACE, childEntry: CHILD_ENTRY, env: machine.env, writer });
  if (!opening.ok) throw new Error(opening.why);
  ends.push(() => opening.cards.close());
  const run = new Run(machine, opening.cards.cards[0], otherWriter);
  ends.push(() => run.hardware.restore());
  return run;
}

describe.skipIf(!hasStandIn())('a driver', () => {
  test('that forgot the limit is told it again, and what was found is back at the end', async () => {
    const run = await start();
    await run.hold300();
    run.machine.standIn.resetCards();
    await run.until('300 W again', () => run.answers.length === 2 && run.limitW === 300);
    expect(run.said).toEqual(['powerLimitW was at 450 W: the card had forgotten it; 300 W is set again']);
    expect(run.machine.limits()).toEqual([300, 300]);
    await run.hardware.restore();
    expect(run.limitW).toBe(450);
  });

  test('that says yes and does nothing has refused', async () => {
    const run = await start();
    run.machine.standIn.set({ ignoreSetters: 1 });
    await run.until('a power limit', () => run.lastOffer !== null);
    run.tick({ powerLimitW: 300 });
    await run.until('an answer', () => run.answers.length > 0);
    expect(run.answers).toMatchObject([{ ok: false, value: 450 }]);
  });

  test('that lets only root write makes the knob read-only with its sentence', async () => {
    const run = await start('yield', { NVML_STANDIN_ROOT: '0' });
    await run.until('a power limit', () => run.lastOffer !== null);
    run.tick({ powerLimitW: 300 });
    await run.until('a reason', () => run.lastOffer?.readOnly !== undefined);
    expect(run.lastOffer?.readOnly).toMatch(/NO_PERMISSION|right|root/);
    expect(run.answers).toMatchObject([{ ok: false }]);
    run.tick({ powerLimitW: 250 });
    expect(run.limitW).toBe(450);
  });

  test('that lost the card and found it again is told the limit that is decided then', async () => {
    const run = await start();
    await run.hold300();
    run.machine.standIn.set({ lost: 'all' });
    await run.until('no power limit', () => run.lastOffer === null);
    run.machine.standIn.resetCards();
    run.machine.standIn.clear('lost');
    await run.until('a power limit again', () => run.lastOffer !== null);
    expect(run.lastOffer?.value).toBe(450);
    run.tick({ powerLimitW: 300 });
    await run.until('300 W', () => run.limitW === 300);
  });
});

describe.skipIf(!hasStandIn())('another program', () => {
  test('has its way, also at the end', async () => {
    const run = await start();
    await run.hold300();
    run.machine.standIn.setFromOutside(0, 380);
    await run.until('its value', () => run.lastOffer?.value === 380);
    expect(run.lastOffer?.readOnly).toContain('another program set 380 W');
    await run.hardware.restore();
    expect(run.limitW).toBe(380);
    expect(run.machine.limits().filter((watts) => watts !== 380)).toEqual([300]);
  });

  test('is written over where the policy says so', async () => {
    const run = await start('reassert');
    await run.hold300();
    run.machine.standIn.setFromOutside(0, 380);
    await run.until('300 W again', () => run.answers.length === 2 && run.limitW === 300);
    expect(run.hardware.notices()).toMatchObject([{ title: 'another program writes powerLimitW too' }]);
  });
});
