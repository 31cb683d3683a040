// Generated from schemas/rules.schema.json by `npm run schemas`.

/**
 * What becomes of what this set wants. The run's own --mode caps it. Default: enforce.
 */
export type Mode = 'shadow' | 'recommend' | 'enforce';
/**
 * A number in the fact's unit, a word, or true or false.
 */
export type Literal = number | string | boolean;
/**
 * A number, a word, true or false, or another fact times a number plus a number.
 */
export type Value = Literal | OperandFact;
/**
 * Whole rungs, -10 to 10 but not 0, or fit: the fewest rungs down that are predicted to bring the frame to 90 % of its time (model and resolution).
 */
export type Rungs = number | 'fit';

/**
 * One set of a book of rules: rules, named conditions, levels, presets and frame weights. Files of later folders are laid over those of earlier ones.
 */
export interface RuleSetFile {
  /**
   * Version of this language: 1. The only key a file must have.
   */
  version: 1;
  /**
   * Name of the set, as decisions and messages tell it. Default: the name of the file without its ending.
   */
  name?: string;
  mode?: Mode;
  /**
   * Facts of your own, derived at every tick from others: a mean or percentile over a window, a slope, a smoothed value, an age. Each has a new name in a group that exists (gpu., frame., …), and rules use it like any fact.
   */
  signals?: {
    [k: string]: Signal;
  };
  /**
   * Conditions with a name, for several rules to use as { ref: name }.
   */
  conditions?: {
    [k: string]: Condition;
  };
  /**
   * The rules of this set. In a later folder a rule replaces the earlier one of the same id, whole.
   */
  rules?: Rule[];
  /**
   * Optimization levels by name: what each asks of the loop. A later folder changes single values of a level, or adds one (then targetFps and gpuUsageLimitPercent are needed).
   */
  levels?: {
    [k: string]: Level;
  };
  /**
   * Presets by name: a level, with weights for frames and starting values for knobs. A later folder replaces a preset of the same name.
   */
  presets?: {
    [k: string]: Preset;
  };
  frames?: Frames;
  /**
   * Ids of rules of earlier folders that are switched off.
   */
  disable?: string[];
  /**
   * Numbers and times of rules of earlier folders, changed one by one; what is not named stays. A rule that needs more than other numbers is written anew under its id.
   */
  tune?: {
    [k: string]: Tuned;
  };
}
/**
 * Where the fact of yours comes from: exactly one of avg, min, max, sum, p50, p95, p99 (each with over), slope (with over, and per), ewma (with halfLife), fact (with times, plus) or age. Unknown while its fact is, and while its window is less than half filled.
 */
export interface Signal {
  /**
   * Mean over the time that over says.
   */
  avg?: string;
  /**
   * Lowest value within the time that over says.
   */
  min?: string;
  /**
   * Highest value within the time that over says.
   */
  max?: string;
  /**
   * Sum over the time that over says; each reading counts once.
   */
  sum?: string;
  /**
   * Median over the time that over says.
   */
  p50?: string;
  /**
   * 95th percentile over the time that over says: of the frames for frame. and inference., of the readings for others.
   */
  p95?: string;
  /**
   * 99th percentile over the time that over says: of the frames for frame. and inference., of the readings for others.
   */
  p99?: string;
  /**
   * Least-squares slope over the time that over says, a second unless per says else.
   */
  slope?: string;
  /**
   * Exponentially weighted mean; the weight of the past halves every halfLife.
   */
  ewma?: string;
  /**
   * Another fact, times a number, plus a number.
   */
  fact?: string;
  /**
   * Seconds since the newest reading of this fact.
   */
  age?: string;
  /**
   * Length of the window.
   */
  over?: string;
  /**
   * The slope's unit of time. Default: 1s.
   */
  per?: string;
  /**
   * Time in which the weight of the past halves.
   */
  halfLife?: string;
  /**
   * Factor on fact. Default: 1.
   */
  times?: number;
  /**
   * What is added to fact after that. Default: 0.
   */
  plus?: number;
}
/**
 * Facts, each with what it is compared with. Several keys in one map mean all of them. all, any and not nest; ref names a condition. Truth is true, false or unknown; unknown never starts a rule.
 */
