// Generated from schemas/rule-test.schema.json by `npm run schemas`.

/**
 * Optimization level in force from the start; balanced unless given.
 */
export type Level = string;
/**
 * Mode of the run; caps the mode of every set. enforce unless given.
 */
export type Mode = 'shadow' | 'recommend' | 'enforce';
/**
 * Whether changes are graded, and those that did harm undone; no unless given.
 */
export type Ledger = boolean;
/**
 * A fact over time, one sample a tick: numbers, words, true and false, separated by spaces. 3x5 is five samples of 3; 1..9x5 five samples from 1 to 9 in equal steps; _ is a tick without a reading, and several of them in a row make the fact stale. One value alone holds for the whole test, and _ alone is never known. A word that ends in x and digits is quoted: 'rtx4090'x3.
 *
 * This interface was referenced by `Facts`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 *
 * This interface was referenced by `Facts1`'s JSON-Schema definition
 * via the `patternProperty` "^[a-zA-Z]\w*(\.[\w-]+)+$".
 */
export type Series = string | number | boolean;
export type Expected = Literal | Comparison;
/**
 * A number, a word, true or false.
 */
export type Literal = number | string | boolean;

/**
 * Tests of rules: facts over time go in, and what rules and knobs do at each moment is compared with what is expected. A file NAME.test.yaml beside the rules.
 */
export interface RuleTestFile {
  /**
   * Version of this form; 1.
   */
  version?: 1;
  /**
   * The book under test: rule files beside this one, in order; a later one is laid over those before it. shipped:thermal.yaml names a file of the shipped book, shipped all of them. The shipped levels, presets and frame weights are there even where their files are not listed; no rule is that is not listed.
   *
   * @minItems 1
   */
  rules: [string, ...string[]];
  /**
   * Name of the profile whose ladders, ranges, defaults and limits hold; generic-nvidia unless given.
   */
  profile?: string;
  /**
   * Time from one tick to the next, and so from one sample of a series to the next; 1s unless given.
   */
  interval?: string;
  level?: Level;
  mode?: Mode;
  start?: Start;
  ledger?: Ledger;
  defaults?: Facts;
  /**
   * The tests, each with a run of its own from a fresh agent.
   *
   * @minItems 1
   */
  tests: [Test, ...Test[]];
}
/**
 * Values of knobs at the start, where they are not the profile's defaults.
 */
export interface Start {
  [k: string]: number | string;
}
/**
 * Facts given as readings. Nothing else tells them: they are not derived, and the test's interval is how often they are read.
 */
export interface Facts {
  [k: string]: Series;
}
/**
 * One test. It lasts as long as its longest series, else to the last moment it names.
 */
export interface Test {
  /**
   * What holds, as a sentence.
   */
  name: string;
  level?: Level;
  mode?: Mode;
  start?: Start;
  ledger?: Ledger;
  given?: Facts1;
  applied?: Applied;
  /**
   * What a person asks for, and bots that come and go.
   */
  inputs?: Input[];
  /**
   * What is looked at, and when.
   *
   * @minItems 1
   */
  expect: [Expectation, ...Expectation[]];
}
/**
 * Facts given as readings. Nothing else tells them: they are not derived, and the test's interval is how often they are read.
 */
export interface Facts1 {
  [k: string]: Series;
}
/**
 * Answers to changes, by the time at which they arrive and by knob; a change that is not named is applied at the tick after it was decided. refused leaves the value of before in force; late puts the answer off to the next time that names the knob, for ever where none does; a value says that the change was carried out and this is in force now.
 */
export interface Applied {
  /**
   * Knobs whose change is answered then, and how: refused, late, applied, or the value in force.
   *
   * This interface was referenced by `Applied`'s JSON-Schema definition
   * via the `patternProperty` "^[0-9]+(\.[0-9]+)?(ms|s|m|h)$".
   */
  [k: string]: {
    [k: string]: number | string;
  };
}
/**
 * At a time, exactly one of override, release, level, preset, auto, hello, bye.
 */
