/** What a bot sees of the SDK. */
import type { Scene } from '../frames/importance.js';
import type { KnobValue, ModelOffer } from '../shapes/knob.js';
import type { Frame, Inference } from './frame-types.js';
import type { Questions } from './question-types.js';

export type { KnobValue, ModelOffer, Scene };

/**
 * What the bot offers for one knob. A bare list and `true` are short for it: `value` and `safe` are then the list's
 * first entry, and `true`, which is for `frameSkip`, is the range 0 to 0.8 at 0.
 */
export type KnobSpec =
  | readonly KnobValue[]
  | true
  | {
      /** A ladder, low to high. Either this or `range`. */
      values?: readonly KnobValue[];
      range?: readonly [min: number, max: number];
      /** The value in force now; the first of `values`, or the low end of `range`, unless given. */
      value?: KnobValue;
      /** What the bot returns to by itself when it loses the agent; as `value` unless given. */
      safe?: KnobValue;
      /** How long frames stand still while the knob is switched, in ms. */
      switchGapMs?: number;
    };

/** A model by its name alone runs at every size. */
export type ModelSpec = string | ModelOffer;

/** What a bot says of itself and where it looks for the agent. */
export interface ConnectOptions {
  /** What the agent may change; without any the bot is an observer. */
  knobs?: Readonly<Record<string, KnobSpec>>;
  /** The models that can run, where they differ in sizes; every value of the knob `model` unless given. */
  models?: readonly ModelSpec[];
  /** Whether the loop takes the newest frame (the default) or works through a queue. */
  loop?: 'newest' | 'queue';
  /** Frames a second at which the bot paces itself. */
  maxFps?: number;
  /** The card it computes on, as NVML names it (`GPU-…`): with several cards the agent then watches that one for it. */
  gpuUuid?: string;
  /** Where the agent listens; EVENKEEL_URL, then the state folder's file `address`, unless given. */
  url?: string;
  /** EVENKEEL_TOKEN, then the state folder's file `token`, unless given. */
  token?: string;
  /** Another state folder than the person's own. */
  stateDir?: string;
  /**
   * Times one processed frame in this many, from 1; every frame unless given. The others tell when they began, what
   * they took in all, their scene, queue, drops, model, size and detections, but neither stages nor the parts of the
   * inference: rates, loads and frame skipping stay as they are.
   */
  sample?: number;
}

/** What a bot offers anew; both as `connect` takes them. */
export type Offer = Partial<Pick<ConnectOptions, 'knobs' | 'models'>>;

/** A bot's side of the agent. Nothing here waits for the agent or throws because of it. */
export interface Bot extends Questions {
  /** Whether an agent listens now. */
  readonly connected: boolean;
  /** What the agent answered when it refused this bot (a name or knob it cannot take); null when it did not. */
  readonly refusal: string | null;
  /**
   * Why the newest question was not answered, or what was told that cannot be and is left out, in one sentence; null
   * at first and once a question was answered.
   */
  readonly problem: string | null;
  /** The newest value of every offered knob; the bot's own until an agent says otherwise. */
  readonly decision: Readonly<Record<string, KnobValue>>;
  /** Lines lost because too many waited. */
  readonly dropped: number;
  /**
   * Calls `apply` with each new value of the knob, one at a time and the newest last, and reports how it went. A
   * knob without such a function counts as applied when it is decided: the bot reads `decision` at each frame.
   */
  on(knob: string, apply: (value: KnobValue) => void | Promise<void>): void;
  /**
   * Offers other knobs or models from now on, such as an engine that has just been built; what is left out stays as it
   * is. Values in force stand where they are offered still, unless `value` says another.
   */
  offer(offer: Offer): void;
  /**
   * Whether to skip the frame just captured; a skipped frame is reported here. Within an open frame, the first time, it
   * is that frame that is skipped; else `scene` goes with the frame that is begun next.
   */
  shouldSkip(scene?: Scene): boolean;
  /** Begins a frame, of this size in pixels; its time runs from here, so begin it before the capture. */
  frame(size?: readonly [width: number, height: number]): Frame;
  /** The same for a block: the frame ends when `work` does, or when its promise is settled. */
  frame<T>(size: readonly [width: number, height: number] | undefined, work: (frame: Frame) => T): T;
  /** Another name of `frame`. */
  startFrame(size?: readonly [width: number, height: number]): Frame;
  startFrame<T>(size: readonly [width: number, height: number] | undefined, work: (frame: Frame) => T): T;
  /**
   * Begins a model's run on the frame begun last, if that has not ended; else on a frame of its own, which takes as
   * long as the run. Where several frames are under way at once, `inference` of the frame says which one is meant.
   */
  startInference(model: string, size: number | readonly [width: number, height: number]): Inference;
  /** Says that frames stop for a reason (menu, login). */
  pause(): void;
  /** Says that frames go on. */
  resume(): void;
  /** Says goodbye and ends within 200 ms, whatever the agent does. */
  close(): Promise<void>;
}
