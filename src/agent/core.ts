/**
 * One tick, from inputs to decision, without a clock, file or socket. A live run, a replay and a test hand it the same
 * samples and get the same decisions.
 */
import { claimsOf } from '../decision/claims.js';
import type { DecisionContext } from '../decision/context.js';
import { decide } from '../decision/decide.js';
import { DecisionDigest } from '../decision/digest.js';
import {
  dropBot,
  expireUnanswered,
  expireWishes,
  layBase,
  levelNames,
  takeApplied,
  takeCard,
  takeConfirm,
  takeDevice,
  takeHello,
  takePerson,
  takeReadBack,
} from '../decision/inputs.js';
import { advanceLedger, forgetRules, voidLearnt, voidOpen } from '../decision/ledger.js';
import { type DecisionMemory, newDecisionMemory } from '../decision/memory.js';
import { resumeMemory } from '../decision/resume.js';
import { advanceBackOff, advanceSettling } from '../decision/waits.js';
import { layWeights, weighed } from '../decision/weights.js';
import { decideWouldBe, differencesOf, isAllEnforced } from '../decision/would-be.js';
import { isGap } from '../facts/gap.js';
import { defineSignals } from '../facts/signal-definition.js';
import { SignalWatch } from '../facts/signals.js';
import { FactStore } from '../facts/store.js';
import { ownOf } from '../own.js';
import { compileRules } from '../rules/compile.js';
import { factsOf } from '../rules/conditions.js';
import { createEvaluator, type Evaluator, type Verdicts } from '../rules/evaluate.js';
import type { Decision, GradedChange } from '../shapes/decision.js';
import type { FiredRule, RuleMemory } from '../shapes/fired.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Profile } from '../shapes/profile.js';
import { isKnown } from '../shapes/reading.js';
import type { Book, FrameRules } from '../shapes/rule.js';
import type { Fold, Sample, TickEvent } from '../shapes/sample.js';
import { BotFacts } from './bot-facts.js';
import { type CoreState, STATE_VERSION } from './core-state.js';
import {
  deriveLevel,
  deriveLimits,
  derivePredictions,
  deriveScores,
  deriveState,
  deriveThermalMargin,
  type LeastEnergy,
} from './derive.js';
import { HeatWatch } from './heat-watch.js';
import { namedWeights } from './named-weights.js';
import { giveBackOwed } from './owed-watts.js';
import { RuleStates } from './rule-states.js';
import { SlowedWatch } from './slowed-watch.js';
import type { CoreOptions, CoreSettings, KnobChange, TickResult } from './tick-types.js';

/** Knobs that change what a frame takes. Skipping makes no frame faster, so its windows run on. */
const CHANGES_FRAMES: ReadonlySet<string> = new Set([
  'model',
  'resolution',
  'streams',
  'batchSize',
  'cpuThreads',
  'precision',
  'provider',
]);

/** Everything a run remembers; the same samples in the same order come to the same decisions. */
export class Core {
  readonly store: FactStore;
  readonly memory: DecisionMemory;
  readonly digest: DecisionDigest = new DecisionDigest();
  readonly settings: CoreSettings;
  readonly profile: Profile;
  readonly #options: CoreOptions;
  readonly #bots: BotFacts;
  readonly #signals: SignalWatch;
  readonly #heat: HeatWatch;
  readonly #slowed = new SlowedWatch();
  readonly #rules: RuleStates;
  readonly #leastEnergy: LeastEnergy = new Map();
  /** Given facts that only frames can tell. */
  readonly #givenOfFrames: readonly string[];
  #book: Book;
  #evaluator: Evaluator;
  #lastMs: number | null = null;
  #lastWallMs = 0;
  /** Nothing was watched between the last tick of the run before and the next one. */
  #isResumed = false;

  constructor(settings: CoreSettings, profile: Profile, book: Book, options: CoreOptions = {}) {
    this.settings = settings;
    this.profile = profile;
    this.#book = book;
    this.#options = options;
    this.#evaluator = this.#evaluatorOf(book);
    this.#rules = new RuleStates(settings.mode, book);
    const { given } = options;
    this.#givenOfFrames = [...(given ?? [])].filter((fact) => /^(frame|inference|predicted)\./.test(fact));
    this.store = new FactStore({
      tierMs: settings.tierMs,
      watchFrozen: options.watchFrozen ?? given === undefined,
      ...(given === undefined ? {} : { given }),
    });
    this.memory = newDecisionMemory(settings.level);
    this.#bots = new BotFacts(settings.intervalMs, this.store);
    this.#signals = new SignalWatch(settings.intervalMs);
    this.#heat = new HeatWatch(settings.intervalMs);
    this.#useSignals(book);
  }

