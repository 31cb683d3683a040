// Generated from schemas/rules.schema.json by `npm run schemas`.

/**
 * enforce acts, recommend says what it would do, shadow only records it.
 */
export type Mode = 'shadow' | 'recommend' | 'enforce';
/**
 * A fact of the catalogue, source.quantityUnit.
 */
export type FactName = string;
export type Number = number | OperandFact;
export type Value = Literal | OperandFact;
export type Literal = number | string | boolean;

/**
 * One set of a book of rules: rules, named conditions, levels, presets and frame weights. Files of later folders are laid over those of earlier ones.
 */
export interface RuleSetFile {
  /**
   * Version of this language; 1.
   */
  version: 1;
  /**
   * Name of the set; the file's name unless given.
   */
  name?: string;
  mode?: Mode;
  /**
   * Facts derived at every tick from others, by name; the name is a new one in an existing group.
   */
  signals?: {
    [k: string]: Signal;
  };
  /**
   * Named conditions, used as { ref: name }.
   */
  conditions?: {
    [k: string]: Condition;
  };
  /**
   * The rules of this set. A rule of a later folder replaces one of the same id.
   */
  rules?: Rule[];
  /**
   * Optimization levels by name: what each asks for. A later folder changes single values.
   */
  levels?: {
    [k: string]: Level;
  };
  /**
   * Presets by name: a level with frame weights and knob values.
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
   * Numbers and durations of rules of earlier folders, changed one by one.
   */
  tune?: {
    [k: string]: {};
  };
}
/**
 * Exactly one of avg, min, max, sum, p50, p95, p99 (with over), slope (with over, per), ewma (with halfLife), fact (with times, plus) or age.
 */
export interface Signal {
  /**
   * Mean over a window.
   */
  avg?: string;
  /**
   * Lowest over a window.
   */
  min?: string;
  /**
   * Highest over a window.
   */
  max?: string;
  /**
   * Sum over a window; each reading counts once.
   */
  sum?: string;
  /**
   * Median over a window.
   */
  p50?: string;
  /**
   * 95th percentile over a window.
   */
  p95?: string;
  /**
   * 99th percentile over a window.
   */
  p99?: string;
  /**
   * Least-squares slope over a window, per second or as per says.
   */
  slope?: string;
  /**
   * Exponentially weighted mean; the weight of the past halves every halfLife.
   */
  ewma?: string;
  /**
   * Another fact times a number plus a number.
   */
  fact?: string;
  /**
   * Seconds since the newest reading of a fact.
   */
  age?: string;
  /**
   * Length of the window.
   */
  over?: string;
  /**
   * The slope's unit of time; 1s unless given.
   */
  per?: string;
  /**
   * Time in which the weight of the past halves.
   */
  halfLife?: string;
  /**
   * Factor of fact; 1 unless given.
   */
  times?: number;
  /**
   * What is added to fact; 0 unless given.
   */
  plus?: number;
}
/**
 * Facts and what they are compared with; several keys in one map mean all of them.
 */
export interface Condition {
  /**
   * @minItems 1
   */
  all?: [Condition, ...Condition[]];
  /**
   * @minItems 1
   */
  any?: [Condition, ...Condition[]];
  not?: Condition;
  /**
   * The name of a condition under conditions.
   */
  ref?: string;
  [k: string]: Comparison | [Condition, ...Condition[]] | Condition | string | undefined;
}
/**
 * What the fact is compared with; several operators in one map mean all of them.
 *
 * This interface was referenced by `Condition`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 *
 * This interface was referenced by `Condition1`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 */
export interface Comparison {
  /**
   * Greater than.
   */
  above?: number | OperandFact;
  atLeast?: Number;
  below?: Number;
  atMost?: Number;
  is?: Value;
  isNot?: Value;
  /**
   * @minItems 1
   */
  oneOf?: [Literal, ...Literal[]];
  /**
   * @minItems 1
   */
  noneOf?: [Literal, ...Literal[]];
  /**
   * Both ends in.
   *
   * @minItems 2
   * @maxItems 2
   */
  between?: [number, number];
  /**
   * Whether the fact has a value now. Never unknown itself.
   */
  known?: boolean;
}
/**
 * Another fact, times a number, plus a number.
 */