export interface Condition {
  /**
   * True when all are true; false as soon as one is false; else unknown.
   *
   * @minItems 1
   */
  all?: [Condition, ...Condition[]];
  /**
   * True as soon as one is true; false when all are false; else unknown.
   *
   * @minItems 1
   */
  any?: [Condition, ...Condition[]];
  not?: Condition3;
  /**
   * The name of a condition under conditions, of any file of the book.
   */
  ref?: string;
  [k: string]: Comparison | [Condition, ...Condition[]] | Condition3 | string | undefined;
}
/**
 * True when the condition is false; unknown stays unknown.
 */
export interface Condition3 {
  /**
   * True when all are true; false as soon as one is false; else unknown.
   *
   * @minItems 1
   */
  all?: [Condition, ...Condition[]];
  /**
   * True as soon as one is true; false when all are false; else unknown.
   *
   * @minItems 1
   */
  any?: [Condition, ...Condition[]];
  not?: Condition3;
  /**
   * The name of a condition under conditions, of any file of the book.
   */
  ref?: string;
  [k: string]: Comparison | [Condition, ...Condition[]] | Condition3 | string | undefined;
}
/**
 * What the fact is compared with. Several operators in one map mean all of them. A comparison with an unknown side is unknown, and unknown never starts a rule; only known is never unknown.
 *
 * This interface was referenced by `undefined`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 *
 * This interface was referenced by `Condition`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 *
 * This interface was referenced by `Condition1`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 *
 * This interface was referenced by `Condition2`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 */
export interface Comparison {
  /**
   * Greater than this number.
   */
  above?: number | OperandFact;
  /**
   * This number or greater.
   */
  atLeast?: number | OperandFact;
  /**
   * Less than this number.
   */
  below?: number | OperandFact;
  /**
   * This number or less.
   */
  atMost?: number | OperandFact;
  /**
   * Equal to this.
   */
  is?: Literal | OperandFact;
  /**
   * Known, and not equal to this.
   */
  isNot?: Literal | OperandFact;
  /**
   * Equal to one of these.
   *
   * @minItems 1
   */
  oneOf?: [Literal, ...Literal[]];
  /**
   * Known, and equal to none of these.
   *
   * @minItems 1
   */
  noneOf?: [Literal, ...Literal[]];
  /**
   * From the first number to the second, both ends in.
   *
   * @minItems 2
   * @maxItems 2
   */
  between?: [number, number];
  /**
   * true: the fact has a value now. false: it has none (missing, stale, or this machine cannot deliver it). Never unknown itself, so that a rule can act on absence.
   */
  known?: boolean;
}
/**
 * Another fact at this tick, times a number, plus a number. Unknown while that fact is unknown.
 */
export interface OperandFact {
  /**
   * The other fact.
   */
  fact: string;
  /**
   * Factor on it. Default: 1.
   */
  times?: number;
  /**
   * What is added after that, in the fact's unit. Default: 0.
   */
  plus?: number;
}
/**
 * A rule: when its condition has held for a time it is active, and while it is active its actions count.
 */
