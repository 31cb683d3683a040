// Generated from schemas/profile.schema.json by `npm run schemas`.

/**
 * A card's name as the driver tells it. A * at the end stands for any rest.
 */
export type CardName = string;
/**
 * PCI vendor and device ids, four hexadecimal digits each.
 *
 * @minItems 1
 */
export type PciIds = [string, ...string[]];
/**
 * How far the real cost may lie from it either way, as a share of it.
 */
export type CostError = number;
/**
 * Where the figures come from.
 */
export type Source = string;
/**
 * True where a figure of this entry is neither published nor measured for this hardware.
 */
export type Estimate = boolean;

/**
 * What one card, or one kind of machine, can do and what it should be held to. Every key but version and name may be left out; with extends it is inherited, value by value.
 */
export interface ProfileFile {
  /**
   * Version of this format; 1.
   */
  version: 1;
  /**
   * Name of the profile, as --profile takes it; the file's name without .yaml.
   */
  name: string;
  /**
   * What people call it.
   */
  title?: string;
  /**
   * Name of the profile whose values stand wherever this one is silent. Maps are merged key by key; lists replace the inherited list.
   */
  extends?: string;
  match?: Match;
  limits?: Limits;
  knobs?: Knobs;
  /**
   * The model ladder, low to high in cost and quality.
   *
   * @minItems 1
   */
  models?: [Model, ...Model[]];
  /**
   * The ladder of input sides, low to high.
   *
   * @minItems 1
   */
  resolutions?: [Resolution, ...Resolution[]];
  /**
   * The model a run without a bot starts with; one of models.
   */
  defaultModel?: string;
  /**
   * The side in pixels a run without a bot starts with; one of resolutions.
   */
  defaultResolution?: number;
  /**
   * Figures of optimization levels that differ on this hardware, over those of the rules.
   */
  levels?: {
    [k: string]: Level;
  };
  /**
   * Facts this hardware cannot deliver, each with the reason. Rules that need one are told so by validate.
   */
  unsupported?: {
    [k: string]: string;
  };
  /**
   * Paths of plain values in this file that are estimates, not published or measured. Entries of models and resolutions carry their own estimate mark.
   */
  estimates?: string[];
}
/**
 * How the card is recognised. Refusals are looked at first. Where both the card and this profile tell a PCI id, name and id must both fit; else the name decides. A full name beats one that ends in *.
 */
export interface Match {
  /**
   * Names that this profile is for.
   */
  names?: CardName[];
  pciIds?: PciIds;
  /**
   * Look-alikes that this profile is not for.
   */
  refuse?: {
    name: CardName;
    pciIds?: PciIds;
    /**
     * What differs.
     */
    because: string;
  }[];
}
/**
 * What the machine should be held to; each becomes a fact limits.NAME for rules to compare with.
 */
export interface Limits {
  /**
   * Highest temperature of the chip that is wanted, in °C.
   */
  gpuTemperatureC?: number;
  /**
   * Temperature at which the card begins to limit itself, in °C; the thermal margin is counted from it where the card tells none.
   */
  gpuThrottleC?: number;
  /**
   * Highest processor use that is wanted, in % of all processors.
   */
  cpuPercent?: number;
  /**
   * Highest memory use that is wanted, in % of all memory.
   */
  memoryPercent?: number;
}
/**
 * The range each knob is held to, always inside what the bot or the device itself offers.
 */
export interface Knobs {
  [k: string]: Knob;
}
/**
 * What one knob is held to.
 */
export interface Knob {
  /**
   * Lowest and highest value, in the knob's unit.
   *
   * @minItems 2
   * @maxItems 2
   */
  range?: [number, number];
  /**
   * How far one step goes, in the knob's unit.
   */
  rung?: number;
  /**
   * The value a run without a bot or a device starts with.
   */
  default?: number;
}
/**
 * One model of the ladder, the cheapest first.
 */
export interface Model {
  /**
   * The name the bot offers it by.
   */
  name: string;
  /**
   * Time of a whole inference (preprocessing, network, postprocessing) at side 640, relative to the first of the ladder.
   */
  cost: number;
  costError: CostError;
  /**
   * Declared quality, 0 to 1: COCO mAP50-95 at 640. Never measured by the agent.
   */
  quality: number;
  source?: Source;
  estimate?: Estimate;
}
/**
 * One side of the ladder, the smallest first.
 */
export interface Resolution {
  /**
   * Side of the square input in pixels; YOLO needs a multiple of 32.
   */
  size: number;
  /**
   * What people call it.
   */
  title?: string;
  /**
   * Time of a whole inference relative to side 640.
   */
  cost: number;
  costError: CostError;
  /**
   * Declared quality relative to side 640; multiplies the model's.
   */
  quality: number;
  source?: Source;
  estimate?: Estimate;
}
/**
 * A level's own figures on this hardware.
 */
export interface Level {
  /**
   * Frames a second that the loop should keep.
   */
  targetFps?: number;
  /**
   * Ceiling of GPU use for a loop that already meets its rate, in %.
   */
  gpuUsageLimitPercent?: number;
  /**
   * Whether rules may change the resolution.
   */
  dynamicResolution?: boolean;
  /**
   * Whether rules may skip frames.
   */
  frameSkipping?: boolean;
  /**
   * Whether TensorRT is preferred where offered.
   */
  tensorrt?: boolean;
  /**
   * Whether rules may batch frames.
   */
  batchProcessing?: boolean;
  /**
   * Number format to run at this level where the bot offers it.
   */
  precision?: string;
  /**
   * Execution provider to run at this level where the bot offers it.
   */
  provider?: string;
  /**
   * Why this hardware has its own figures.
   */
  because?: string;
}
