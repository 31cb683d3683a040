/** A card's profile after `extends` has been followed: what it can do and what it should be held to. */
import type { KnobValue } from './knob.js';
import type { Level } from './rule.js';

/** One model of the ladder, low to high in what it costs. */
export interface ModelRung {
  name: string;
  /** Time of a whole inference relative to the first rung at the same size. */
  cost: number;
  /** Relative error of `cost`. */
  costError: number;
  /** Declared, not measured: COCO mAP50-95 unless the profile says otherwise. */
  quality: number;
}

/** One size of the ladder, low to high in what it costs. */
export interface ResolutionRung {
  /** Side of the square input in pixels. */
  size: number;
  title?: string;
  /** Time relative to side 640 with the same model. */
  cost: number;
  costError: number;
  /** Factor on the model's quality. */
  quality: number;
}

/** What the profile says of one knob; all of it may be left out. */
export interface KnobPolicy {
  range?: [min: number, max: number];
  /** One rung of a numeric knob, in its unit. */
  rung?: number;
  /** What a run without a bot or a device starts with. */
  default?: number;
}

/** Every value is filled in: nothing is looked up in a parent any more. */
export interface Profile {
  name: string;
  title: string;
  /** Become the facts `limits.*`. */
  limits: Record<string, number>;
  knobs: Record<string, KnobPolicy>;
  /** Low to high. */
  models: ModelRung[];
  /** Low to high. */
  resolutions: ResolutionRung[];
  defaultResolution: number;
  /** Name of the model a run without a bot starts with; null where the profile names none. */
  defaultModel: string | null;
  /** Single values laid over the book's levels. */
  levels: Record<string, Partial<Level>>;
  /** Single values laid over every level: what the configuration asks for, whatever the level. */
  everyLevel: Partial<Level>;
  /** Values that knobs start from where they are offered, instead of the one first seen. */
  baseKnobs: Record<string, KnobValue>;
  /** Facts this card cannot deliver, with the reason. */
  unsupported: Record<string, string>;
}