export interface Rule {
  /**
   * Its name, unique in the book: small letters, digits and hyphens. The same id as an earlier folder's rule replaces that rule.
   */
  id: string;
  /**
   * The higher one wins where two rules want different things, 0 to 1000. Relief (what makes a frame faster) still beats the other way. Default: 100.
   */
  priority?: number;
  /**
   * Nothing outranks or delays it, and no person's value overrides it. It may only cap, floor to the safe side, hold and alert. Default: false.
   */
  safety?: boolean;
  when: Condition1;
  /**
   * How long when must be known true without a break first. Unknown stops the clock, false sets it back. Default: 0s.
   */
  for?: string;
  until?: Condition2;
  /**
   * Steps again while active, this long after the last step that was carried out. Default: one step an activation.
   */
  every?: string;
  /**
   * How long after it ended it cannot become pending again. Default: 0s.
   */
  cooldown?: string;
  /**
   * What an active rule does while what ends it cannot be known. Default: hold where letting go would move a knob away from its safe side, else release.
   */
  blind?: 'hold' | 'release';
  expect?: Expectation;
  /**
   * What counts while the rule is active; each entry is one action.
   *
   * @minItems 1
   */
  then: [Action, ...Action[]];
  /**
   * The reason, as decisions and the screen tell it. {fact} is replaced by its value at that tick.
   */
  because: string;
}
/**
 * What must be true for the rule to become active, and to stay so unless until says else.
 */
export interface Condition1 {
  /**
   * True when all are true; false as soon as one is false; else unknown.
   *
   * @minItems 1
   */
  all?: [Condition, ...Condition[]];
  /**
   * True as soon as one is true; false when all are false; else unknown.
   *
   * @minItems 1
   */
  any?: [Condition, ...Condition[]];
  not?: Condition3;
  /**
   * The name of a condition under conditions, of any file of the book.
   */
  ref?: string;
  [k: string]: Comparison | [Condition, ...Condition[]] | Condition3 | string | undefined;
}
/**
 * What ends the rule, looked at only while it is active, and stronger than when. Give it a threshold of its own, apart from when's. Default: the rule ends as soon as when is false.
 */
export interface Condition2 {
  /**
   * True when all are true; false as soon as one is false; else unknown.
   *
   * @minItems 1
   */
  all?: [Condition, ...Condition[]];
  /**
   * True as soon as one is true; false when all are false; else unknown.
   *
   * @minItems 1
   */
  any?: [Condition, ...Condition[]];
  not?: Condition3;
  /**
   * The name of a condition under conditions, of any file of the book.
   */
  ref?: string;
  [k: string]: Comparison | [Condition, ...Condition[]] | Condition3 | string | undefined;
}
/**
 * What the rule's change should do to one fact, as the value after it over the value before. The ledger grades the change by it; replaces the knob's own expectation. Name a fact that the load does not move.
 */
export interface Expectation {
  /**
   * The fact that the change is graded by.
   *
   * This interface was referenced by `Expectation`'s JSON-Schema definition
   * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
   */
  [k: string]: {
    /**
     * The value after the change over the value before it.
     */
    ratio: {
      /**
       * The value after over the value before is at most this, such as 0.9 for a tenth less.
       */
      atMost?: number;
      /**
       * The value after over the value before is at least this, such as 1.1 for a tenth more.
       */
      atLeast?: number;
    };
  };
}
/**
 * Exactly one of cap, floor, set, step, hold, recommend, alert.
 */
export interface Action {
  cap?: KnobValues;
  floor?: KnobValues1;
  set?: KnobValues2;
  /**
   * Moves one knob along its ladder: +1 is a rung up, -1 a rung down; fit (model and resolution) is the fewest rungs down that are predicted to bring the frame to 90 % of its time. Once an activation, or again and again with every.
   */
  step?: {
    [k: string]: Rungs;
  };
  /**
   * While the rule is active, no steps and no climbing back that way. KNOB.up or KNOB.down.
   *
   * @minItems 1
   */
  hold?: [string, ...string[]];
  /**
   * Says what a person could do; changes nothing.
   */
  recommend?: {
    /**
     * The advice in a few words.
     */
    title: string;
    /**
     * What to do.
     */
    try?: string;
    /**
     * What it would bring.
     */
    gain?: string;
  };
  /**
   * Says that something is the matter; changes nothing.
   */
  alert?: {
    /**
     * How much it matters.
     */
    severity: 'info' | 'warning' | 'critical';
    /**
     * What is the matter, in a few words.
     */
    title: string;
  };
}
/**
 * While the rule is active, no more than this. Caps combine by the smallest. Lifted, the knob climbs back a rung at a time.
 */
