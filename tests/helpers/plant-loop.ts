/** A bot beside the simulated card, closed: its frames take what the card's limits make of them, and warm it. */
import { SimulatedCard, type SimulatedLoad } from '../../src/gpu/simulated/card.js';
import type { PlantParameters } from '../../src/gpu/simulated/parameters.js';
import type { Profile } from '../../src/shapes/profile.js';
import type { FactValue } from '../../src/shapes/reading.js';
import type { Book } from '../../src/shapes/rule.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { frames, hello, Loop } from './loop.js';

const SECOND_MS = 1_000;

/** What the bot does: times in ms on a card that nothing limits. */
export interface PlantWork {
  /** The network, on the card. */
  inferenceMs: number;
  /** All else of a frame, on the processor. */
  otherMs?: number;
  /** Unpaced where it is left out. */
  pacedFps?: number;
  /** Time in which a game on the same card hands its picture over; it takes all of the card that the bot leaves. */
  gameMs?: number;
}

/** What a run came to. */
export interface PlantRun {
  frames: number;
  energyJ: number;
  joulesPerFrame: number;
  fps: number;
  /** Frames inside the time that the balanced level's 60 a second give them. */
  hitPercent: number;
  hottestC: number;
  secondsThermal: number;
  writes: number;
}

/** The loop of a bot that offers no ladder, so that model and size stay what they are. */
export class PlantLoop {
  readonly card: SimulatedCard;
  readonly loop: Loop;
  readonly #hasRules: boolean;

  private constructor(card: SimulatedCard, loop: Loop, hasRules: boolean) {
    this.card = card;
    this.loop = loop;
    this.#hasRules = hasRules;
  }

  static async open(
    profile: Profile,
    book: Book,
    parameters: Partial<PlantParameters> = {},
    hasRules = true,
  ): Promise<PlantLoop> {
    const card = new SimulatedCard(parameters);
    const tierMs = { frame: SECOND_MS, fast: SECOND_MS, slow: 5_000, rare: 30_000, tick: SECOND_MS };
    const loop = new Loop(profile, book, { intervalMs: SECOND_MS, tierMs }, { engine: 'compiled' });
    const offers = Object.entries(card.knobs()).map(
      ([knob, offer]): TickEvent => ({ kind: 'device', knob, offer }),
    );
    await loop.tick([hello({ models: [], knobs: {} }), ...offers], card.sample(0));
    return new PlantLoop(card, loop, hasRules);
  }

  /** Runs for a time. What is decided is written to the card, as its knobs' actuator would. */
  async run(seconds: number, work: PlantWork, faults: SimulatedLoad = {}): Promise<PlantRun> {
    const run = { frames: 0, hits: 0, hottestC: 0, secondsThermal: 0, writes: 0 };
    const { card, loop } = this;
    const startJ = this.#number('gpu.energyJ');
    let owedFrames = 0;
    for (let i = 0; i < seconds; i++) {
      const slower = card.slowdownFactor();
      const { gameMs, otherMs = 3, pacedFps } = work;
      // A game that is slowed hands its picture over later.
      const captureMs = (gameMs ?? 0) * slower;
      const inferenceMs = work.inferenceMs * slower;
      const totalMs = otherMs + captureMs + inferenceMs;
      const intervalMs = pacedFps === undefined ? totalMs : Math.max(totalMs, 1000 / pacedFps);
      owedFrames += SECOND_MS / intervalMs;
      const n = Math.floor(owedFrames);
      owedFrames -= n;
      const busyShare = gameMs === undefined ? Math.min(1, inferenceMs / intervalMs) : 1;
      card.setLoad({ ...faults, busyShare });
      const readings = card.sample(loop.nowMs + SECOND_MS);
      const event = frames(n, totalMs, inferenceMs, { intervalMs });
      const { changes } = await loop.tick([event], readings, SECOND_MS);
      run.frames += n;
      if (totalMs <= 1000 / 60) run.hits += n;
      run.hottestC = Math.max(run.hottestC, this.#number('gpu.temperatureC'));
      if (readings['gpu.limitedBy']?.[0] === 'thermal') run.secondsThermal++;
      for (const { knob, to } of this.#hasRules ? changes : []) {
        if (knob === 'powerLimitW') run.writes++;
        await card.apply(knob, to);
      }
    }
    const energyJ = this.#number('gpu.energyJ') - startJ;
    const { hits, ...rest } = run;
    return {
      ...rest,
      energyJ,
      joulesPerFrame: energyJ / run.frames,
      fps: run.frames / seconds,
      hitPercent: (100 * hits) / run.frames,
    };
  }

  fact(name: string): FactValue | undefined {
    return this.loop.core.store.known(name);
  }

  #number(fact: string): number {
    return this.loop.core.store.number(fact) ?? 0;
  }
}
