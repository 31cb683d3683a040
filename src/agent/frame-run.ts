/** Frames of one bot between two other events of it, folded as they come: nothing of a frame is held. */
import { CATALOGUE } from '../facts/catalogue.js';
import { Folder } from '../facts/sketch.js';
import { factOfStage } from '../facts/stages.js';
import { isNeverSkipped } from '../frames/importance.js';
import type { FrameInference, FrameLine } from '../shapes/generated/bot-line.js';
import type { FrameRules } from '../shapes/rule.js';
import type { Fold, FramesEvent } from '../shapes/sample.js';

/** The largest step between two frames that is an interval and not a pause or a bot's clock set anew, in ms. */
const MAX_INTERVAL_MS = 60_000;
/** More facts than this are a mistake of the bot; the first ones are kept. */
const MAX_FACTS = 64;
/** A bot has no more models and sizes in force between two ticks. */
const MAX_MODELS = 64;
const SCENE_FLAGS = new Set(
  Object.keys(CATALOGUE).flatMap((fact) => (fact.startsWith('scene.') ? [fact.slice('scene.'.length)] : [])),
);

/** Folds the frames of one session. What is done here is done for every frame, so it makes no copies. */
export class FrameRun {
  readonly #folders: Map<string, Folder> = new Map();
  /** The stages told so far, with the facts that they make. */
  readonly #stageFacts: Map<string, string> = new Map();
  readonly #models: { model: string; size: number; n: number }[] = [];
  readonly #scene: Record<string, boolean> = {};
  #processed = 0;
  #skipped = 0;
  #dropped = 0;

  /** Takes a frame; `stepMs` is its bot's time since the frame before, undefined where there is none. */
  add(line: FrameLine, stepMs: number | undefined, rules: FrameRules): void {
    if (stepMs !== undefined && stepMs > 0 && stepMs <= MAX_INTERVAL_MS)
      this.#fold('frame.intervalMs', stepMs);
    this.#dropped += line.drops ?? 0;
    this.#fold('frame.drops', line.drops);
    this.#fold('frame.queueSize', line.queueSize);
    this.#fold('frame.waitMs', line.waitMs);
    const { scene } = line;
    for (const flag in scene)
      if (SCENE_FLAGS.has(flag)) this.#scene[flag] = (this.#scene[flag] ?? false) || scene[flag] === true;
    if (line.skipped === true) {
      this.#skipped++;
      return;
    }
    this.#processed++;
    this.#addTimes(line, rules);
  }

  /** What the frames came to. */
  end(session: string): FramesEvent {
    const folds: Record<string, Fold> = {};
    for (const [fact, folder] of this.#folders) folds[fact] = folder.fold();
    const [most] = this.#models.sort((a, b) => b.n - a.n);
    return {
      kind: 'frames',
      session,
      processed: this.#processed,
      skipped: this.#skipped,
      dropped: this.#dropped,
      folds,
      scene: this.#scene,
      ...(most === undefined ? {} : { inference: { model: most.model, size: most.size } }),
    };
  }

  #addTimes({ totalMs, scene, stagesMs, inference }: FrameLine, rules: FrameRules): void {
    this.#fold('frame.totalMs', totalMs);
    if (scene !== undefined && isNeverSkipped(scene, rules)) this.#fold('frame.criticalLatencyMs', totalMs);
    const inferenceMs = inference === undefined ? undefined : inferenceTotalMs(inference);
    this.#foldStage('yolo', stagesMs?.yolo ?? inferenceMs);
    for (const stage in stagesMs) if (stage !== 'yolo') this.#foldStage(stage, stagesMs[stage]);
    if (inference === undefined) return;
    this.#fold('inference.totalMs', inferenceMs);
    this.#fold('inference.preprocessMs', inference.preprocessMs);
    this.#fold('inference.inferenceMs', inference.inferenceMs);
    this.#fold('inference.postprocessMs', inference.postprocessMs);
    this.#fold('inference.detections', inference.detections);
    this.#fold('inference.gpuMemoryMib', inference.gpuMemoryMib);
    this.#countModel(inference);
  }

  #fold(fact: string, value: number | undefined): void {
    if (value === undefined) return;
    let folder = this.#folders.get(fact);
    if (folder === undefined) {
      folder = new Folder();
      this.#folders.set(fact, folder);
    }
    folder.add(value);
  }

  #foldStage(stage: string, ms: number | undefined): void {
    if (ms === undefined) return;
    let fact = this.#stageFacts.get(stage);
    if (fact === undefined) {
      fact = this.#folders.size < MAX_FACTS ? factOfStage(stage) : undefined;
      if (fact === undefined) return;
      this.#stageFacts.set(stage, fact);
    }
    this.#fold(fact, ms);
  }

  #countModel({ model, size }: FrameInference): void {
    if (model === undefined || size === undefined) return;
    const known = this.#models.find((one) => one.model === model && one.size === size);
    if (known !== undefined) known.n++;
    else if (this.#models.length < MAX_MODELS) this.#models.push({ model, size, n: 1 });
  }
}

/** The three stages of an inference together; undefined when none of them was told. */
function inferenceTotalMs({ preprocessMs, inferenceMs, postprocessMs }: FrameInference): number | undefined {
  if (preprocessMs === undefined && inferenceMs === undefined && postprocessMs === undefined)
    return undefined;
  return (preprocessMs ?? 0) + (inferenceMs ?? 0) + (postprocessMs ?? 0);
}