export interface KnobValues {
  [k: string]: Value;
}
/**
 * While the rule is active, no less than this. Floors combine by the largest; where a cap and a floor cross, the safe side wins.
 */
export interface KnobValues1 {
  [k: string]: Value;
}
/**
 * While the rule is active, this value. Of several the highest priority wins. Two of equal priority that can both be active must agree.
 */
export interface KnobValues2 {
  [k: string]: Value;
}
/**
 * What a level asks of the loop.
 */
export interface Level {
  /**
   * What people call it.
   */
  title?: string;
  /**
   * When to choose it.
   */
  useCase?: string;
  /**
   * Frames a second that the loop should keep, 0.1 to 1000. A frame's time is 1000 ÷ this, or ÷ the bot's own rate where that is lower.
   */
  targetFps?: number;
  /**
   * Ceiling of GPU use, in %, for a loop that already meets its rate. Not a reason for a smaller model.
   */
  gpuUsageLimitPercent?: number;
  /**
   * Whether rules may change the resolution; the fact level.dynamicResolution. Default: false.
   */
  dynamicResolution?: boolean;
  /**
   * Whether rules may skip frames; the fact level.frameSkipping. Default: false.
   */
  frameSkipping?: boolean;
  /**
   * Whether TensorRT is preferred where offered; the fact level.tensorrt. Default: false.
   */
  tensorrt?: boolean;
  /**
   * Whether rules may batch frames; the fact level.batchProcessing. Default: false.
   */
  batchProcessing?: boolean;
  /**
   * Why these figures.
   */
  because?: string;
}
/**
 * A level with what goes with it.
 */
export interface Preset {
  /**
   * What people call it.
   */
  title?: string;
  /**
   * The level it stands for.
   */
  level: string;
  weights?: Weights;
  knobs?: KnobValues3;
}
/**
 * Weights over those under frames, while the preset is chosen.
 */
export interface Weights {
  [k: string]: number;
}
/**
 * Values that knobs start from while the preset is chosen; rules move them from there.
 */
export interface KnobValues3 {
  [k: string]: Value;
}
/**
 * How much a frame matters and which frames may be skipped.
 */
export interface Frames {
  weights?: Weights1;
  /**
   * The product of the weights is cut here, 1 to 10. Shipped: 3.
   */
  maxImportance?: number;
  /**
   * Flags of the scene whose frames are never skipped. Shipped: combatActive and criticalEvent.
   */
  never?: string[];
  /**
   * Most frames skipped in a row. Shipped: 4.
   */
  maxSkipRun?: number;
  /**
   * Oldest a processed frame may get before the next one is processed, in ms. Shipped: 500.
   */
  maxAgeMs?: number;
}
/**
 * How much more a frame matters while a flag of the scene is true; the weights multiply. A later folder changes single ones.
 */
export interface Weights1 {
  [k: string]: number;
}
/**
 * Only the numbers and times that change, where they stand in the rule.
 */
export interface Tuned {
  /**
   * Another priority, 0 to 1000.
   */
  priority?: {
    [k: string]: unknown;
  };
  /**
   * Another time that when must hold, such as 5s.
   */
  for?: {
    [k: string]: unknown;
  };
  /**
   * Another time between two steps.
   */
  every?: {
    [k: string]: unknown;
  };
  /**
   * Another time after which it may begin again.
   */
  cooldown?: {
    [k: string]: unknown;
  };
  /**
   * Other thresholds of when, at their place: { gpu.thermalMarginC: { atMost: 6 } }.
   */
  when?: {
    [k: string]: unknown;
  };
  /**
   * Other thresholds of until, at their place.
   */
  until?: {
    [k: string]: unknown;
  };
  /**
   * Other numbers of the actions, by their place from 0: { 0: { cap: { powerLimitW: 300 } } }.
   */
  then?: {
    [k: string]: unknown;
  };
}