export interface OperandFact {
  fact: FactName;
  times?: number;
  plus?: number;
}
export interface Rule {
  /**
   * Unique in the book.
   */
  id: string;
  /**
   * The higher one wins where two rules want different things.
   */
  priority?: number;
  /**
   * Nothing outranks or delays it; it may only cap, floor to the safe side, hold and alert.
   */
  safety?: boolean;
  when: Condition;
  /**
   * How long when must be known true first.
   */
  for?: string;
  until?: Condition1;
  /**
   * Repeats its step while active, this long after the last one carried out.
   */
  every?: string;
  /**
   * How long after it ended it cannot become active again.
   */
  cooldown?: string;
  /**
   * What an active rule does while its end cannot be known.
   */
  blind?: 'hold' | 'release';
  expect?: Expectation;
  /**
   * @minItems 1
   */
  then: [Action, ...Action[]];
  /**
   * The reason in words; {fact} is replaced by its value.
   */
  because: string;
}
/**
 * Facts and what they are compared with; several keys in one map mean all of them.
 */
export interface Condition1 {
  /**
   * @minItems 1
   */
  all?: [Condition, ...Condition[]];
  /**
   * @minItems 1
   */
  any?: [Condition, ...Condition[]];
  not?: Condition;
  /**
   * The name of a condition under conditions.
   */
  ref?: string;
  [k: string]: Comparison | [Condition, ...Condition[]] | Condition | string | undefined;
}
/**
 * What the rule's change should do to one fact, as the value after over the value before; replaces the knob's own expectation.
 */
export interface Expectation {
  /**
   * This interface was referenced by `Expectation`'s JSON-Schema definition
   * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
   */
  [k: string]: {
    /**
     * The value after the change over the value before it.
     */
    ratio: {
      atMost?: number;
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
   * Rungs up (+1) or down (-1) the knob's ladder; fit: the fewest rungs down that are predicted to fit the frame's budget.
   */
  step?: {
    [k: string]: number | 'fit';
  };
  /**
   * While active, no steps and climbs that way.
   *
   * @minItems 1
   */
  hold?: [string, ...string[]];
  recommend?: {
    title: string;
    try?: string;
    gain?: string;
  };
  alert?: {
    severity: 'info' | 'warning' | 'critical';
    title: string;
  };
}
/**
 * While active, no more than this.
 */
export interface KnobValues {
  [k: string]: Value;
}
/**
 * While active, no less than this.
 */
export interface KnobValues1 {
  [k: string]: Value;
}
/**
 * While active, this value; the higher priority wins.
 */
export interface KnobValues2 {
  [k: string]: Value;
}
export interface Level {
  title?: string;
  useCase?: string;
  /**
   * Frames a second that the loop should keep.
   */
  targetFps?: number;
  /**
   * Ceiling of GPU use for a loop that already meets its rate.
   */
  gpuUsageLimitPercent?: number;
  dynamicResolution?: boolean;
  frameSkipping?: boolean;
  tensorrt?: boolean;
  batchProcessing?: boolean;
  /**
   * Why a profile sets its own figures.
   */
  because?: string;
}
export interface Preset {
  title?: string;
  level: string;
  weights?: Weights;
  knobs?: KnobValues3;
}
/**
 * How much more a frame matters when the flag is true; weights multiply.
 */
export interface Weights {
  [k: string]: number;
}
/**
 * Knobs and the value for each.
 */
export interface KnobValues3 {
  [k: string]: Value;
}
/**
 * How much a frame matters and which frames may be skipped.
 */
export interface Frames {
  weights?: Weights;
  /**
   * The product of the weights is cut here.
   */
  maxImportance?: number;
  /**
   * Flags whose frames are never skipped.
   */
  never?: string[];
  /**
   * Most frames skipped in a row.
   */
  maxSkipRun?: number;
  /**
   * Oldest a processed frame may get before the next is processed, in ms.
   */
  maxAgeMs?: number;
}
