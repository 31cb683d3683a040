/** The loop around one tick: where samplers, facts, rules, decision, actuators and recording meet. */
import type { Actuator } from '../actuators/actuator.js';
import { type BotActuator, openBotActuator } from '../actuators/bot-knobs.js';
import { openPowerLimit } from '../actuators/power-limit.js';
import { BotRegistry } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import { takesLoad } from '../gpu/choose.js';
import type { RecordingWriter } from '../recordings/writer.js';
import { byCloseness, explainRule } from '../rules/explain.js';
import { didYouMean } from '../rules/nearest.js';
import { describeProblem } from '../rules/problems.js';
import { type BookWatch, watchBook } from '../rules/watch.js';
import { sampleCard } from '../samplers/card.js';
import { type MachineSampler, openMachineSampler } from '../samplers/machine/index.js';
import { openSelfSampler, type SelfSampler } from '../samplers/self.js';
import type { Decision } from '../shapes/decision.js';
import type { FiredRule } from '../shapes/fired.js';
import type { Card } from '../shapes/gpu.js';
import type {
  AgentEvent,
  AgentPort,
  AgentState,
  DecisionEntry,
  Explanation,
  SetAnswer,
} from '../shapes/port.js';
import type { Profile } from '../shapes/profile.js';
import type { Readings } from '../shapes/reading.js';
import type { Book } from '../shapes/rule.js';
import type { PersonEvent, Sample, TickEvent } from '../shapes/sample.js';
import { Core, type CoreSettings, type TickResult } from './core.js';
import { Feed } from './feed.js';
import { Inbox } from './inbox.js';
import { LiveBook } from './live-book.js';
import { bookLine } from './log-lines.js';
import { type Totals, totalsOf } from './totals.js';
import { sentenceOf, viewFacts, viewKnobs, viewRule } from './view.js';
import { checkWish } from './wishes.js';

/** Tells a person what happens; one line each. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;

export interface AgentOptions {
  version: string;
  settings: CoreSettings;
  profile: Profile;
  book: Book;
  /** Content hash of the folders the book was read from. */
  contentHash: string;
  /** Folders over the shipped one, watched for changes. */
  folders: readonly string[];
  card: Card;
  log: Log;
}

/** Milliseconds of the agent's own monotonic clock since it was made, whole and strictly growing from tick to tick. */
type Clock = () => number;

export class Agent implements AgentPort {
  readonly bots: BotRegistry;
  readonly #options: AgentOptions;
  readonly #core: Core;
  readonly #live: LiveBook;
  readonly #clock: Clock;
  readonly #inbox = new Inbox();
  readonly #feed = new Feed();
  readonly #machine: MachineSampler;
  readonly #self: SelfSampler = openSelfSampler();
  readonly #actuators: Actuator[];
  readonly #botActuator: BotActuator;
  readonly #listeners: Set<(event: AgentEvent) => void> = new Set();
  readonly #session: string = new Date().toISOString();
  #wishes: TickEvent[] = [];
  #recording: RecordingWriter | null = null;
  #watch: BookWatch | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #fired: readonly FiredRule[] = [];
  #decision: Decision = { atMs: 0, revision: 0, knobs: {}, active: [], notes: [] };
  #bot: AgentState['bot'] = null;
  #observers: Map<string, string> = new Map();
  #samples = 0;
  #lastTickMs = -1;
  #lastTickTookMs = 0;
  #wallOffsetMs = 0;
  #notes: Map<string, string> = new Map();
  #isStopped = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#core = new Core(options.settings, options.profile, options.book);
    this.#live = new LiveBook(options.book);
    const startMs = performance.now();
    this.#clock = () => Math.round(performance.now() - startMs);
    this.bots = new BotRegistry({ now: this.#clock, frameRules: this.#core.frameRules });
    this.#machine = openMachineSampler({ slowEveryMs: options.settings.tierMs.slow });
    this.#botActuator = openBotActuator(this.bots, this.#core.frameRules, (wire, decision) =>
      this.#inbox.noteRevision(wire, decision),
    );
    this.#actuators = [this.#botActuator, openPowerLimit(options.card)];
    for (const actuator of this.#actuators) {
      for (const [knob, offer] of Object.entries(actuator.offers()))
        this.#wishes.push({ kind: 'device', knob, offer });
    }
  }