export interface Input {
  /**
   * When it arrives.
   */
  at: string;
  /**
   * A person's value of one knob; it ends after for, 20m unless given.
   */
  override?: {
    [k: string]: number | string;
  };
  /**
   * The knob whose override a person takes back.
   */
  release?: string;
  /**
   * The level a person asks for.
   */
  level?: string;
  /**
   * The preset a person asks for.
   */
  preset?: string;
  /**
   * false freezes all but safety rules.
   */
  auto?: boolean;
  /**
   * How long override, level or preset stand; a level or preset stands until the next one unless given.
   */
  for?: string;
  /**
   * A bot comes that offers what the profile declares (true), or less of it.
   */
  hello?: true | Bot;
  /**
   * The bot leaves, with its knobs.
   */
  bye?: true;
}
/**
 * A bot that offers less than its profile declares.
 */
export interface Bot {
  /**
   * The rate it says it holds itself to.
   */
  maxFps?: number;
  /**
   * The models it has, of the profile's ladder.
   *
   * @minItems 1
   */
  models?: [string, ...string[]];
  /**
   * The sides it can run in pixels, of the profile's ladder.
   *
   * @minItems 1
   */
  resolutions?: [number, ...number[]];
  /**
   * The knobs it offers; all of the profile's that are a bot's unless given.
   */
  knobs?: string[];
  start?: Start;
}
/**
 * What holds after the tick at a time, or after every tick of a span: a rule's state, knobs, facts and the reasons for them.
 */
export interface Expectation {
  /**
   * When it is looked at: after the tick at a time (3s), after every tick of a span (3s..8s), or always.
   */
  at: string;
  /**
   * Id of the rule that is, isNot and blind are about.
   */
  rule?: string;
  /**
   * The state the rule is in.
   */
  is?: 'idle' | 'pending' | 'active' | 'cooling';
  /**
   * A state the rule is not in.
   */
  isNot?: 'idle' | 'pending' | 'active' | 'cooling';
  /**
   * Whether the rule is active while what would end it is unknown.
   */
  blind?: boolean;
  /**
   * Decided values by knob, after everything that decides them.
   */
  knobs?: {
    [k: string]: Expected;
  };
  /**
   * Facts as rules see them, given, derived and signals.
   */
  facts?: {
    [k: string]: Expected;
  };
  /**
   * Who decided each knob's value: a rule's id, base, override or profile.
   */
  winner?: {
    [k: string]: Expected;
  };
  /**
   * Why something that was wanted of a knob did not come: one of its reasons, such as held, settling, scene, backOff, budget, consent, outranked.
   */
  waits?: {
    [k: string]: string;
  };
  /**
   * How often each knob's decided value has changed since the start.
   */
  changes?: {
    [k: string]: Expected;
  };
  /**
   * What would be decided with the sets that only recommend or record, or with a person's consent.
   */
  wouldBe?: {
    [k: string]: Expected;
  };
  /**
   * What each scene flag multiplies a frame's importance by.
   */
  weights?: {
    [k: string]: Expected;
  };
  /**
   * How the change of a knob was graded at this tick: helped, noEffect, harmed or void. Needs ledger: true.
   */
  grades?: {
    [k: string]: string;
  };
}
/**
 * What a value is compared with; several operators mean all of them.
 */
export interface Comparison {
  /**
   * Greater than.
   */
  above?: number;
  /**
   * Greater than or equal to.
   */
  atLeast?: number;
  /**
   * Less than.
   */
  below?: number;
  /**
   * Less than or equal to.
   */
  atMost?: number;
  /**
   * A number, a word, true or false.
   */
  isNot?: number | string | boolean;
  /**
   * Any of these values.
   *
   * @minItems 1
   */
  oneOf?: [Literal, ...Literal[]];
  /**
   * Whether there is a value at all.
   */
  known?: boolean;
}
