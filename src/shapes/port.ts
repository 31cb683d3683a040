/** The running agent as its server, its terminal view and its embedders see it. */
import type { Decision, Grade, GradedChange, KnobDecision, WouldBe } from './decision.js';
import type { Recommendation } from './generated/answers.js';
import type { KnobOffer, KnobValue } from './knob.js';
import type { FactValue, Quality } from './reading.js';
import type { PersonEvent } from './sample.js';

/** `enforce` acts, `recommend` says, `shadow` only records. */
export type Mode = 'enforce' | 'recommend' | 'shadow';

/** A fact as JSON: value (null while unknown), unit, quality, age; while unknown the reason, and what it was last. */
export interface FactState {
  value: FactValue | null;
  unit: string;
  quality: Quality;
  ageMs: number;
  why?: string;
  /** The last good value, `ageMs` old; only while the value is unknown, and only where there was one. */
  lastValue?: FactValue;
}

/** A knob as JSON; `value` is what is in force, `decided` what the rules and the person want. */
export interface KnobState {
  value: KnobValue;
  decided: KnobValue;
  winner: string;
  reason: KnobDecision['reason'];
  boundedBy: string[];
  /** ISO 8601, null when nothing expires. */
  expiresAt: string | null;
  /** ISO 8601: a person's value of hardware goes back then unless it is confirmed. */
  confirmBy?: string;
  wouldBe?: KnobValue;
  offer: KnobOffer;
}

/** One mistake of a rule file; line and column count from 1. */
export interface BookError {
  path: string;
  line: number;
  column: number;
  rule: string | null;
  message: string;
}

/** The live book, and what became of the newest save. */
export interface BookState {
  /** ISO 8601 time at which this book went live. */
  loadedAt: string;
  files: string[];
  /** The first mistake of the newest save that was refused; null while the files on disk are live. */
  error: BookError | null;
  /** How many rules differ from the book before. */
  changedRules: number;
}

/** Where a rule is on its way: waiting, holding for `for`, acting, or resting after it. */
export type RulePhase = 'idle' | 'pending' | 'active' | 'cooling';

/** One rule as people see it at the newest tick. */
export interface RuleState {
  id: string;
  set: string;
  file: string;
  line: number;
  state: RulePhase;
  blind: boolean;
  /** Since when it is in this state, in ms of tick time. */
  sinceMs: number;
  activations: number;
  because: string | null;
}

/** What `GET /v1/state` answers: everything a first paint needs. */
export interface AgentState {
  version: string;
  session: string;
  atMs: number;
  wallMs: number;
  level: string;
  preset: string | null;
  auto: boolean;
  mode: Mode;
  /** The controlling bot, or null. */
  bot: { name: string; session: string; paused: boolean; frames: number; observers: string[] } | null;
  knobs: Record<string, KnobState>;
  facts: Record<string, FactState>;
  rules: RuleState[];
  /** What active rules recommend and warn of, and what rules that are not enforced would do. */
  notices: Notice[];
  wouldBe: WouldBe[];
  /** The same as advice: what a person might do, with why and since when. */
  recommendations: Recommendation[];
  book: BookState;
  profile: string;
  /** The bot's card. */
  card: { name: string; simulated: boolean };
  /** All cards, the bot's first: facts of the others are under `gpu.1.`, `gpu.2.` and so on, in this order. */
  cards: { name: string; uuid: string; simulated: boolean }[];
  /** One sentence of how it goes. */
  sentence: string;
  /** The sources that are not real (`gpu`). */
  simulated: string[];
  recording: string | null;
  notes: string[];
}

/** One line of the decision feed. */
export interface DecisionEntry {
  atMs: number;
  wallMs: number;
  knob: string;
  from: KnobValue | null;
  to: KnobValue;
  winner: string;
  reason: KnobDecision['reason'];
  because: string | null;
  /** `enforce` was done; `recommend` and `shadow` say what would have been. */
  mode: Mode;
  /** The facts that the winner's rule looked at, as they were; unknown ones are null. */
  facts: Record<string, FactValue | null>;
  outcome: 'pending' | 'applied' | 'refused' | 'superseded' | 'wouldBe';
  error?: string;
  /** What became of it; null until it is graded, and for changes that nothing can grade. */
  grade: Grade | null;
}

/** What an active rule says instead of doing. */
export interface Notice {
  kind: 'recommend' | 'alert';
  /** The rule's id; `card` for what the agent sees of the card's settings itself, `agent` where its ticks fail. */
  rule: string;
  title: string;
  because: string;
  /** Of an alert. */
  severity?: 'info' | 'warning' | 'critical';
  /** Of a recommendation: what to try, and what it should bring. */
  try?: string;
  gain?: string;
  /** Tick time in ms since which it stands. */
  sinceMs: number;
}

/** The answer to `set` and `release`, and to the three PUTs. */
export interface SetAnswer {
  knob: string;
  /** True or false of `auto` alone. */
  value: KnobValue | boolean;
  effective: KnobValue | boolean;
  boundedBy: string[];
  expiresAt: string | null;
  /** ISO 8601: it goes back then unless it is confirmed. */
  confirmBy?: string;
  /** Why hardware is not written, with the remedy. */
  why?: string;
}

