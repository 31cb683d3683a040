/** A bot: its knobs, its frames, and the agent that may or may not be there. */
import { DEFAULT_FRAME_RULES, type Scene } from '../frames/importance.js';
import { decideSkip, SKIP_START, type SkipState } from '../frames/skip.js';
import type { BotLine } from '../shapes/generated/bot-line.js';
import type { KnobValue } from '../shapes/knob.js';
import type { FrameRules } from '../shapes/rule.js';
import type { Told } from './answer.js';
import { TimedFrame, toScene } from './frame.js';
import { KnobBoard } from './knob-board.js';
import { LineQueue } from './line-queue.js';
import { Link } from './link.js';
import { expandKnobs, expandModels } from './offer.js';
import type { Bot, ConnectOptions, Frame } from './types.js';

/** Named in the hello; a test holds it to the package's version. */
export const SDK_NAME = 'evenkeel-typescript 0.1.0';

/** Frames older than this when a session begins are not of its business, in ms (wire.md: late after 2 s). */
const STALE_MS = 2_000;

const NO_SCENE: Scene = {};

/**
 * Connects a bot to the agent, now or whenever there is one. Returns at once.
 * @param name What the bot is called on the agent's screen, 1 to 64 characters.
 * @throws TypeError for a knob that offers nothing; never later.
 */
export function connect(name: string, options: ConnectOptions): Bot {
  return new ConnectedBot(name, options);
}

class ConnectedBot implements Bot {
  readonly #queue = new LineQueue();
  readonly #board: KnobBoard;
  readonly #link: Link;
  #frameRules: FrameRules = DEFAULT_FRAME_RULES;
  #skip: SkipState = SKIP_START;
  #scene: Scene | null = null;
  #frames = 0;
  #isPaused = false;
  #isClosed = false;

  constructor(name: string, options: ConnectOptions) {
    const offers = expandKnobs(options.knobs);
    const models = expandModels(options.models, offers);
    this.#board = new KnobBoard(offers, (line) => this.#send(line));
    this.#link = new Link({
      where: options,
      queue: this.#queue,
      hello: () => ({
        protocol: 1,
        name,
        pid: process.pid,
        sdk: SDK_NAME,
        loop: options.loop ?? 'newest',
        ...(options.maxFps === undefined ? {} : { maxFps: options.maxFps }),
        ...(options.gpuUuid === undefined ? {} : { gpuUuid: options.gpuUuid }),
        models,
        knobs: this.#board.offers,
      }),
      begun: () => this.#begin(),
      told: (told) => this.#take(told),
      lost: () => this.#board.returnToSafe(),
    });
  }

  get connected(): boolean {
    return this.#link.isConnected;
  }

  get refusal(): string | null {
    return this.#link.refusal;
  }

  get decision(): Readonly<Record<string, KnobValue>> {
    return this.#board.decision;
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  on(knob: string, apply: (value: KnobValue) => void | Promise<void>): void {
    this.#board.on(knob, apply);
  }

  shouldSkip(scene: Scene = NO_SCENE): boolean {
    const share = this.#board.decision.frameSkip;
    const atMs = performance.now();
    const verdict = decideSkip(
      this.#skip,
      typeof share === 'number' ? share : 0,
      scene,
      this.#frameRules,
      atMs,
    );
    this.#skip = verdict.state;
    this.#scene = verdict.skip ? null : scene;
    if (!verdict.skip) return false;
    this.#frames += 1;
    const flags = toScene(scene);
    this.#send({
      kind: 'frame',
      id: this.#frames,
      atMs: Math.round(atMs * 1000) / 1000,
      skipped: true,
      skipReason: verdict.reason,
      ...(flags === undefined ? {} : { scene: flags }),
    });
    return true;
  }

  frame(size: readonly [width: number, height: number]): Frame {
    const scene = this.#scene;
    this.#scene = null;
    this.#frames += 1;
    return new TimedFrame(this.#frames, size, scene, (line) => this.#send(line));
  }

  pause(): void {
    this.#isPaused = true;
    this.#send({ kind: 'pause' });
  }

  resume(): void {
    this.#isPaused = false;
    this.#send({ kind: 'resume' });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#link.close();
  }

  #send(line: BotLine): void {
    if (this.#isClosed) return;
    this.#queue.push(line);
    this.#link.wake();
  }

  /** A new session knows the values from its hello; what waited of another one's does not concern it. */
  #begin(): void {
    const oldestMs = performance.now() - STALE_MS;
    this.#queue.keepOnly((line) => line.kind === 'frame' && line.atMs >= oldestMs);
    if (this.#isPaused) this.#queue.push({ kind: 'pause' });
  }

  #take({ decision, revision, frameRules }: Told): void {
    if (frameRules !== null) this.#frameRules = frameRules;
    this.#board.decide(decision, revision);
  }
}
