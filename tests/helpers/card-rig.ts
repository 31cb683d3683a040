/** The core with the hardware actuator and a troubled card, tick by tick, as the agent runs them. */
import { type HardwareActuator, openHardwareKnobs } from '../../src/actuators/hardware-knobs.js';
import type { WriterPolicy } from '../../src/actuators/hold.js';
import { Core } from '../../src/agent/core.js';
import type { TickResult } from '../../src/agent/tick-types.js';
import type { Book } from '../../src/shapes/rule.js';
import type { Sample, TickEvent } from '../../src/shapes/sample.js';
import { SETTINGS, TICK_MS } from './loop.js';
import { shippedBook, shippedProfile } from './shipped.js';
import { TroubledCard } from './troubled-card.js';

export const RTX = shippedProfile('rtx-4090');

/** A book of these rules alone. */
export function rulesAlone(rules: string): Book {
  const book = shippedBook(RTX, `version: 1\nname: own\nrules:\n${rules.replace(/^/gm, '  ')}\n`);
  return { ...book, rules: book.rules.filter(({ place }) => place.path.startsWith('overlay')) };
}

/** A cap of 300 W while the bot fights. */
export const CAP_300 = rulesAlone(`- id: quiet
  when: { system.memoryPercent: { above: 50 } }
  then: [ { cap: { powerLimitW: 300 } } ]
  because: "memory at {system.memoryPercent}"`);

export class CardRig {
  readonly card: TroubledCard = new TroubledCard();
  readonly hardware: HardwareActuator;
  readonly core: Core;
  readonly book: Book;
  readonly said: string[] = [];
  readonly samples: Sample[] = [];
  atMs = 0;
  /** Wall time beside tick time, in ms. */
  wallOffsetMs = 1_700_000_000_000;
  /** Whether the rule of `CAP_300` is to be active. */
  isCapped = true;

  constructor(otherWriter: WriterPolicy = 'yield', book: Book = CAP_300, consent = true) {
    this.book = book;
    this.core = new Core({ ...SETTINGS, consent }, RTX, book, { engine: 'compiled' });
    this.hardware = openHardwareKnobs({
      card: this.card,
      otherWriter,
      log: (level, message) => this.said.push(`${level}: ${message}`),
    });
  }

  async tick(events: TickEvent[] = [], isGap = false): Promise<TickResult> {
    this.atMs += TICK_MS;
    if (isGap) this.wallOffsetMs += 3_600_000;
    const memory = this.isCapped ? 80 : 20;
    const readings = {
      ...this.card.sample(this.atMs),
      'system.memoryPercent': [memory, 'measured', 0] as [number, 'measured', number],
    };
    for (const event of events)
      if (event.kind === 'override' || event.kind === 'release') this.hardware.takeUp(event.knob);
    const owned = this.hardware.events({ atMs: this.atMs, isGap, readings });
    const wallMs = this.wallOffsetMs + this.atMs;
    const sample: Sample = {
      kind: 'sample',
      atMs: this.atMs,
      wallMs,
      cause: 'interval',
      readings,
      events: [...events, ...owned],
    };
    const line: Sample = JSON.parse(JSON.stringify(sample));
    this.samples.push(line);
    const result = await this.core.tick(line);
    const changed = Object.fromEntries(result.changes.map(({ knob, to }) => [knob, to]));
    this.hardware.start(changed, result.decision.revision);
    await settled();
    return result;
  }

  async ticks(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.tick();
  }

  /** Runs until the cap is in force. */
  async capped(): Promise<void> {
    await this.ticks(4);
    if (this.card.limitW !== 300) throw new Error(`the limit is ${this.card.limitW}`);
  }

  get offer(): { value: unknown; readOnly?: string } | undefined {
    return this.core.memory.knobs.powerLimitW?.offer;
  }

  /** The digest of a core that sees the recorded samples alone. */
  async replayed(consent = true): Promise<string> {
    const core = new Core({ ...SETTINGS, consent }, RTX, this.book, { engine: 'compiled' });
    for (const sample of this.samples) await core.tick(sample);
    return core.digest.value();
  }
}

/** Lets everything run that waits for nothing. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