  get book(): Book {
    return this.#book;
  }

  /** Name of the level in force at the tick before. */
  get level(): string {
    return String(this.memory.knobs.level?.decided ?? this.memory.level.value);
  }

  /** The frame rules of the book, with the preset's weights and those that were decided over them. */
  get frameRules(): FrameRules {
    return weighed(this.givenFrames, this.memory);
  }

  /** The frame rules of the book with the preset's weights over them. */
  get givenFrames(): FrameRules {
    const weights = ownOf(this.#book.presets, this.memory.preset.value ?? '')?.weights;
    return weights === undefined
      ? this.#book.frames
      : { ...this.#book.frames, weights: { ...this.#book.frames.weights, ...weights } };
  }

  /** What a rule remembers; undefined before its first tick. */
  ruleMemory(id: string): Readonly<RuleMemory> | undefined {
    return this.#rules.memoryOf(id);
  }

  /**
   * Makes another book live from the next tick on. Rules whose definition did not change keep their state; returns how
   * many were added, removed or changed.
   */
  useBook(book: Book): number {
    const changed = this.#rules.use(book);
    const hashes = new Map(this.#book.rules.map(({ id, hash }) => [id, hash]));
    const kept = new Set(book.rules.filter(({ id, hash }) => hashes.get(id) === hash).map(({ id }) => id));
    forgetRules(this.memory, (id) => hashes.has(id) && !kept.has(id));
    if (this.#baseOf(book) !== this.#baseOf(this.#book)) {
      // Another target is another base: what was learnt about probes no longer holds.
      voidLearnt(this.memory, this.#lastMs ?? 0, 'the base changed');
      this.memory.rebased = true;
      this.#bots.forgetPace();
    }
    this.#book = book;
    this.#evaluator = this.#evaluatorOf(book);
    this.#useSignals(book);
    return changed;
  }

  /** What a book gives under all rules: its levels, and the preset that is in force. */
  #baseOf({ levels, presets }: Book): string {
    return JSON.stringify([levels, ownOf(presets, this.memory.preset.value ?? '') ?? null]);
  }

  #useSignals({ signals }: Book): void {
    this.#signals.use(signals);
    this.store.useSignals(defineSignals(signals));
  }

  /** What is remembered after the newest tick; parts of it change with the next one. */
  snapshot(): CoreState {
    return {
      version: STATE_VERSION,
      atMs: this.#lastMs ?? 0,
      wallMs: this.#lastWallMs,
      rules: this.#rules.snapshot(),
      memory: this.memory,
    };
  }

  /**
   * Takes up what a run before remembered, before the first tick; its times are of this run's clock. Rules whose
   * definition changed begin anew, and so does everything that is measured: the first tick is one after a gap.
   */
  restore(state: CoreState): void {
    this.#rules.restore(state.rules);
    resumeMemory(this.memory, state.memory);
    this.#lastMs = state.atMs;
    this.#lastWallMs = state.wallMs;
    this.#isResumed = true;
  }

  /**
   * Takes the inputs of one tick and decides, at once where the engine answers at once: a day of ticks has no time to
   * wait for what is there already. Never run two at once.
   */
  tick(sample: Sample): TickResult | Promise<TickResult> {
    const dtMs = this.#lastMs === null ? this.settings.intervalMs : sample.atMs - this.#lastMs;
    const gap =
      this.#isResumed ||
      (this.#lastMs !== null && isGap(dtMs, sample.wallMs - this.#lastWallMs, this.settings.intervalMs));
    this.#isResumed = false;
    this.#lastMs = sample.atMs;
    this.#lastWallMs = sample.wallMs;
    const outcomes = this.#takeInputs(sample, gap);
    this.#deriveFacts(sample.atMs, dtMs, gap);
    const said = this.#evaluator.evaluate(this.store);
    if (!(said instanceof Promise)) return this.#conclude(sample.atMs, dtMs, gap, outcomes, said);
    return said.then((verdicts) => this.#conclude(sample.atMs, dtMs, gap, outcomes, verdicts));
  }

  #conclude(
    atMs: number,
    dtMs: number,
    gap: boolean,
    outcomes: TickResult['outcomes'],
    verdicts: Verdicts,
  ): TickResult {
    const fired = this.#rules.fire(verdicts, this.store, atMs, dtMs, gap);
    const { decision, changes } = this.#decide(atMs, fired);
    return {
      fired,
      decision,
      changes,
      grades: this.#takeGrades(),
      outcomes,
      digestLine: this.digest.add(decision),
      gap,
    };
  }

  #takeInputs(sample: Sample, gap: boolean): TickResult['outcomes'] {
    const { atMs } = sample;
    this.store.beginTick(atMs);
    this.#bots.beginTick(gap);
    if (gap) {
      this.store.afterGap();
      voidOpen(this.memory, atMs, () => 'time jumped');
    }
    const outcomes: TickResult['outcomes'] = [];
    for (const event of sample.events) {
      const outcome = this.#takeEvent(event, atMs);
      if (outcome !== null) outcomes.push(outcome);
    }
    this.store.addReadings(sample.readings);
    expireWishes(this.memory, atMs);
    for (const knob of expireUnanswered(this.memory, atMs)) this.#restartFrames(knob);
    return outcomes;
  }

  #takeEvent(event: TickEvent, atMs: number): TickResult['outcomes'][number] | null {
    switch (event.kind) {
      case 'frames':
        this.#bots.takeFrames(event, atMs);
        return null;
      case 'hello':
        this.#bots.takeHello(event);
        if (event.controls) takeHello(this.memory, event, atMs);
        return null;
      case 'bye':
        if (this.#bots.takeBye(event.session)) dropBot(this.memory, atMs);
        return null;
      case 'pause':
      case 'resume':
        this.#bots.takePause(event.session, event.kind === 'pause');
        return null;
      case 'applied': {
        const before = this.memory.knobs[event.knob]?.applied;
        const outcome = takeApplied(this.memory, event, atMs);
        if (outcome !== 'superseded' || before !== event.value) this.#restartFrames(event.knob);
        return { event, outcome };
      }
      case 'device':
        takeDevice(this.memory, event.knob, event.offer, atMs);
        return null;
      case 'card':
        this.#changeCard(atMs);
        return null;
      case 'confirm':
        takeConfirm(this.memory);
        return null;
      case 'tier':
        this.store.useTier(event.fact, event.tier);
        return null;
      case 'readBack':
        takeReadBack(this.memory, event);
        return null;
      default:
        if (event.kind === 'level' || event.kind === 'preset') this.#bots.forgetPace();
        takePerson(this.memory, event, atMs, this.#book.presets);
        return null;
    }
  }

  /** Nothing that was seen of one card tells anything of another. */
  #changeCard(atMs: number): void {
    takeCard(this.memory, atMs);
    this.store.unset(['gpu.'], 'the bot computes on another card, which has not told it yet');
    this.store.afterGap();
    this.#signals.clear();
    this.#heat.clear();
    this.#slowed.clear();
    this.#leastEnergy.clear();
  }

  /** After a change, or one nobody knows to have come, what was measured before tells nothing about what follows. */
  #restartFrames(knob: string): void {
    if (CHANGES_FRAMES.has(knob)) this.#bots.restartFrames();
  }

  #deriveFacts(atMs: number, dtMs: number, gap: boolean): void {
    const { store, memory, profile } = this;
    layWeights(memory, namedWeights(this.#book), this.givenFrames, atMs);
    layBase(memory, this.#book.levels, this.#baseKnobs(), atMs);
    const captureFps = memory.knobs.captureFps;
    const isCapped = captureFps !== undefined && captureFps.decided !== captureFps.base;
    this.#bots.endTick(atMs, dtMs, isCapped);
    deriveLimits(store, profile, memory.knobs.powerLimitW);
    deriveThermalMargin(store);
    this.#heat.tick(store, atMs, dtMs, gap);
    deriveLevel(store, ownOf(this.#book.levels, this.level), this.#bots.maxFps);
    this.#bots.deriveLoads(atMs);
    derivePredictions(store, memory, profile, levelNames(this.#book.levels));
    deriveState(store, memory);
    deriveScores(store, memory, profile, this.#bots.hitShare, this.#leastEnergy);
    if (gap || this.#bots.haveRestarted) this.#slowed.clear();
    this.#slowed.tick(store, dtMs);
    giveBackOwed(store, memory.knobs);
    this.#deriveSignals(atMs, dtMs, gap);
    const processed = this.#newFrames(atMs, dtMs);
    advanceSettling(memory, atMs, processed);
    advanceBackOff(memory, atMs);
    if (this.#isGrading) advanceLedger(memory, store, atMs, processed);
  }

  /** Last of all facts, so that a signal may rest on any of them. */
  #deriveSignals(atMs: number, dtMs: number, gap: boolean): void {
    if (gap) this.#signals.clear();
    else if (this.#bots.haveRestarted) this.#signals.restartFrames();
    const { store } = this;
    const foldOf = (fact: string): Fold | null | undefined => this.#bots.tickFold(fact, atMs);
    this.#signals.tick({ atMs, dtMs, facts: store, foldOf }, (name, value, why) =>
      store.derive(name, value, why),
    );
  }

  get #isGrading(): boolean {
    return this.#options.ledger !== false;
  }

  /** What was graded since the tick before. */
  #takeGrades(): GradedChange[] {
    return this.memory.ledger.fresh.splice(0);
  }

  /** Frames processed in this tick. Where frame facts are given as readings, a new one stands for a full tick of frames. */
  #newFrames(atMs: number, dtMs: number): number {
    const seen = this.#bots.processedInTick;
    const isNew = (fact: string): boolean => {
      const reading = this.store.reading(fact);
      return reading !== undefined && isKnown(reading.quality) && reading.atMs === atMs;
    };
    if (seen > 0 || !this.#givenOfFrames.some(isNew)) return seen;
    const fps = this.store.number('frame.fps') ?? this.store.number('level.goalFps') ?? 0;
    return Math.max(1, Math.round((fps * dtMs) / 1000));
  }

  /** The preset's values over the configuration's. */
  #baseKnobs(): Record<string, KnobValue> {
    const ofPreset = ownOf(this.#book.presets, this.memory.preset.value ?? '')?.knobs;
    return ofPreset === undefined ? this.profile.baseKnobs : { ...this.profile.baseKnobs, ...ofPreset };
  }

  #evaluatorOf(book: Book): Evaluator {
    const { engine } = this.#options;
    if (typeof engine === 'function') return engine(book.rules);
    return engine === 'compiled' ? compileRules(book.rules) : createEvaluator(book.rules);
  }

  #decide(atMs: number, fired: readonly FiredRule[]): { decision: Decision; changes: KnobChange[] } {
    const enforced = isAllEnforced(fired) ? fired : fired.filter((one) => one.mode === 'enforce');
    const context: DecisionContext = {
      atMs,
      fired: enforced,
      claims: claimsOf(enforced),
      facts: this.store,
      profile: this.profile,
      levels: levelNames(this.#book.levels),
      consent: this.settings.consent,
      ledger: this.#isGrading,
    };
    const others = decideWouldBe(this.memory, context, fired);
    const { decision, stepped, changed } = decide(this.memory, context);
    this.#rules.noteStepped(stepped, atMs);
    if (others.length > 0) decision.wouldBe = differencesOf(decision, others);
    // A knob shows what is recommended; what a shadow set would add only where nothing is.
    for (const { knobs } of decision.wouldBe.toReversed()) {
      for (const [knob, { value }] of Object.entries(knobs)) {
        const real = decision.knobs[knob];
        if (real !== undefined) real.wouldBe = value;
      }
    }
    const changes = changed.map(({ knob, from }) => ({
      knob,
      from,
      to: decision.knobs[knob]?.value ?? '',
      facts: this.#factsOf(decision.knobs[knob]?.winner),
    }));
    return { decision, changes };
  }

  /** The facts a rule looks at, as they are at this tick. */
  #factsOf(id: string | undefined): KnobChange['facts'] {
    const rule = this.#book.rules.find((one) => one.id === id);
    if (rule === undefined) return {};
    return Object.fromEntries([...factsOf(rule.when)].map((fact) => [fact, this.store.known(fact) ?? null]));
  }
}
