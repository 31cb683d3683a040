/** The cards of this machine through NVML, read by a child process that can be replaced. */
import { reasonOf } from '../../errors.js';
import type { CardSet, CardWriter } from '../../shapes/gpu.js';
import { cardSet } from '../card-set.js';
import { NvmlCard } from './card.js';
import type { Demotion, Pace } from './reader.js';
import { OPEN_DEADLINE_MS, Reading } from './reading.js';
import { Supervisor } from './supervisor.js';

export type { Pace } from './reader.js';

/** How the cards are opened; all but the pace may be left out. */
export interface NvmlOptions {
  pace: Pace;
  /** Changes settings; without one every knob is read-only. It is not closed with the cards. */
  writer?: CardWriter | undefined;
  /** UUID of the bot's card; the driver's first unless given. */
  uuid?: string | undefined;
  /** Environment of the child; `NVML_LIBRARY` in it names the library. This process's unless given. */
  env?: NodeJS.ProcessEnv | undefined;
  /** The compiled entry of the child; found beside this file unless said. */
  childEntry?: URL | undefined;
}

/** The cards, or why they cannot be read this way: a sentence. */
export type NvmlOpening = { ok: true; cards: CardSet } | { ok: false; why: string };

/** Opens all cards of this machine, the bot's first. Never throws for what this machine lacks. */
export async function openNvml({ pace, writer, uuid, env, childEntry }: NvmlOptions): Promise<NvmlOpening> {
  const entry = childEntry ?? new URL('./nvml-child.js', import.meta.url);
  const supervisor = new Supervisor(entry, env ?? process.env);
  const refuse = (why: string): NvmlOpening => {
    supervisor.close();
    return { ok: false, why };
  };
  const startMs = performance.now();
  const opened = await supervisor
    .ask({ kind: 'open', pace, known: [] }, OPEN_DEADLINE_MS)
    .catch((error: unknown) => ({ kind: 'failed', why: reasonOf(error) }) as const);
  if (opened.kind !== 'opened') return refuse(opened.kind === 'failed' ? opened.why : 'expected cards');
  const { cards: inventories, driver, library, refused } = opened;
  const reading = new Reading(supervisor, pace, inventories, performance.now() - startMs);
  const [first, ...others] = inventories.map((inventory) => new NvmlCard(inventory, reading, writer));
  if (first === undefined) return refuse([`${library} tells of no card`, ...refused].join('; '));
  const one = others.length === 0 ? 'the card is' : `${inventories.length} cards are`;
  const set = cardSet([first, ...others], {
    note: [`${one} read through NVML (${library}, driver ${driver})`, ...refused].join('; '),
    standing: () => standing(reading, inventories),
    outsideCpuUs: () => supervisor.cpuUs,
    close: async () => reading.close(),
  });
  if (uuid !== undefined && !set.choose(uuid)) {
    const there = inventories.map((inventory) => `${inventory.name} (${inventory.uuid})`).join(', ');
    return refuse(`expected the UUID of a card of this machine, got ${uuid}; there is ${there}`);
  }
  await reading.readAll();
  return { ok: true, cards: set };
}

/** What a person should know: a silent driver, lost and sleeping cards, what is read more rarely. */
function standing(reading: Reading, inventories: readonly { name: string; uuid: string }[]): string[] {
  const notes: string[] = [];
  if (reading.outage !== null) {
    notes.push(
      `the driver does not answer (${reading.outage}): the last values grow old until another reader gets through`,
    );
  }
  for (const { name, uuid } of inventories) {
    const card = reading.of(uuid);
    if (card === undefined) continue;
    if (card.state !== 'up') notes.push(`${name} (${uuid}) is ${card.state}: ${card.why}`);
    notes.push(...card.demotions.map((one) => demoted(one, name)));
  }
  return notes;
}

function demoted({ facts, everyMs, costMs }: Demotion, name: string): string {
  const what = facts.map((fact) => `gpu.${fact}`).join(' and ');
  return `${what} of ${name} is read every ${everyMs / 1000} s only, because one reading takes ${costMs} ms of the driver`;
}
