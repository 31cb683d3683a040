/** The facts of the bots: the controlling one's under `frame.`, `inference.`, `scene.`, observers' under `bots.`. */
import { FrameWatch } from '../facts/frames.js';
import { PaceWatch } from '../facts/pace.js';
import type { FactStore } from '../facts/store.js';
import type { Fold, FramesEvent, HelloEvent } from '../shapes/sample.js';
import { deriveLoads } from './derive.js';

/** Facts of a model that are kept after another took over. */
const KEPT_OF_MODEL = ['preprocessMs', 'inferenceMs', 'postprocessMs', 'totalMs'] as const;

/** What is put together from what frames tell, at every tick anew. */
const DERIVED: ReadonlySet<string> = new Set([
  'frame.loadPercent',
  'frame.otherLoadPercent',
  'inference.slowedPercent',
]);

/** What the controlling bot's frames tell. */
const IS_OF_FRAMES = (fact: string): boolean =>
  /^(?:frame|inference|scene)\./.test(fact) && !DERIVED.has(fact);

const NONE: ReadonlyMap<string, number> = new Map();

interface BotWatch {
  /** As it said. */
  name: string;
  /** Its name in facts; an observer of the same name as another has a number behind it, `watcher-2`. */
  label: string;
  controls: boolean;
  paused: boolean;
  saidMaxFps: number | undefined;
  frames: FrameWatch;
  /** Whether a fact is one that its frames tell. */
  isTold: (fact: string) => boolean;
}

/** The bots' side of a tick: takes its events and puts the facts that follow from them into the store. */
export class BotFacts {
  readonly #intervalMs: number;
  readonly #store: FactStore;
  readonly #bots: Map<string, BotWatch> = new Map();
  readonly #pace = new PaceWatch();
  readonly #ofModels: Map<string, number> = new Map();
  /** Whose models are told of. */
  #modelsOf: string | null = null;
  #busyMs = 0;
  #restarted = false;

  constructor(intervalMs: number, store: FactStore) {
    this.#intervalMs = intervalMs;
    this.#store = store;
  }

  /** What the controlling bot said or was found to hold itself to, in frames a second. */
  get maxFps(): number | undefined {
    return this.#controlling()?.saidMaxFps ?? this.#pace.maxFps;
  }

  get processedInTick(): number {
    return this.#controlling()?.frames.processedInTick ?? 0;
  }

  /** Since the tick began, what frames told before no longer counts: a change, a pause, the end of a session. */
  get haveRestarted(): boolean {
    return this.#restarted;
  }

  get hitShare(): number | undefined {
    return this.#controlling()?.frames.hitShare;
  }

  /** After a `gap` in time nothing that was measured before it counts. */
  beginTick(gap: boolean): void {
    this.#busyMs = 0;
    this.#restarted = false;
    for (const bot of this.#bots.values()) {
      bot.frames.beginTick();
      if (gap) bot.frames.reset();
    }
    if (gap) this.#pace.reset();
  }

