/** The loop around one tick: where samplers, facts, rules, decision, actuators and recording meet. */
import type { Actuator } from '../actuators/actuator.js';
import { type BotActuator, openBotActuator } from '../actuators/bot-knobs.js';
import type { WriterPolicy } from '../actuators/hold.js';
import { BotRegistry } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import type { StateLine } from '../recordings/format.js';
import type { RecordingWriter } from '../recordings/writer.js';
import { explainTick } from '../rules/explain.js';
import { describeProblem } from '../rules/problems.js';
import type { BookWatch, WatchListener } from '../rules/watch.js';
import type { Decision } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { CardSet } from '../shapes/gpu.js';
import type {
  AgentCounts,
  AgentEvent,
  AgentPort,
  AgentState,
  DecisionEntry,
  Explanation,
  FactHistoryAnswer,
  HistoryQuestion,
  Moment,
  Notice,
  SetAnswer,
} from '../shapes/port.js';
import type { Profile } from '../shapes/profile.js';
import type { Book, Problem } from '../shapes/rule.js';
import type { PersonEvent, Sample } from '../shapes/sample.js';
import { answerWish } from './answer.js';
import { type BotCard, openBotCard } from './bot-card.js';
import { CONFIRM_S, ConfirmNote, waitingFor } from './confirm.js';
import { Core } from './core.js';
import { entryText, gradedText } from './entry-text.js';
import { FactHistory, type HistoryPlace } from './fact-history.js';
import { Feed } from './feed.js';
import { History } from './history.js';
import { Inbox } from './inbox.js';
import { Intake } from './intake.js';
import { LackNote } from './lacking.js';
import { LiveBook } from './live-book.js';
import type { Log } from './log.js';
import { bookLine, frameRecord } from './log-lines.js';
import { NoticeLog, noticesOf } from './notices.js';
import { oneRungNotes } from './one-rung.js';
import { recommendationsOf } from './recommendations.js';
import { coreStateOf } from './resume.js';
import { Roster } from './roster.js';
import { StandingNotes } from './standing-notes.js';
import { StateLog, stateLine } from './state-log.js';
import { TickHealth } from './tick-health.js';
import type { CoreSettings, TickResult } from './tick-types.js';
import { viewTick } from './tick-view.js';
import { Ticker } from './ticker.js';
import { type Totals, totalsOf } from './totals.js';
import { UnreachableNote } from './unreachable.js';
import { sentenceOf, viewFacts, viewKnobs, viewRule } from './view.js';
import { checkWish, offersOf } from './wishes.js';

/** What a run is made of; whatever is left out is done without. */
export interface AgentOptions {
  version: string;
  settings: CoreSettings;
  profile: Profile;
  book: Book;
  /** Begins to tell of other books that may go live; null where the rules stay as they are. */
  watch: ((listener: WatchListener) => BookWatch) | null;
  /** What the run before left, by this run's clock; null to begin anew. */
  resume: StateLine | null;
  cards: CardSet;
  /** Whether a person named the bot's card: what a bot says of its card then changes nothing. Not unless said. */
  isCardNamed?: boolean;
  /** What is done where another program sets what the agent had set; `yield` unless given. */
  otherWriter?: WriterPolicy;
  /** Whether every frame's own line is recorded; not unless said. */
  recordsFrames?: boolean;
  /** Where roll-ups of the facts are kept; in memory alone unless given. */
  history?: HistoryPlace;
  log: Log;
}

/** Milliseconds of the agent's own monotonic clock since it was made, whole and strictly growing from tick to tick. */
type Clock = () => number;

