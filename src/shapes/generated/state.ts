// Generated from schemas/state.schema.json by `npm run schemas`.

/**
 * What the running agent answers of its decisions: GET /v1/state and its parts, and what a person's wishes are answered with. A client ignores keys it does not know.
 */
export type State =
  | StateAnswer
  | RulesAnswer
  | DecisionsAnswer
  | ExplanationAnswer
  | ClosestAnswer
  | DecisionOfTick
  | SetAnswerBody
  | KeptAnswer
  | HistoryAnswer
  | DecidedEvent
  | ExplainAnswer;
export type StateMode = 'enforce' | 'recommend' | 'shadow';
/**
 * A model's name, a side in pixels, a share, a count or watts.
 */
export type StateKnobValue = number | string;
/**
 * Why a knob has its value.
 */
export type StateReason =
  | 'base'
  | 'position'
  | 'step'
  | 'undo'
  | 'set'
  | 'cap'
  | 'floor'
  | 'override'
  | 'return'
  | 'wait'
  | 'unsupported';
/**
 * Null while it is unknown.
 */
export type StateValue = number | boolean | string | null;
export type StateQuality =
  'measured' | 'derived' | 'declared' | 'simulated' | 'stale' | 'missing' | 'unsupported';
/**
 * A number in the fact's unit, a claim or a word.
 */
export type StateKnown = number | boolean | string;
export type StatePhase = 'idle' | 'pending' | 'active' | 'cooling';
/**
 * Wall time, ISO 8601 in UTC.
 */
export type WallTime = string;
/**
 * Why a wish did not come.
 */
export type StateLoserCode =
  | 'outranked'
  | 'held'
  | 'bounded'
  | 'override'
  | 'oneKnob'
  | 'noRung'
  | 'inFlight'
  | 'settling'
  | 'scene'
  | 'backOff'
  | 'budget'
  | 'graded'
  | 'consent'
  | 'readOnly'
  | 'refused'
  | 'notOffered'
  | 'rung'
  | 'blind';
/**
 * GET /v1/explain: of all rules, or of the one that was asked for.
 */
export type ExplainAnswer = ClosestAnswer | ExplanationAnswer;

/**
 * GET /v1/state, and the event sample: everything that a first paint needs.
 */
export interface StateAnswer {
  version: string;
  session: string;
  /**
   * Tick time.
   */
  atMs: number;
  /**
   * The same moment by the wall clock, ms since 1970.
   */
  wallMs: number;
  level: string;
  preset: string | null;
  /**
   * Whether rules may change anything; without it only safety rules do.
   */
  auto: boolean;
  mode: StateMode;
  bot: StateBot | null;
  knobs: {
    [k: string]: StateKnob;
  };
  facts: {
    [k: string]: StateFact;
  };
  rules: StateRule[];
  notices: StateNotice[];
  wouldBe: StateWouldBe[];
  recommendations: Recommendation[];
  book: StateBook;
  profile: string;
  /**
   * The bot's card.
   */
  card: {
    name: string;
    simulated: boolean;
  };
  /**
   * All cards, the bot's first.
   */
  cards: StateCard[];
  /**
   * How it goes, in one sentence.
   */
  sentence: string;
  /**
   * The sources that are not real.
   */
  simulated: string[];
  /**
   * The recording's folder.
   */
  recording: string | null;
  /**
   * What a person should know of the reading and the ladder now.
   */
  notes: string[];
}
/**
 * The bot that is steered.
 */
export interface StateBot {
  name: string;
  session: string;
  paused: boolean;
  /**
   * Processed and skipped frames since the agent's start.
   */
  frames: number;
  /**
   * Names of the other bots.
   */
  observers: string[];
}
/**
 * A knob as it is and as it is wanted.
 */
export interface StateKnob {
  /**
   * What is in force.
   */
  value: StateKnobValue;
  /**
   * What rules and person want.
   */
  decided: StateKnobValue;
  /**
   * A rule's id, base or override.
   */
  winner: string;
  reason: StateReason;
  /**
   * What held the wanted value back: rules, profile, bot or device.
   */
  boundedBy: string[];
  /**
   * ISO 8601; null when nothing expires.
   */
  expiresAt: string | null;
  /**
   * ISO 8601: a person's value of hardware goes back then unless it is confirmed.
   */
  confirmBy?: string;
  /**
   * What would be decided if it were allowed.
   */
  wouldBe?: StateKnobValue;
  offer: StateKnobOffer;
}
/**
 * What a bot or a device offers; either values or range.
 */
