/** A bot: its knobs, its frames, and the agent that may or may not be there. */
import { DEFAULT_FRAME_RULES, type Scene } from '../frames/importance.js';
import { decideSkip, SKIP_START, type SkipState } from '../frames/skip.js';
import type { Decision } from '../shapes/decision.js';
import type { BottleneckAnswer, Recommendation, Snapshot } from '../shapes/generated/answers.js';
import type { AppliedLine } from '../shapes/generated/bot-line.js';
import type { KnobValue } from '../shapes/knob.js';
import type { SetAnswer } from '../shapes/port.js';
import type { FrameRules } from '../shapes/rule.js';
import type { Told } from './answer.js';
import { addFlags } from './bounds.js';
import { checkOptions } from './check-options.js';
import { type FrameHome, TimedFrame } from './frame.js';
import { FrameRecord } from './frame-record.js';
import type { Frame, Inference } from './frame-types.js';
import { KnobBoard } from './knob-board.js';
import { LineQueue, type QueuedLine } from './line-queue.js';
import { Link } from './link.js';
import { tellFailedChange, tellOddKnobs, tellOddUrl } from './mistakes.js';
import { expandKnobs, expandModels, keptModels, saidIn } from './offer.js';
import { Problems } from './problems.js';
import { AgentQuestions } from './questions.js';
import { runIn } from './run-in.js';
import type { Bot, ConnectOptions, Offer } from './types.js';

/** Named in the hello; a test holds it to the package's version. */
export const SDK_NAME = 'evenkeel-typescript 0.1.0';

/** Frames older than this when a session begins are not of its business, in ms (wire.md: late after 2 s). */
const STALE_MS = 2_000;

const NO_SCENE: Scene = {};

/**
 * Connects a bot to the agent, now or whenever there is one. Returns at once.
 * @param name What the bot is called on the agent's screen, 1 to 64 characters.
 * @throws TypeError for a name, knob or option that cannot be; never later.
 */
export function connect(name: string, options: ConnectOptions = {}): Bot {
  return new ConnectedBot(name, options);
}

class ConnectedBot implements Bot, FrameHome {
  readonly problems: Problems = new Problems();
  readonly #queue = new LineQueue();
  readonly #board: KnobBoard;
  readonly #link: Link;
  readonly #questions: AgentQuestions;
  readonly #sample: number;
  #frameRules: FrameRules = DEFAULT_FRAME_RULES;
  #skip: SkipState = SKIP_START;
  /** What the frame that comes next is told to be. */
  #scene: Scene | null = null;
  /** Whether `shouldSkip` has been asked about it. */
  #isJudged = false;
  #frames = 0;
  /** Processed frames until one is timed again. */
  #untimed = 0;
  /** The frame begun last, while it runs. */
  #open: TimedFrame | null = null;
  #isPaused = false;
  #isClosed = false;