  takeHello(hello: HelloEvent): void {
    const { name, controls, maxFps, session, replaces } = hello;
    const before = replaces === undefined ? undefined : this.#bots.get(replaces);
    if (replaces !== undefined) this.#bots.delete(replaces);
    const frames = new FrameWatch(this.#intervalMs);
    const label = controls ? name : this.#freeLabel(name, session);
    const isTold = controls ? IS_OF_FRAMES : isOfObserver(label);
    const paused = before?.paused ?? false;
    this.#bots.set(session, { name, label, controls, paused, saidMaxFps: maxFps, frames, isTold });
    if (!controls) return;
    if (this.#modelsOf !== name) this.#ofModels.clear();
    this.#modelsOf = name;
    this.forgetPace();
    if (before !== undefined) {
      // Its windows begin anew: what frames took before tells nothing of what it runs now.
      this.#restarted = true;
      return;
    }
    // What another bot saw last is no scene of this one.
    this.#store.unset(['scene.'], 'no frame yet');
  }

  #freeLabel(name: string, session: string): string {
    const taken = new Set(
      [...this.#bots].filter(([id, bot]) => id !== session && !bot.controls).map(([, { label }]) => label),
    );
    let label = name;
    for (let number = 2; taken.has(label); number++) label = `${name}-${number}`;
    return label;
  }

  /** Returns whether the controlling bot left. */
  takeBye(session: string): boolean {
    const bot = this.#bots.get(session);
    if (bot === undefined) return false;
    this.#bots.delete(session);
    if (bot.controls) {
      this.#restarted = true;
      this.forgetPace();
      this.#store.forget(IS_OF_FRAMES, 'no bot is connected');
    } else this.#store.forget(bot.isTold, 'the bot left');
    return bot.controls;
  }

  /** Also for a bot that goes on: in both cases its windows begin anew. */
  takePause(session: string, paused: boolean): void {
    const bot = this.#bots.get(session);
    if (bot === undefined) return;
    bot.paused = paused;
    bot.frames.reset();
    if (bot.controls) this.#restarted = true;
  }

  /** Frames of an unknown session are left out. */
  takeFrames(event: FramesEvent, atMs: number): void {
    const bot = this.#bots.get(event.session);
    if (bot === undefined) return;
    const goalFps = this.#store.number('level.goalFps');
    bot.frames.add(atMs, event, goalFps === undefined ? undefined : 1000 / goalFps);
    if (!bot.controls) return;
    this.#busyMs += event.folds['frame.totalMs']?.sum ?? 0;
    if (event.inference === undefined) return;
    const { model } = event.inference;
    for (const name of KEPT_OF_MODEL) {
      const fold = event.folds[`inference.${name}`];
      if (fold !== undefined) this.#ofModels.set(`inference.${model}.${name}`, fold.sum / fold.n);
    }
  }

  /** What frames measured before an applied change does not count after it. */
  restartFrames(): void {
    this.#restarted = true;
    this.#controlling()?.frames.restart();
  }

  /** The rate that the bot holds itself to has to be found anew. */
  forgetPace(): void {
    this.#pace.reset();
  }

  /** Closes the tick: every frame fact gets its value, or the reason it has none. */
  endTick(atMs: number, dtMs: number, isCapped: boolean): void {
    const controlling = this.#controlling();
    this.#store.derive('bot.connected', controlling !== undefined);
    this.#store.derive('bot.paused', controlling?.paused ?? false);
    for (const bot of this.#bots.values()) {
      const facts = bot.frames.endTick(atMs);
      const prefix = bot.controls ? '' : `bots.${bot.label}.`;
      const why = bot.paused ? 'the bot paused' : bot.frames.isSilent(atMs) ? 'no frame for 2 s' : null;
      const silent = why ?? 'no frame in the last second, or a change just applied';
      const told = prefix === '' ? facts : new Map([...facts].map(([fact, value]) => [prefix + fact, value]));
      if (why !== null) {
        this.#store.forget(bot.isTold, silent);
        continue;
      }
      const ofModels = bot.controls ? this.#ofModels : NONE;
      this.#store.forget(bot.isTold, silent, (fact) => told.has(fact) || ofModels.has(fact));
      for (const [fact, value] of told) this.#store.derive(fact, value, silent, 'measured');
      for (const [fact, value] of ofModels) this.#store.derive(fact, value);
    }
    this.#pace.observe(atMs, dtMs, this.#store.number('frame.fps'), this.#busyMs, isCapped);
  }

  /** The loads, once the goal of this tick is known. Without frames a plain reading stands for its own p95. */
  deriveLoads(atMs: number): void {
    const controlling = this.#store.isGiven('frame.totalMs') ? undefined : this.#controlling();
    const p95Ms =
      controlling === undefined ? this.#store.number('frame.totalMs') : controlling.frames.totalP95Ms(atMs);
    deriveLoads(this.#store, p95Ms);
  }

  /**
   * What the frames of this tick told of a fact: null while the bot that would tell it is silent or paused, undefined
   * where no frames tell it.
   */
  tickFold(fact: string, atMs: number): Fold | null | undefined {
    if (this.#store.isGiven(fact)) return undefined;
    const observed = fact.startsWith('bots.') ? /^bots\.([\w-]+)\.(.*)$/.exec(fact) : null;
    const name = observed?.[1];
    const own = observed?.[2] ?? fact;
    for (const bot of this.#bots.values()) {
      if (name === undefined ? !bot.controls : bot.controls || bot.label !== name) continue;
      const fold = bot.frames.tickFold(own);
      if (fold !== undefined) return bot.paused || bot.frames.isSilent(atMs) ? null : fold;
    }
    return undefined;
  }

  #controlling(): BotWatch | undefined {
    for (const bot of this.#bots.values()) if (bot.controls) return bot;
    return undefined;
  }
}

function isOfObserver(name: string): (fact: string) => boolean {
  const prefix = `bots.${name}.`;
  return (fact) => fact.startsWith(prefix) && IS_OF_FRAMES(fact.slice(prefix.length));
}