export interface StateKnobOffer {
  /**
   * A ladder, low to high.
   */
  values?: StateKnobValue[];
  /**
   * Lowest and highest.
   *
   * @minItems 2
   * @maxItems 2
   */
  range?: [number, number];
  /**
   * In force when the offer was made.
   */
  value: StateKnobValue;
  /**
   * What the owner returns to by itself when it loses the agent.
   */
  safe?: StateKnobValue;
  /**
   * Why it cannot be written now.
   */
  readOnly?: string;
  /**
   * How long frames stand still while it is switched.
   */
  switchGapMs?: number;
}
/**
 * A fact; while its value is unknown, why and what it was last.
 */
export interface StateFact {
  value: StateValue;
  unit: string;
  quality: StateQuality;
  ageMs: number;
  why?: string;
  lastValue?: StateKnown;
}
/**
 * A rule at the newest tick.
 */
export interface StateRule {
  id: string;
  set: string;
  file: string;
  line: number;
  state: StatePhase;
  /**
   * Its end cannot be told now.
   */
  blind: boolean;
  /**
   * Tick time since which it is in this state.
   */
  sinceMs: number;
  activations: number;
  because: string | null;
}
/**
 * What an active rule says instead of doing.
 */
export interface StateNotice {
  kind: 'recommend' | 'alert';
  rule: string;
  title: string;
  because: string;
  severity?: 'info' | 'warning' | 'critical';
  try?: string;
  gain?: string;
  /**
   * Tick time since which it stands.
   */
  sinceMs: number;
}
/**
 * The knobs in which a decision with more sets than the enforced ones would differ.
 */
export interface StateWouldBe {
  mode: 'recommend' | 'shadow';
  knobs: {
    [k: string]: {
      value: StateKnobValue;
      winner: string;
    };
  };
}
/**
 * What an active rule advises or warns of, or what a rule would change that may not.
 */
export interface Recommendation {
  /**
   * The rule's id; card where the agent itself sees it of the card's settings; base for a knob on its way back.
   */
  rule: string;
  /**
   * What, why, and what it should bring.
   */
  text: string;
  /**
   * The knob that would change.
   */
  knob?: string;
  /**
   * What the knob would be.
   */
  value?: number | string;
  since: WallTime;
  /**
   * Of a warning.
   */
  severity?: 'info' | 'warning' | 'critical';
}
/**
 * The live book.
 */
export interface StateBook {
  /**
   * ISO 8601.
   */
  loadedAt: string;
  files: string[];
  /**
   * The first mistake of the newest save that was refused; null while the files on disk are live.
   */
  error: StateBookError | null;
  /**
   * How many rules differ from the book before.
   */
  changedRules: number;
}
/**
 * A mistake of a rule file; line and column count from 1.
 */
export interface StateBookError {
  path: string;
  line: number;
  column: number;
  rule: string | null;
  message: string;
}
export interface StateCard {
  name: string;
  uuid: string;
  simulated: boolean;
}
/**
 * GET /v1/rules.
 */
export interface RulesAnswer {
  rules: StateRule[];
  book: StateBook;
}
/**
 * GET /v1/decisions.
 */
export interface DecisionsAnswer {
  /**
   * Oldest first; the newest 1,000 are kept.
   */
  decisions: StateEntry[];
}
/**
 * One line of the feed of decisions.
 */
export interface StateEntry {
  atMs: number;
  wallMs: number;
  knob: string;
  from: StateKnobValue | null;
  to: StateKnobValue;
  winner: string;
  reason: StateReason;
  because: string | null;
  /**
   * enforce was done; recommend and shadow say what would have been.
   */
  mode: StateMode;
  /**
   * What the winner's rule looked at, as it was.
   */
  facts: {
    [k: string]: StateValue;
  };
  outcome: 'pending' | 'applied' | 'refused' | 'superseded' | 'wouldBe';
  error?: string;
  grade: StateGrade | null;
}
/**
 * What became of a change.
 */