  /** Starts ticking, watching and, unless null, recording. The first tick is taken at once. */
  async start(recording: RecordingWriter | null): Promise<void> {
    const { folders, profile, contentHash, log } = this.#options;
    this.#recording = recording;
    recording?.write(bookLine(this.#live.book, 0));
    this.#watch = watchBook(folders, profile, contentHash, {
      book: (book, warnings) => {
        for (const warning of warnings) log('warn', describeProblem(warning));
        this.#live.offer(book);
      },
      refused: (problems) => this.#refuse(problems),
    });
    await this.#tick('interval');
    this.#schedule();
  }

  /** Ends the loop, gives back what was changed, closes card and recording. The totals of the run. */
  async stop(): Promise<Totals> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running.catch(() => undefined);
    await this.#watch?.close();
    this.#machine.close();
    for (const actuator of this.#actuators) {
      await actuator
        .restore()
        .catch((error: unknown) =>
          this.#options.log('error', `could not give back a setting: ${String(error)}`),
        );
    }
    await this.#options.card.close();
    const totals = this.totals();
    const recording = this.#recording;
    recording?.write({ kind: 'end', atMs: this.#lastTickMs, samples: this.#samples, digest: totals.digest });
    await recording?.close();
    return totals;
  }

  /** What the run came to so far. */
  totals(): Totals {
    const { card } = this.#options;
    return totalsOf({
      samples: this.#samples,
      inbox: this.#inbox,
      applied: this.#feed.applied,
      fired: this.#fired,
      digest: this.#core.digest,
      recording: this.#recording?.folder ?? null,
      simulated: simulatedSources(card),
    });
  }

  state(): AgentState {
    const nowMs = this.#clock();
    const { version, profile, card, settings } = this.#options;
    const { store, memory } = this.#core;
    const last = this.#feed.newest(1)[0];
    return {
      version,
      session: this.#session,
      atMs: this.#lastTickMs,
      wallMs: this.#lastTickMs + this.#wallOffsetMs,
      level: this.#core.level,
      preset: memory.preset.value,
      auto: memory.auto,
      mode: settings.mode,
      bot:
        this.#bot === null
          ? null
          : {
              ...this.#bot,
              frames: this.#inbox.counts.processed + this.#inbox.counts.skipped,
              observers: [...this.#observers.values()],
            },
      knobs: viewKnobs(memory, this.#decision, this.#wallOffsetMs),
      facts: viewFacts(store, nowMs),
      rules: this.#fired.map((fired) => viewRule(fired, store)),
      book: this.#live.state(),
      profile: profile.name,
      card: { name: card.inventory.name, simulated: card.inventory.simulated },
      sentence: sentenceOf(store, this.#bot?.name ?? null, last, nowMs),
      simulated: simulatedSources(card),
      recording: this.#recording?.failure === null ? this.#recording.folder : null,
      notes: [...this.#notes.values()],
    };
  }

  decisions(sinceMs: number): DecisionEntry[] {
    return this.#feed.since(sinceMs);
  }

  explain(rule?: string): Explanation[] {
    const { store } = this.#core;
    if (rule === undefined) {
      const ordered = [...this.#fired].sort((a, b) => byCloseness(a, b, store, this.#decision.atMs));
      return ordered.map((fired) => explainRule(fired, store, this.#decision));
    }
    const fired = this.#fired.find((one) => one.rule.id === rule);
    if (fired !== undefined) return [explainRule(fired, store, this.#decision)];
    const ids = this.#fired.map((one) => one.rule.id);
    throw new EvenkeelError('unknownName', `no rule has the id "${rule}"${didYouMean(rule, ids)}`, {
      details: { rules: ids },
    });
  }

  async person(event: PersonEvent): Promise<SetAnswer> {
    const offers = Object.fromEntries(
      Object.entries(this.#core.memory.knobs).map(([knob, { offer }]) => [knob, offer]),
    );
    const wish = checkWish(event, { book: this.#live.book, profile: this.#options.profile, offers });
    this.#wishes.push(wish);
    await this.#tick('optimize');
    return this.#answer(wish);
  }

  async optimize(): Promise<Decision> {
    await this.#tick('optimize');
    return this.#decision;
  }

  subscribe(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #answer(wish: PersonEvent): SetAnswer {
    const { memory } = this.#core;
    const iso = (atMs: number | null | undefined): string | null =>
      atMs === null || atMs === undefined ? null : new Date(atMs + this.#wallOffsetMs).toISOString();
    if (wish.kind === 'auto')
      return {
        knob: 'auto',
        value: String(wish.value),
        effective: String(memory.auto),
        boundedBy: [],
        expiresAt: null,
      };
    if (wish.kind === 'level' || wish.kind === 'preset') {
      const timed = wish.kind === 'level' ? memory.level : memory.preset;
      const effective = wish.kind === 'level' ? this.#core.level : (memory.preset.value ?? wish.value);
      const boundedBy = this.#decision.knobs.level?.boundedBy ?? [];
      return { knob: wish.kind, value: wish.value, effective, boundedBy, expiresAt: iso(timed.expiresAtMs) };
    }
    const decided = this.#decision.knobs[wish.knob];
    const effective = decided?.value ?? '';
    const value = wish.kind === 'override' ? wish.value : effective;
    // Without consent a hardware knob stays where it is, and the answer must not look as if it had moved.
    const boundedBy = decided?.wouldBe === undefined ? (decided?.boundedBy ?? []) : ['consent'];
    return { knob: wish.knob, value, effective, boundedBy, expiresAt: iso(decided?.expiresAtMs) };
  }

  #schedule(): void {
    const { intervalMs } = this.#options.settings;
    // Ticks stand on a grid, so that a late one does not push all that follow.
    const waitMs = intervalMs - (this.#clock() % intervalMs);
    this.#timer = setTimeout(() => {
      this.#tick('interval')
        .catch((error: unknown) =>
          this.#options.log(
            'error',
            `a tick failed: ${error instanceof Error ? error.stack : String(error)}`,
          ),
        )
        .finally(() => {
          if (!this.#isStopped) this.#schedule();
        });
    }, waitMs);
  }

  /** One tick at a time; a tick asked for while another runs is taken after it. */
  #tick(cause: Sample['cause']): Promise<void> {
    const next = this.#running.then(() => this.#runTick(cause));
    this.#running = next.catch(() => undefined);
    return next;
  }

  async #runTick(cause: Sample['cause']): Promise<void> {
    if (this.#isStopped) return;
    const startedMs = performance.now();
    const recording = this.#recording;
    const atMs = Math.max(this.#clock(), this.#lastTickMs + 1);
    const swapped = this.#live.takeNext((book) => this.#core.useBook(book));
    if (swapped !== null) recording?.write(bookLine(swapped, atMs));
    const sample = this.#sample(cause, atMs);
    recording?.write(sample);
    const result = await this.#core.tick(sample);
    this.#samples++;
    if (result.digestLine !== null) recording?.write({ kind: 'decision', line: result.digestLine });
    this.#act(result);
    this.#tell(sample, result, swapped);
    this.#lastTickTookMs = performance.now() - startedMs;
  }

  #sample(cause: Sample['cause'], atMs: number): Sample {
    const dtMs = atMs - Math.max(0, this.#lastTickMs);
    this.#lastTickMs = atMs;
    const wallMs = Date.now();
    this.#wallOffsetMs = wallMs - atMs;
    this.bots.expire(atMs);
    const events: TickEvent[] = [
      ...this.#wishes,
      ...this.#inbox.takeEvents(this.bots.drain()),
      ...this.#actuators.flatMap((one) => one.outcomes()),
    ];
    this.#wishes = [];
    for (const event of events) this.#followBots(event);
    return { kind: 'sample', atMs, wallMs, cause, readings: this.#read(atMs, dtMs, events), events };
  }

  #read(atMs: number, dtMs: number, events: readonly TickEvent[]): Readings {
    const { card } = this.#options;
    if (takesLoad(card) && dtMs > 0) {
      const busyMs = events.reduce(
        (sum, event) =>
          sum + (event.kind === 'frames' ? (event.folds['inference.inferenceMs']?.sum ?? 0) : 0),
        0,
      );
      card.setLoad({ busyShare: Math.min(1, busyMs / dtMs) });
    }
    return {
      ...this.#machine.sample(atMs),
      ...sampleCard(card, 0, atMs),
      ...this.#self.sample(atMs),
      'agent.tickMs': [Math.round(this.#lastTickTookMs * 1000) / 1000, 'measured', 0],
    };
  }

  #act(result: TickResult): void {
    const { decision, changes } = result;
    this.#fired = result.fired;
    this.#decision = decision;
    this.#botActuator.useFrameRules(this.#core.frameRules);
    const values = Object.fromEntries(
      Object.entries(decision.knobs).map(([knob, { value }]) => [knob, value]),
    );
    const changed = Object.fromEntries(changes.map(({ knob, to }) => [knob, to]));
    for (const actuator of this.#actuators)
      actuator.start(actuator === this.#botActuator ? values : changed, decision.revision);
  }

  #tell(sample: Sample, result: TickResult, swapped: Book | null): void {
    const { log } = this.#options;
    const entries = this.#feed.add(sample, result, this.#live.book.rules, this.#core.store);
    for (const { knob, from, to, winner, because } of entries) {
      log('info', `${knob} ${from} → ${to} by ${winner}${because === null ? '' : `: ${because}`}`);
    }
    for (const { event, outcome } of result.outcomes) {
      if (outcome === 'refused')
        log('warn', `${event.knob} ${event.value} stays: ${event.error ?? 'the change was refused'}`);
    }
    if (swapped !== null) {
      const { changedRules } = this.#live.state();
      log('info', `rules live, ${changedRules} changed`);
    }
    this.#noteUnreachable();
    if (this.#listeners.size === 0) return;
    if (swapped !== null) this.#emit({ kind: 'reload', book: this.#live.state() });
    if (entries.length > 0) this.#emit({ kind: 'decision', entries, decision: result.decision });
    for (const fired of result.fired) {
      if (fired.memory.sinceMs === sample.atMs)
        this.#emit({ kind: 'rule', rule: viewRule(fired, this.#core.store) });
    }
    this.#emit({ kind: 'sample', state: this.state() });
  }

  #refuse(
    problems: readonly { path: string; line: number; column: number }[] & Parameters<LiveBook['refuse']>[0],
  ): void {
    const { log } = this.#options;
    this.#live.refuse(problems);
    for (const problem of problems) log('error', describeProblem(problem));
    if (problems.length > 0) log('warn', `the rules of ${this.#live.state().loadedAt} stay live`);
    else log('info', 'the rule files are right again; the live rules did not change');
    this.#emit({ kind: 'reload', book: this.#live.state() });
  }

  /** Says once that no rung reaches the target, with the best that is reachable; takes it back when one does. */
  #noteUnreachable(): void {
    const { store } = this.#core;
    const load = store.number('frame.loadPercent');
    const goal = store.number('level.goalFps');
    const isBottom = ['model', 'resolution'].every(
      (knob) => store.number(`predicted.${knob}DownLoadPercent`) === undefined,
    );
    if (load === undefined || goal === undefined) return;
    if (load <= 100 || !isBottom) {
      if (load <= 90) this.#notes.delete('unreachable');
      return;
    }
    if (this.#notes.has('unreachable')) return;
    const note = `no rung reaches ${goal} FPS: the smallest gives about ${((goal * 100) / load).toFixed(1)}`;
    this.#notes.set('unreachable', note);
    this.#options.log('warn', note);
  }

  #followBots(event: TickEvent): void {
    const { log } = this.#options;
    if (event.kind === 'hello') {
      if (event.controls)
        this.#bot = { name: event.name, session: event.session, paused: false, frames: 0, observers: [] };
      else this.#observers.set(event.session, event.name);
      log('info', `${event.name} joined${event.controls ? '' : ', it observes'}`);
    } else if (event.kind === 'bye') {
      this.#observers.delete(event.session);
      if (this.#bot?.session !== event.session) return;
      log('info', `${this.#bot.name} left${event.cause === 'lease' ? ': it was silent past its lease' : ''}`);
      this.#bot = null;
    } else if ((event.kind === 'pause' || event.kind === 'resume') && this.#bot?.session === event.session) {
      this.#bot = { ...this.#bot, paused: event.kind === 'pause' };
    }
  }

  #emit(event: AgentEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function simulatedSources(card: Card): string[] {
  return card.inventory.simulated ? ['gpu'] : [];
}
