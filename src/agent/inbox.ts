/** What bots sent since the last tick, as the events of one sample: frames folded, everything else in its order. */
import type { BotItem } from '../bot/index.js';
import { CATALOGUE } from '../facts/catalogue.js';
import { Folder } from '../facts/sketch.js';
import { isStageName } from '../facts/stages.js';
import { DEFAULT_FRAME_RULES, isNeverSkipped } from '../frames/importance.js';
import type { AppliedLine, FrameLine } from '../shapes/generated/bot-line.js';
import type { FrameRules } from '../shapes/rule.js';
import type { Fold, FramesEvent, TickEvent } from '../shapes/sample.js';

/** Frames of one session between two other events. */
class Run {
  readonly folders: Map<string, Folder> = new Map();
  readonly scene: Record<string, boolean> = {};
  readonly models: Map<string, { model: string; size: number; n: number }> = new Map();
  readonly controls: boolean;
  processed = 0;
  skipped = 0;
  dropped = 0;

  constructor(controls: boolean) {
    this.controls = controls;
  }

  add(fact: string, value: number | undefined): void {
    if (value === undefined) return;
    let folder = this.folders.get(fact);
    if (folder === undefined) {
      folder = new Folder();
      this.folders.set(fact, folder);
    }
    folder.add(value);
  }
}

/** The largest step between two frames that is an interval and not a pause or a bot's clock set anew, in ms. */
const MAX_INTERVAL_MS = 60_000;

/** More stages than this are a mistake of the bot; the first ones are kept. */
const MAX_FACTS = 64;

/** Gathers what comes between two ticks; its counts go on over the run. */
export class Inbox {
  readonly #onFrame: (session: string, line: FrameLine) => void;
  readonly #runs: Map<string, Run> = new Map();
  readonly #lastFrameMs: Map<string, number> = new Map();
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

  /** The events of one tick. */
  takeEvents(items: readonly BotItem[]): TickEvent[] {
    const events: TickEvent[] = [];
    for (const item of items) {
      if (item.kind === 'hello') {
        const { replaces } = item.event;
        // What the bot did until then it did with what it offered until then.
        if (replaces !== undefined) this.#closeRun(replaces, events);
        if (replaces !== undefined) this.#lastFrameMs.delete(replaces);
        events.push(item.event);
      } else if (item.kind === 'bye') {
        this.#closeRun(item.session, events);
        this.#lastFrameMs.delete(item.session);
        events.push({ kind: 'bye', session: item.session, cause: item.cause });
      } else if (item.line.kind === 'frame') {
        this.#addFrame(item.session, item.line, item.controls);
      } else {
        this.#closeRun(item.session, events);
        if (item.line.kind !== 'applied') {
          events.push({ kind: item.line.kind, session: item.session });
          this.#lastFrameMs.delete(item.session);
        } else if (item.controls) events.push(this.#applied(item.line));
      }
    }
    for (const session of [...this.#runs.keys()]) this.#closeRun(session, events);
    return events;
  }

  #applied(line: AppliedLine): TickEvent {
    const { knob, value, ok, error, tookMs } = line;
    const known = this.#revisions.filter(({ wire }) => wire <= line.revision).at(-1);
    const revision = known?.decision ?? 0;
    return { kind: 'applied', knob, value, ok, ...(error === undefined ? {} : { error }), tookMs, revision };
  }

  #addFrame(session: string, line: FrameLine, controls: boolean): void {
    this.#onFrame(session, line);
    const run = this.#runs.get(session) ?? new Run(controls);
    this.#runs.set(session, run);
    const lastMs = this.#lastFrameMs.get(session);
    this.#lastFrameMs.set(session, line.atMs);
    const intervalMs = lastMs === undefined ? undefined : line.atMs - lastMs;
    if (intervalMs !== undefined && intervalMs > 0 && intervalMs <= MAX_INTERVAL_MS)
      run.add('frame.intervalMs', intervalMs);
    run.dropped += line.drops ?? 0;
    run.add('frame.drops', line.drops);
    run.add('frame.queueSize', line.queueSize);
    run.add('frame.waitMs', line.waitMs);
    for (const [flag, isTrue] of Object.entries(line.scene ?? {})) {
      if (CATALOGUE[`scene.${flag}`] !== undefined) run.scene[flag] = (run.scene[flag] ?? false) || isTrue;
    }
    if (line.skipped === true) {
      run.skipped++;
      return;
    }
    run.processed++;
    this.#addTimes(run, line);
  }

  #addTimes(run: Run, line: FrameLine): void {
    run.add('frame.totalMs', line.totalMs);
    if (isNeverSkipped(line.scene ?? {}, this.#frameRules)) run.add('frame.criticalLatencyMs', line.totalMs);
    const { inference } = line;
    const inferenceMs = inferenceTotalMs(inference);
    const stages = { ...(inferenceMs === undefined ? {} : { yolo: inferenceMs }), ...line.stagesMs };
    for (const [stage, ms] of Object.entries(stages)) {
      if (!isStageName(stage) || (run.folders.size >= MAX_FACTS && !run.folders.has(`frame.${stage}Ms`)))
        continue;
      run.add(`frame.${stage}Ms`, ms);
      if (run.controls) this.#addStage(stage, ms);
    }
    if (run.controls && line.totalMs !== undefined) this.#addStage('total', line.totalMs);
    if (inference === undefined) return;
    run.add('inference.totalMs', inferenceMs);
    for (const name of [
      'preprocessMs',
      'inferenceMs',
      'postprocessMs',
      'detections',
      'gpuMemoryMib',
    ] as const) {
      run.add(`inference.${name}`, inference[name]);
    }
    const { model, size } = inference;
    if (model === undefined || size === undefined) return;
    const key = `${model}@${size}`;
    run.models.set(key, { model, size, n: (run.models.get(key)?.n ?? 0) + 1 });
  }

  #addStage(stage: string, ms: number): void {
    const folder = this.stages.get(stage) ?? new Folder();
    this.stages.set(stage, folder);
    folder.add(ms);
  }

  #closeRun(session: string, events: TickEvent[]): void {
    const run = this.#runs.get(session);
    if (run === undefined) return;
    this.#runs.delete(session);
    const folds: Record<string, Fold> = {};
    for (const [fact, folder] of run.folders) folds[fact] = folder.take();
    const [most] = [...run.models.values()].sort((a, b) => b.n - a.n);
    const event: FramesEvent = {
      kind: 'frames',
      session,
      processed: run.processed,
      skipped: run.skipped,
      dropped: run.dropped,
      folds,
      scene: run.scene,
      ...(most === undefined ? {} : { inference: { model: most.model, size: most.size } }),
    };
    events.push(event);
    if (!run.controls) return;
    this.counts.processed += run.processed;
    this.counts.skipped += run.skipped;
    this.counts.dropped += run.dropped;
  }
}

/** The three stages of an inference together; undefined when none of them was told. */
function inferenceTotalMs(inference: FrameLine['inference']): number | undefined {
  const parts = [inference?.preprocessMs, inference?.inferenceMs, inference?.postprocessMs].filter(
    (ms) => ms !== undefined,
  );
  return parts.length === 0 ? undefined : parts.reduce((sum, ms) => sum + ms, 0);
}