export interface StateGrade {
  verdict: 'helped' | 'noEffect' | 'harmed' | 'void';
  /**
   * The fact that it was told by.
   */
  fact: string;
  expectedRatio: string;
  /**
   * The value after over the value before.
   */
  ratio: number | null;
  before: number | null;
  after: number | null;
  why: string;
  atMs: number;
}
/**
 * GET /v1/explain with a rule: why it did or did not act at one tick.
 */
export interface ExplanationAnswer {
  rule: string;
  /**
   * Seconds since the first tick.
   */
  at: number;
  /**
   * ISO 8601.
   */
  time: string;
  state: StatePhase;
  /**
   * How far a phase that ends by itself has come.
   */
  progress: {
    elapsedMs: number;
    ofMs: number;
  } | null;
  blind: boolean;
  mode: StateMode;
  file: string;
  line: number;
  overrides: {
    file: string;
    over: string;
  }[];
  because: string | null;
  tree: StateNode;
  until: StateNode | null;
  effects: {
    knob: string;
    value: StateKnobValue;
    reason: StateReason;
  }[];
  /**
   * The ways it holds, such as model.up.
   */
  holds: string[];
  /**
   * What stands between the rule and its effect.
   */
  waits: string[];
  outrankedBy: string | null;
  /**
   * Newest first.
   */
  grades: StateGradedChange[];
}
/**
 * A condition with the values that it saw.
 */
export interface StateNode {
  op: string;
  fact?: string;
  unit?: string;
  value?: StateValue;
  threshold?: number | boolean | string | null | StateKnown[];
  thresholdFact?: string;
  /**
   * How far the value is from the threshold; positive while the condition holds.
   */
  margin?: number | null;
  quality?: StateQuality;
  ageMs?: number | null;
  why?: string;
  truth: 'true' | 'false' | 'unknown';
  children: StateNode[];
}
export interface StateGradedChange {
  knob: string;
  from: StateKnobValue;
  to: StateKnobValue;
  by: string;
  decidedAtMs: number;
  grade: StateGrade;
}
/**
 * GET /v1/explain without a rule.
 */
export interface ClosestAnswer {
  /**
   * Seconds since the first tick.
   */
  at: number;
  /**
   * Nearest to firing first.
   */
  closest: ExplanationAnswer[];
}
/**
 * POST /v1/optimize: the decision of a tick taken at once.
 */
export interface DecisionOfTick {
  /**
   * Tick time.
   */
  atMs: number;
  revision: number;
  knobs: {
    [k: string]: StateKnobDecision;
  };
  /**
   * Ids of the active rules, sorted.
   */
  active: string[];
  wouldBe: StateWouldBe[];
}
export interface StateKnobDecision {
  value: StateKnobValue;
  winner: string;
  reason: StateReason;
  losers: StateLoser[];
  boundedBy: string[];
  expiresAtMs?: number;
  confirmUntilMs?: number;
  wouldBe?: StateKnobValue;
}
/**
 * Who wanted something else and why that did not come.
 */
export interface StateLoser {
  by: string;
  wanted: number | string;
  code: StateLoserCode;
  reason: string;
  to?: string;
}
/**
 * What every wish of a person is answered with.
 */
export interface SetAnswerBody {
  knob: string;
  /**
   * As asked; true or false of auto alone.
   */
  value: StateKnobValue | boolean;
  /**
   * As decided now.
   */
  effective: StateKnobValue | boolean;
  boundedBy: string[];
  /**
   * ISO 8601.
   */
  expiresAt: string | null;
  /**
   * ISO 8601: it goes back then unless it is confirmed.
   */
  confirmBy?: string;
  /**
   * Why hardware is not written, with the remedy.
   */
  why?: string;
}
/**
 * POST /v1/confirm.
 */
export interface KeptAnswer {
  kept: SetAnswerBody[];
}
/**
 * GET /v1/history: a fact's past in equal steps; null where nothing was told.
 */
export interface HistoryAnswer {
  fact: string;
  unit: string;
  stepMs: number;
  /**
   * Wall time in ms at which each step begins.
   */
  times: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
}
/**
 * The event decision: what the feed gained, and the decision it is of.
 */
export interface DecidedEvent {
  entries: StateEntry[];
  decision: DecisionOfTick;
}
