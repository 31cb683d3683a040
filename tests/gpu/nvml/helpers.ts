/** Opens the cards of a simulated machine as a run does: through the compiled child. */
import { afterEach } from 'vitest';
import { type NvmlOptions, openNvml } from '../../../src/gpu/nvml/index.js';
import type { CardSet, CardWriter } from '../../../src/shapes/gpu.js';
import { type NvmlCaller, startCaller } from '../../helpers/nvml-caller.js';
import { openStandIn, type StandIn, type StandInOptions } from '../../helpers/nvml-standin.js';

/** The child runs what `npm run build` made: Node does not read TypeScript. */
export const CHILD_ENTRY: URL = new URL('../../../dist/gpu/nvml/nvml-child.js', import.meta.url);
export const PACE = { fastMs: 500, slowMs: 5_000, rareMs: 30_000 };

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Ends something after the test, the newest first. */
export function later(end: () => Promise<void> | void): void {
  ends.push(end);
}

/** A simulated machine that ends with the test. */
export function standIn(options?: StandInOptions): StandIn {
  const machine = openStandIn(options);
  later(() => machine.close());
  return machine;
}

/** The cards of a machine, open until the test ends. */
export async function openCardsOf(machine: StandIn, options: Partial<NvmlOptions> = {}): Promise<CardSet> {
  const env = { ...process.env, ...machine.env };
  const opening = await openNvml({ pace: PACE, childEntry: CHILD_ENTRY, env, ...options });
  if (!opening.ok) throw new Error(opening.why);
  later(() => opening.cards.close());
  return opening.cards;
}

/** Writes the power limit and nothing else, without a journal. */
export function plainWriter(machine: StandIn): CardWriter {
  let started: Promise<NvmlCaller> | undefined;
  const start = async (): Promise<NvmlCaller> => {
    const caller = startCaller(machine.env);
    later(() => caller.kill());
    await caller.call('nvmlInit_v2');
    return caller;
  };
  const call = async (): Promise<NvmlCaller> => {
    started ??= start();
    return started;
  };
  const limitOf = async (): Promise<number> => {
    const caller = await call();
    return (await caller.read('nvmlDeviceGetPowerManagementLimit', await caller.device())) / 1000;
  };
  const write = async (watts: number): Promise<number> => {
    const caller = await call();
    return Number(
      await caller.call('nvmlDeviceSetPowerManagementLimit', await caller.device(), watts * 1000),
    );
  };
  let found: number | undefined;
  return {
    refusal: null,
    async set(_uuid, _knob, value) {
      found ??= await limitOf();
      const code = await write(value);
      const inForce = await limitOf();
      return code === 0 ? { ok: true, value: inForce } : { ok: false, value: inForce, error: `code ${code}` };
    },
    forget: async () => {
      found = undefined;
    },
    async restore() {
      if (found !== undefined) await write(found);
    },
    close: async () => undefined,
  };
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