  constructor(name: string, options: ConnectOptions) {
    checkOptions(name, options);
    this.#sample = options.sample ?? 1;
    const offers = expandKnobs(options.knobs ?? {});
    const models = expandModels(options.models, offers);
    tellOddKnobs(Object.keys(offers), this.problems);
    if (options.url === undefined) tellOddUrl(process.env.EVENKEEL_URL, this.problems);
    this.#board = new KnobBoard(offers, models, (line) => this.#applied(line));
    this.#questions = new AgentQuestions(options, this.problems);
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
        models: this.#board.models,
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

  get problem(): string | null {
    return this.problems.newest;
  }

  get decision(): Readonly<Record<string, KnobValue>> {
    return this.#board.decision;
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  on(knob: string, apply: (value: KnobValue) => void | Promise<void>): void {
    if (typeof apply !== 'function') this.problems.sayOnce('on', knob, 'a function', apply);
    else if (!this.#board.on(knob, apply)) this.problems.sayOnce('on', knob, 'a knob that was offered', knob);
  }

  offer(offer: Offer): void {
    try {
      const { knobs, models } = offer;
      const offers = knobs === undefined ? this.#board.offers : expandKnobs(knobs);
      const known =
        models === undefined ? keptModels(this.#board.models, offers) : expandModels(models, offers);
      tellOddKnobs(Object.keys(offers), this.problems);
      this.#board.offer(offers, known, saidIn(knobs ?? {}));
      this.#link.sayAgain();
    } catch (error) {
      const came = error instanceof Error ? error.message : error;
      this.problems.sayOnce('offer', 'knobs', 'knobs and models as connect takes them', came);
    }
  }

  shouldSkip(scene: Scene = NO_SCENE): boolean {
    const share = this.#board.decision.frameSkip;
    const atMs = performance.now();
    const flags = addFlags(null, scene);
    const verdict = decideSkip(
      this.#skip,
      typeof share === 'number' ? share : 0,
      flags ?? NO_SCENE,
      this.#frameRules,
      atMs,
    );
    this.#skip = verdict.state;
    const frame = this.#open?.isJudged === false ? this.#open : null;
    if (!verdict.skip) {
      this.#judge(frame, flags);
      return false;
    }
    const record = frame === null ? new FrameRecord(this.#nextId(), atMs) : this.#skipOpen(frame);
    this.#scene = null;
    record.skipReason = verdict.reason;
    record.scene = flags;
    this.#send(record);
    return true;
  }

  frame(size?: readonly [width: number, height: number]): Frame;
  frame<T>(size: readonly [width: number, height: number] | undefined, work: (frame: Frame) => T): T;
  frame<T>(size?: readonly [number, number], work?: (frame: Frame) => T): Frame | T {
    const frame = this.#newFrame();
    frame.begin(size, this.#scene);
    this.#scene = null;
    return work === undefined ? frame : runIn(frame, work, endFrame);
  }

  startFrame(size?: readonly [width: number, height: number]): Frame;
  startFrame<T>(size: readonly [width: number, height: number] | undefined, work: (frame: Frame) => T): T;
  startFrame<T>(size?: readonly [number, number], work?: (frame: Frame) => T): Frame | T {
    return work === undefined ? this.frame(size) : this.frame(size, work);
  }

  startInference(model: string, size: number | readonly [width: number, height: number]): Inference {
    if (this.#open !== null) return this.#open.inference(model, size);
    const frame = this.#newFrame();
    frame.isTold(this.#scene);
    frame.isJudged = true;
    this.#scene = null;
    return frame.beginInference(model, size, true);
  }

  /** What ends goes into the queue, from where it is sent. */
  finished(frame: TimedFrame, record: FrameRecord): void {
    if (this.#open === frame) this.#open = null;
    this.#send(record);
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

  forceOptimization(): Promise<Decision | null> {
    return this.#questions.forceOptimization();
  }

  applyPreset(name: string, forS?: number): Promise<SetAnswer | null> {
    return this.#questions.applyPreset(name, forS);
  }

  recommendations(): Promise<Recommendation[] | null> {
    return this.#questions.recommendations();
  }

  snapshot(): Promise<Snapshot | null> {
    return this.#questions.snapshot();
  }

  bottleneckAnalysis(): Promise<BottleneckAnswer | null> {
    return this.#questions.bottleneckAnalysis();
  }

  export(file: string): Promise<string | null> {
    return this.#questions.export(file);
  }

  #newFrame(): TimedFrame {
    const isTimed = this.#untimed === 0;
    this.#untimed = isTimed ? this.#sample - 1 : this.#untimed - 1;
    const frame = new TimedFrame(this.#nextId(), this, isTimed);
    frame.isJudged = this.#isJudged;
    this.#isJudged = false;
    this.#open = frame;
    return frame;
  }

  #nextId(): number {
    this.#frames += 1;
    return this.#frames;
  }

  /** Keeps what is true of the frame asked about: of the open one, or of the one that comes next. */
  #judge(frame: TimedFrame | null, flags: Scene | null): void {
    if (frame === null) {
      this.#scene = flags;
      this.#isJudged = true;
    } else {
      frame.isTold(flags);
      frame.isJudged = true;
    }
  }

  /** The record of the line that a skipped frame becomes; it does not count among the frames of a sample. */
  #skipOpen(frame: TimedFrame): FrameRecord {
    frame.skip();
    this.#open = null;
    this.#untimed = (this.#untimed + 1) % this.#sample;
    return new FrameRecord(frame.id, frame.atMs);
  }

  #applied(line: AppliedLine): void {
    this.#send(line);
    tellFailedChange(line, this.problems);
  }

  #send(line: QueuedLine): void {
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

function endFrame(frame: Frame): void {
  frame.finishFrame();
}
