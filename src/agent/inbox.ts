/** What bots sent since the last tick, as the events of one sample: frames folded, everything else in its order. */
import type { BotItem } from '../bot/index.js';
import { Folder } from '../facts/sketch.js';
import { stageOf } from '../facts/stages.js';
import { DEFAULT_FRAME_RULES } from '../frames/importance.js';
import type { AppliedLine, FrameLine } from '../shapes/generated/bot-line.js';
import type { FrameRules } from '../shapes/rule.js';
import type { FramesEvent, TickEvent } from '../shapes/sample.js';
import { FrameRun } from './frame-run.js';

/** Gathers what comes between two ticks; its counts go on over the run. */
export class Inbox {
  readonly #onFrame: (session: string, line: FrameLine) => void;
  readonly #runs: Map<string, { run: FrameRun; controls: boolean }> = new Map();
  readonly #lastFrameMs: Map<string, number> = new Map();
  /** What happened since the newest tick, but for the frames that are still gathered. */
  #events: TickEvent[] = [];
  #frameRules: FrameRules = DEFAULT_FRAME_RULES;
  /** Wire revisions and the decision's own, oldest first. */
  #revisions: { wire: number; decision: number }[] = [];
  /** Frames, processed and skipped, since the start. */
  readonly counts: { processed: number; skipped: number; dropped: number } = {
    processed: 0,
    skipped: 0,
    dropped: 0,
  };
  /** Every stage's time since the start, for the totals of a run. */
  readonly stages: Map<string, Folder> = new Map();

  /** `onFrame` is shown every frame on its way in. */
  constructor(onFrame: (session: string, line: FrameLine) => void = () => undefined) {
    this.#onFrame = onFrame;
  }

  /** The flags under which a frame is never skipped make it a critical one from now on. */
  useFrameRules(rules: FrameRules): void {
    this.#frameRules = rules;
  }

  /** Remembers under which revision the bot was told a decision. */
  noteRevision(wire: number, decision: number): void {
    if (this.#revisions.at(-1)?.wire !== wire) this.#revisions.push({ wire, decision });
    // A bot answers the newest few; older ones are superseded whatever they are.
    if (this.#revisions.length > 100) this.#revisions = this.#revisions.slice(-50);
  }

  /** Takes in what came so far, so that it need not be held until the tick. */
  take(items: readonly BotItem[]): void {
    for (const item of items) this.#take(item);
  }

  /** The events of one tick: of these items, and of all that was taken in since the tick before. */
  takeEvents(items: readonly BotItem[]): TickEvent[] {
    this.take(items);
    for (const session of [...this.#runs.keys()]) this.#closeRun(session);
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #take(item: BotItem): void {
    if (item.kind === 'hello') {
      this.#events.push(item.event);
    } else if (item.kind === 'bye') {
      this.#closeRun(item.session);
      this.#lastFrameMs.delete(item.session);
      this.#events.push({ kind: 'bye', session: item.session, cause: item.cause });
    } else if (item.line.kind === 'frame') {
      this.#addFrame(item.session, item.line, item.controls);
    } else {
      this.#closeRun(item.session);
      if (item.line.kind !== 'applied') {
        this.#events.push({ kind: item.line.kind, session: item.session });
        this.#lastFrameMs.delete(item.session);
      } else if (item.controls) this.#events.push(this.#applied(item.line));
    }
  }

  #applied(line: AppliedLine): TickEvent {
    const { knob, value, ok, error, tookMs } = line;
    const known = this.#revisions.filter(({ wire }) => wire <= line.revision).at(-1);
    const revision = known?.decision ?? 0;
    return { kind: 'applied', knob, value, ok, ...(error === undefined ? {} : { error }), tookMs, revision };
  }

  #addFrame(session: string, line: FrameLine, controls: boolean): void {
    this.#onFrame(session, line);
    let open = this.#runs.get(session);
    if (open === undefined) {
      open = { run: new FrameRun(), controls };
      this.#runs.set(session, open);
    }
    const lastMs = this.#lastFrameMs.get(session);
    this.#lastFrameMs.set(session, line.atMs);
    open.run.add(line, lastMs === undefined ? undefined : line.atMs - lastMs, this.#frameRules);
  }

  #closeRun(session: string): void {
    const open = this.#runs.get(session);
    if (open === undefined) return;
    this.#runs.delete(session);
    const event = open.run.end(session);
    this.#events.push(event);
    if (open.controls) this.#count(event);
  }

  #count({ processed, skipped, dropped, folds }: FramesEvent): void {
    this.counts.processed += processed;
    this.counts.skipped += skipped;
    this.counts.dropped += dropped;
    for (const [fact, fold] of Object.entries(folds)) {
      const stage = fact === 'frame.totalMs' ? 'total' : stageOf(fact);
      if (stage === undefined) continue;
      const folder = this.stages.get(stage) ?? new Folder();
      this.stages.set(stage, folder);
      folder.addFold(fold);
    }
  }
}