/** One run, from its first tick to its last. */
export class Agent implements AgentPort {
  readonly bots: BotRegistry;
  readonly #options: AgentOptions;
  readonly #core: Core;
  readonly #live: LiveBook;
  readonly #clock: Clock;
  readonly #inbox: Inbox;
  readonly #feed = new Feed();
  readonly #history = new History();
  readonly #factHistory: FactHistory;
  readonly #noticeLog = new NoticeLog();
  readonly #intake: Intake;
  readonly #roster: Roster;
  readonly #ticker: Ticker;
  readonly #unreachable = new UnreachableNote();
  readonly #lackNote = new LackNote();
  readonly #confirmNote = new ConfirmNote();
  readonly #standing = new StandingNotes();
  readonly #health = new TickHealth();
  readonly #stateLog = new StateLog();
  readonly #actuators: Actuator[];
  readonly #botActuator: BotActuator;
  readonly #hardware: BotCard;
  readonly #listeners: Set<(event: AgentEvent) => void> = new Set();
  readonly #session: string = new Date().toISOString();
  #recording: RecordingWriter | null = null;
  #watch: BookWatch | null = null;
  #fired: readonly FiredRule[] = [];
  #notices: Notice[] = [];
  #decision: Decision = { atMs: 0, revision: 0, knobs: {}, active: [], wouldBe: [] };
  #samples = 0;
  #startMs: number | null = null;
  #lastTickMs = -1;
  #lastTickTookMs = 0;
  #wallOffsetMs = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#core = new Core(options.settings, options.profile, options.book);
    const before = options.resume === null ? null : coreStateOf(options.resume);
    if (before !== null) this.#core.restore(before);
    this.#inbox = new Inbox(
      options.recordsFrames === true
        ? (...frame) => this.#recording?.write(frameRecord(...frame))
        : undefined,
    );
    this.#inbox.useFrameRules(this.#core.frameRules);
    this.#factHistory = new FactHistory(options.history ?? null, options.settings.intervalMs, options.log);
    this.#live = new LiveBook(options.book);
    this.#roster = new Roster(options.log);
    const startMs = performance.now();
    this.#clock = () => Math.round(performance.now() - startMs);
    this.#ticker = new Ticker({
      intervalMs: options.settings.intervalMs,
      now: this.#clock,
      run: (cause) => this.#tick(cause),
      // It was told where it failed.
      failed: () => undefined,
    });
    this.bots = new BotRegistry({
      now: this.#clock,
      frameRules: this.#core.frameRules,
      onLines: (lines) => this.#inbox.take(lines),
    });
    this.#botActuator = openBotActuator(this.bots, this.#core.frameRules, (wire, decision) =>
      this.#inbox.noteRevision(wire, decision),
    );
    this.#hardware = openBotCard({
      cards: options.cards,
      isNamed: options.isCardNamed ?? false,
      otherWriter: options.otherWriter ?? 'yield',
      log: options.log,
    });
    this.#actuators = [this.#botActuator, this.#hardware];
    this.#intake = new Intake({
      cards: options.cards,
      bots: this.bots,
      inbox: this.#inbox,
      card: this.#hardware,
      actuators: this.#actuators,
      intervalMs: options.settings.intervalMs,
      slowMs: options.settings.tierMs.slow,
    });
  }

  /** Starts ticking, watching and, unless null, recording. The first tick is taken at once. */
  async start(recording: RecordingWriter | null): Promise<void> {
    this.#recording = recording;
    recording?.write(bookLine(this.#live.book, 0));
    if (this.#options.resume !== null) recording?.write(this.#options.resume);
    await this.#ticker.start();
    this.#watch =
      this.#options.watch?.({
        book: (book, warnings) => this.#offer(book, warnings),
        refused: (problems) => this.#refuse(problems),
      }) ?? null;
  }

  /** Ends the loop, gives back what was changed, closes card and recording. The totals of the run. */
  async stop(): Promise<Totals> {
    // What bots sent since the last tick still counts.
    await this.#ticker.tick('interval').catch(() => undefined);
    await this.#ticker.stop();
    await this.#watch?.close();
    this.#intake.close();
    for (const actuator of this.#actuators) {
      await actuator
        .restore()
        .catch((error: unknown) =>
          this.#options.log('error', `could not give back a setting: ${String(error)}`),
        );
    }
    await this.#options.cards.close();
    const totals = this.totals();
    const recording = this.#recording;
    if (this.#samples > 0) recording?.write(stateLine(this.#core.snapshot()));
    recording?.write({ kind: 'end', atMs: this.#lastTickMs, samples: this.#samples, digest: totals.digest });
    await recording?.close();
    await this.#factHistory.close();
    return totals;
  }

  /** What the run came to so far. */
  totals(): Totals {
    return totalsOf({
      samples: this.#samples,
      inbox: this.#inbox,
      applied: this.#feed.applied,
      fired: this.#fired,
      digest: this.#core.digest,
      recording: this.#recordingFolder,
      simulated: simulatedSources(this.#options.cards),
    });
  }

  counts(): AgentCounts {
    return {
      samples: this.#samples,
      frames: { ...this.#inbox.counts },
      decisions: this.#core.digest.lines,
      changes: Object.fromEntries(this.#feed.applied),
      reloads: { ...this.#live.reloads },
      lines: { ...this.bots.counters },
    };
  }

  state(): AgentState {
    const nowMs = this.#clock();
    const { version, profile, cards, settings } = this.#options;
    const all = cards.cards.map(({ inventory: { name, uuid, simulated } }) => ({ name, uuid, simulated }));
    const { inventory } = cards.cards[0];
    const { store, memory } = this.#core;
    const last = this.#feed.lastChange;
    return {
      version,
      session: this.#session,
      atMs: this.#lastTickMs,
      wallMs: this.#lastTickMs + this.#wallOffsetMs,
      level: this.#core.level,
      preset: memory.preset.value,
      auto: memory.auto,
      mode: settings.mode,
      bot: this.#botState(),
      knobs: viewKnobs(memory, this.#decision, this.#wallOffsetMs),
      facts: viewFacts(store, nowMs),
      rules: this.#fired.map((fired) => viewRule(fired, store)),
      notices: [...this.#health.notices(), ...this.#notices],
      wouldBe: this.#decision.wouldBe,
      recommendations: recommendationsOf({
        notices: this.#noticeLog.standing,
        standing: this.#feed.standing,
        decision: this.#decision,
      }),
      book: this.#live.state(),
      profile: profile.name,
      card: { name: inventory.name, simulated: inventory.simulated },
      cards: all,
      sentence:
        this.#health.notices()[0]?.because ?? sentenceOf(store, this.#roster.bot?.name ?? null, last, nowMs),
      simulated: simulatedSources(cards),
      recording: this.#recordingFolder,
      notes: [...(this.#unreachable.note === null ? [] : [this.#unreachable.note]), ...cards.standing],
    };
  }

  #botState(): AgentState['bot'] {
    const { bot, observers } = this.#roster;
    const { processed, skipped } = this.#inbox.counts;
    return bot === null ? null : { ...bot, frames: processed + skipped, observers };
  }

  decisions(sinceMs: number): DecisionEntry[] {
    return this.#feed.since(sinceMs);
  }

  explain(rule?: string, at?: Moment): Explanation[] {
    const nowMs = this.#clock();
    const now = { atMs: nowMs, wallMs: nowMs + this.#wallOffsetMs };
    const tick = at === undefined ? this.#history.newest : this.#history.at(at, now, this.#recordingFolder);
    return tick === undefined ? [] : explainTick(tick, rule);
  }

  history(question: HistoryQuestion): Promise<FactHistoryAnswer> {
    return this.#factHistory.ask(question, this.#core.store);
  }

  /** The recording's folder, while it is written. */
  get #recordingFolder(): string | null {
    return this.#recording?.failure === null ? this.#recording.folder : null;
  }

  async person(event: PersonEvent): Promise<SetAnswer> {
    // What a bot has just offered may be asked for, though no tick has seen it yet.
    if (this.bots.hasNews) await this.#ticker.tick('optimize');
    const offers = offersOf(this.#core.memory, this.#core.givenFrames);
    const wish = checkWish(event, { book: this.#live.book, profile: this.#options.profile, offers });
    if (wish.kind === 'override' || wish.kind === 'release') this.#hardware.takeUp(wish.knob);
    this.#intake.add(wish);
    await this.#ticker.tick('optimize');
    return answerWish(wish, this.#decision, this.#core.memory, this.#wallOffsetMs);
  }

  async confirm(): Promise<SetAnswer[]> {
    const waiting = waitingFor(this.#core.memory, this.#decision);
    if (waiting.length === 0) {
      const message = `expected a value of hardware that waits to be kept, got none; it may have gone back after ${CONFIRM_S} s`;
      throw new EvenkeelError('nothingToConfirm', message);
    }
    this.#intake.add({ kind: 'confirm' });
    await this.#ticker.tick('optimize');
    const { memory } = this.#core;
    return waiting.flatMap((knob) => {
      const override = memory.overrides[knob];
      if (override === undefined) return [];
      const wish: PersonEvent = { kind: 'override', knob, value: override.value, forS: 0 };
      return [answerWish(wish, this.#decision, memory, this.#wallOffsetMs)];
    });
  }

  async optimize(): Promise<Decision> {
    await this.#ticker.tick('optimize');
    // The revision that bots know it by; the decision's own counts its changes alone.
    return { ...this.#decision, revision: this.bots.revision };
  }

  subscribe(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One tick, and whether it succeeded. @throws whatever it failed with, for whoever asked for it. */
  async #tick(cause: Sample['cause']): Promise<void> {
    try {
      await this.#runTick(cause);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    if (this.#health.succeed()) this.#options.log('info', 'ticks succeed again');
  }

  async #runTick(cause: Sample['cause']): Promise<void> {
    const startedMs = performance.now();
    const recording = this.#recording;
    const atMs = Math.max(this.#clock(), this.#lastTickMs + 1);
    if (recording?.isSegmentFull === true && this.#samples > 0)
      recording.beginSegment([bookLine(this.#live.book, atMs), stateLine(this.#core.snapshot())]);
    const swapped = this.#live.takeNext((book) => this.#core.useBook(book));
    if (swapped !== null) recording?.write(bookLine(swapped, atMs));
    this.#lastTickMs = atMs;
    const wallMs = Date.now();
    this.#wallOffsetMs = wallMs - atMs;
    const sample = this.#intake.take(cause, atMs, wallMs, this.#lastTickTookMs);
    for (const event of sample.events) {
      this.#roster.follow(event);
      for (const note of oneRungNotes(event)) this.#options.log('info', note);
    }
    recording?.write(sample);
    const result = await this.#core.tick(sample);
    this.#samples++;
    if (result.digestLine !== null) recording?.write({ kind: 'decision', line: result.digestLine });
    const state = recording === null ? null : this.#stateLog.after(this.#core.snapshot(), result);
    if (state !== null) recording?.write(state);
    this.#startMs ??= atMs;
    this.#factHistory.add(wallMs, this.#core.store);
    this.#history.add(viewTick(this.#core, sample, result, this.#startMs));
    this.#act(result);
    this.#tell(sample, result, swapped);
    this.#lastTickTookMs = performance.now() - startedMs;
  }

  #act(result: TickResult): void {
    const { decision, changes } = result;
    this.#fired = result.fired;
    this.#decision = decision;
    this.#botActuator.useFrameRules(this.#core.frameRules);
    this.#inbox.useFrameRules(this.#core.frameRules);
    const values = Object.fromEntries(
      Object.entries(decision.knobs).map(([knob, { value }]) => [knob, value]),
    );
    const changed = Object.fromEntries(changes.map(({ knob, to }) => [knob, to]));
    for (const actuator of this.#actuators)
      actuator.start(actuator === this.#botActuator ? values : changed, decision.revision);
  }

  #tell(sample: Sample, result: TickResult, swapped: Book | null): void {
    const { log } = this.#options;
    const { entries, wouldBe } = this.#feed.add(sample, result, this.#live.book.rules, this.#core.store);
    for (const change of wouldBe) this.#recording?.write({ kind: 'wouldBe', atMs: sample.atMs, ...change });
    for (const entry of entries) log(entry.mode === 'shadow' ? 'debug' : 'info', entryText(entry));
    const { memory } = this.#core;
    for (const back of this.#confirmNote.observe(memory, result.decision, sample.events)) log('info', back);
    for (const lack of this.#lackNote.observe(result.decision)) log('warn', lack);
    for (const grade of result.grades) log('info', gradedText(grade));
    this.#notices = [...noticesOf(result.fired, this.#core.store), ...this.#hardware.notices()];
    this.#noticeLog.observe(this.#notices, log, sample.wallMs);
    for (const { event, outcome } of result.outcomes) {
      if (outcome === 'refused')
        log('warn', `${event.knob} ${event.value} stays: ${event.error ?? 'the change was refused'}`);
    }
    if (swapped !== null) {
      const { changedRules } = this.#live.state();
      log('info', `rules live, ${changedRules} changed`);
    }
    const note = this.#unreachable.observe(this.#core.store);
    if (note !== null) log('warn', note);
    this.#standing.observe(this.#options.cards.standing, log);
    if (this.#listeners.size === 0) return;
    if (swapped !== null) this.#emit({ kind: 'reload', book: this.#live.state() });
    if (entries.length > 0) this.#emit({ kind: 'decision', entries, decision: result.decision });
    for (const fired of result.fired) {
      if (fired.memory.sinceMs === sample.atMs)
        this.#emit({ kind: 'rule', rule: viewRule(fired, this.#core.store) });
    }
    this.#emit(sampleEvent(() => this.state()));
  }

  /** Another book that may go live: it does between two ticks, and the next one is taken at once. */
  #offer(book: Book, warnings: readonly Problem[]): void {
    const { log } = this.#options;
    for (const warning of warnings) log('warn', describeProblem(warning));
    this.#live.offer(book);
    this.#ticker.tick('reload').catch(() => undefined);
  }

  /** Told once for each error in a row, in the state for as long as it lasts. */
  #failed(error: unknown): void {
    const text = error instanceof Error ? error.stack : String(error);
    if (this.#health.fail(error, this.#lastTickMs)) this.#options.log('error', `a tick failed: ${text}`);
    this.#emit(sampleEvent(() => this.state()));
  }

  #refuse(problems: readonly Problem[]): void {
    const { log } = this.#options;
    this.#live.refuse(problems);
    for (const problem of problems) log('error', describeProblem(problem));
    if (problems.length > 0) log('warn', `the rules of ${this.#live.state().loadedAt} stay live`);
    else log('info', 'the rule files are right again; the live rules did not change');
    this.#emit({ kind: 'reload', book: this.#live.state() });
  }

  #emit(event: AgentEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function sampleEvent(look: () => AgentState): AgentEvent {
  let seen: AgentState | null = null;
  return {
    kind: 'sample',
    get state() {
      seen ??= look();
      return seen;
    },
  };
}

function simulatedSources({ cards }: CardSet): string[] {
  return cards[0].inventory.simulated ? ['gpu'] : [];
}