/** A condition with the values it saw, as `explain` tells it. */
export interface ExplainNode {
  op: string;
  fact?: string;
  /** Of the fact, as people write it; absent for words, claims and counts. */
  unit?: string;
  /** Null while it is unknown. */
  value?: FactValue | null;
  threshold?: FactValue | FactValue[] | null;
  /** The fact that the threshold is read from, where it is no literal. */
  thresholdFact?: string;
  /** How far the value is from the threshold, in the fact's unit; positive while the condition holds. */
  margin?: number | null;
  quality?: Quality;
  /** Of the newest good reading; null where there was none. */
  ageMs?: number | null;
  /** Why the value, or the threshold, is unknown. */
  why?: string;
  truth: 'true' | 'false' | 'unknown';
  children: ExplainNode[];
}

/** Why one rule did or did not act at one tick. */
export interface Explanation {
  rule: string;
  /** Seconds since the first tick. */
  at: number;
  /** The same moment by the wall clock, ISO 8601. */
  time: string;
  state: RulePhase;
  /** How far a phase that ends by itself has come: `for` while pending, `cooldown` while cooling. */
  progress: { elapsedMs: number; ofMs: number } | null;
  blind: boolean;
  mode: Mode;
  file: string;
  line: number;
  /** The files that replaced or tuned it, in the order of their folders; the last one won. */
  overrides: { file: string; over: string }[];
  because: string | null;
  tree: ExplainNode;
  until: ExplainNode | null;
  /** The knobs that have their value from this rule at that tick. */
  effects: { knob: string; value: KnobValue; reason: KnobDecision['reason'] }[];
  /** The ways it holds (`model.up`). */
  holds: string[];
  /** What stands between the rule and its effect at that tick, a sentence each. */
  waits: string[];
  outrankedBy: string | null;
  /** What became of its newest changes, newest first. */
  grades: GradedChange[];
}

/** A moment as people give it: by the wall clock, before now (or a recording's end), or after the first tick. */
export type Moment = { wallMs: number } | { fromEndMs: number } | { fromStartMs: number };

/** Of which fact, from when to when (wall time in ms), and in at most how many points, not counting one that begins before it. */
export interface HistoryQuestion {
  fact: string;
  fromMs: number;
  toMs: number;
  points: number;
}

/** A fact's past in equal steps, as charts draw it; null where nothing was told. */
export interface FactHistoryAnswer {
  fact: string;
  unit: string;
  stepMs: number;
  /** Wall time in ms at which each step begins. */
  times: number[];
  min: (number | null)[];
  mean: (number | null)[];
  max: (number | null)[];
}

/** What was counted since the agent started. */
export interface AgentCounts {
  /** Ticks. */
  samples: number;
  /** Frames of the bots that were steered. */
  frames: { processed: number; skipped: number; dropped: number };
  /** Lines of the digest. */
  decisions: number;
  /** Changes that were applied, by knob. */
  changes: Record<string, number>;
  /** Saves of the rules that went live, and that were refused. */
  reloads: { live: number; refused: number };
  /** Bots' lines; `late` are among the accepted ones, `dropped` are frames that no tick came to fetch. */
  lines: { accepted: number; rejected: number; late: number; dropped: number };
}

/** What the agent pushes to listeners. */
export type AgentEvent =
  /** `state` is made when it is first asked for, as it is then: most ticks nobody looks at theirs. */
  | { kind: 'sample'; readonly state: AgentState }
  | { kind: 'decision'; entries: DecisionEntry[]; decision: Decision }
  | { kind: 'rule'; rule: RuleState }
  | { kind: 'reload'; book: BookState };

/** All that server, terminal view and embedders may ask of a running agent. */
export interface AgentPort {
  state(): AgentState;
  counts(): AgentCounts;
  /** The feed since a tick time (ms, exclusive), oldest first; bounded to the newest 1,000. */
  decisions(sinceMs: number): DecisionEntry[];
  /**
   * Why a rule did or did not fire, at the newest tick or at one of the last minutes; without an id all rules, nearest
   * to firing first.
   * @throws EvenkeelError `unknownName` with the nearest name, `outOfRange` with the span that is remembered.
   */
  explain(rule?: string, at?: Moment): Explanation[];
  /**
   * The past of a fact that is a number, from memory and from what is kept on disk.
   * @throws EvenkeelError `unknownName` with the nearest name.
   */
  history(question: HistoryQuestion): Promise<FactHistoryAnswer>;
  /**
   * Carries out a person's wish at a tick of its own and answers from that tick's decision.
   * @throws EvenkeelError `unknownKnob`, `unknownName` (level, preset) or `outOfRange` with the range; nothing changes then.
   */
  person(event: PersonEvent): Promise<SetAnswer>;
  /**
   * Keeps the values of hardware that a person set and nobody confirmed yet; the answers are of their knobs.
   * @throws EvenkeelError `nothingToConfirm` where none waits.
   */
  confirm(): Promise<SetAnswer[]>;
  /** Evaluates now, outside the interval, and returns the decision. */
  optimize(): Promise<Decision>;
  subscribe(listener: (event: AgentEvent) => void): () => void;
}
