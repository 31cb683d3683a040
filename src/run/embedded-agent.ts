/** An agent inside another program: started, asked, steered and stopped by calls. */
import { homedir } from 'node:os';
import type { Log, Totals } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { bottleneckOf } from '../report/bottleneck.js';
import { snapshotOf } from '../report/snapshot.js';
import { writeExport } from '../sdk/export-document.js';
import type { Decision } from '../shapes/decision.js';
import type { BottleneckAnswer, Recommendation, Snapshot } from '../shapes/generated/answers.js';
import type { AgentEvent, AgentState, SetAnswer } from '../shapes/port.js';
import { stateFolder } from '../state-folder.js';
import { embeddedSettings, type SettingsSource } from './embedded-settings.js';
import { type RunningAgent, startAgent } from './start-agent.js';

/** How an agent is embedded; everything may be left out. */
export interface CreateAgentOptions extends SettingsSource {
  /** Token, address, recordings; the person's own state folder unless given. Two agents need one each. */
  stateDir?: string;
  /** Takes what the agent has to say; nothing is printed. */
  log?: Log;
}

/** Where a started agent is reached by bots. */
export interface AgentPlace {
  /** `http://127.0.0.1:7410` */
  url: string;
  token: string;
}

/** What an agent tells as it happens. */
export type AgentEventKind = AgentEvent['kind'];

/**
 * An agent that lives in this process. It keeps the process until it is stopped; a program that handles signals stops
 * it there. What it has borrowed of a card is given back by `stop`, and after a crash as after one of `evenkeel run`.
 */
export interface EmbeddedAgent {
  /** Where it listens; null while it does not run. */
  readonly place: AgentPlace | null;
  /**
   * Opens card, rules and server and takes the first tick. A second call while it runs changes nothing. After `stop` it
   * may be started again.
   * @throws EvenkeelError `badConfig`, `badFile`, `badBook`, `badFlag`, `alreadyRunning`, `gpuUnavailable` or `portTaken`.
   */
  start(): Promise<AgentPlace>;
  /** Ends the loop, gives back what was changed, and tells what the run came to; null when it did not run. */
  stop(): Promise<Totals | null>;
  /** Everything measured now, as GET /v1/snapshot. @throws EvenkeelError `agentAbsent` while it does not run, as all below. */
  snapshot(): Snapshot;
  /** Everything it knows, as GET /v1/state. */
  state(): AgentState;
  /** What limits the frame rate, as GET /v1/bottleneck. */
  bottleneck(): BottleneckAnswer;
  /** What a person might do now. */
  recommendations(): Recommendation[];
  /** Evaluates now, outside the interval. */
  optimizeNow(): Promise<Decision>;
  /** Takes a preset, for so many seconds or until changed. @throws EvenkeelError `unknownName` with the nearest one. */
  applyPreset(name: string, forS?: number): Promise<SetAnswer>;
  /**
   * Writes `{ at, snapshot, knobs, bottleneck, recommendations, decisions }` as JSON; its absolute path.
   * @throws EvenkeelError `badFile` when it cannot be written.
   */
  exportData(file: string): Promise<string>;
  /**
   * Calls `listener` with each event of a kind, from whichever run; the returned function ends that. One that throws is
   * told to the log and called again at the next event.
   */
  on<K extends AgentEventKind>(
    kind: K,
    listener: (event: Extract<AgentEvent, { kind: K }>) => void,
  ): () => void;
}

/**
 * Makes an agent that does nothing before `start`.
 * @example
 * const agent = createAgent({ settings: { level: 'balanced', rules: ['my-rules'] } });
 * agent.on('decision', ({ entries }) => console.log(entries));
 * await agent.start();
 */
export function createAgent(options: CreateAgentOptions = {}): EmbeddedAgent {
  return new Embedded(options);
}

const SILENT: Log = () => undefined;

class Embedded implements EmbeddedAgent {
  readonly #options: CreateAgentOptions;
  readonly #log: Log;
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  #running: RunningAgent | null = null;
  /** What is under way; starts and stops come one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CreateAgentOptions) {
    this.#options = options;
    this.#log = options.log ?? SILENT;
  }

  get place(): AgentPlace | null {
    return this.#running === null ? null : { url: this.#running.server.url, token: this.#running.token };
  }

  start(): Promise<AgentPlace> {
    return this.#inTurn(async () => {
      this.#running ??= await this.#open();
      const { server, token } = this.#running;
      return { url: server.url, token };
    });
  }

  stop(): Promise<Totals | null> {
    return this.#inTurn(async () => {
      const running = this.#running;
      this.#running = null;
      return (await running?.stop()) ?? null;
    });
  }

  snapshot(): Snapshot {
    return snapshotOf(this.state());
  }

  state(): AgentState {
    return this.#agent().state();
  }

  bottleneck(): BottleneckAnswer {
    return bottleneckOf(this.state());
  }

  recommendations(): Recommendation[] {
    return this.state().recommendations;
  }

  async optimizeNow(): Promise<Decision> {
    return this.#agent().optimize();
  }

  async applyPreset(name: string, forS?: number): Promise<SetAnswer> {
    return this.#agent().person({ kind: 'preset', value: name, ...(forS === undefined ? {} : { forS }) });
  }

  async exportData(file: string): Promise<string> {
    const agent = this.#agent();
    const state = agent.state();
    const document = {
      at: new Date().toISOString(),
      snapshot: snapshotOf(state),
      knobs: state.knobs,
      bottleneck: bottleneckOf(state),
      recommendations: state.recommendations,
      decisions: agent.decisions(Number.NEGATIVE_INFINITY),
    };
    try {
      return await writeExport(file, document);
    } catch (cause) {
      const message = `expected a file that can be written, got ${file}: ${(cause as Error).message}`;
      throw new EvenkeelError('badFile', message, { cause });
    }
  }

  on<K extends AgentEventKind>(
    kind: K,
    listener: (event: Extract<AgentEvent, { kind: K }>) => void,
  ): () => void {
    const take = (event: AgentEvent): void => {
      if (event.kind === kind) listener(event as Extract<AgentEvent, { kind: K }>);
    };
    this.#listeners.add(take);
    return () => this.#listeners.delete(take);
  }

  #agent(): RunningAgent['agent'] {
    if (this.#running !== null) return this.#running.agent;
    throw new EvenkeelError(
      'agentAbsent',
      'expected an agent that runs, got one that does not; call start() first',
    );
  }

  async #open(): Promise<RunningAgent> {
    const { stateDir, env = {} } = this.#options;
    const { settings, origins, warnings } = embeddedSettings(this.#options);
    for (const warning of warnings) this.#log('warn', warning);
    const running = await startAgent({
      settings,
      stateFolder: stateDir ?? stateFolder(process.platform, { ...process.env, ...env }, homedir()),
      isDemo: false,
      isLevelGiven: ['file', 'environment'].includes(origins.level?.from ?? ''),
      log: this.#log,
      env: { ...process.env, ...env },
      serverLog: { write: (line) => this.#log('error', `the server: ${line.trim()}`) },
    });
    running.agent.subscribe((event) => this.#tell(event));
    return running;
  }

  /** A listener of the program's own must not end a tick. */
  #tell(event: AgentEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log(
          'error',
          `a listener of ${event.kind} failed: ${error instanceof Error ? error.stack : error}`,
        );
      }
    }
  }

  /** What failed does not keep the next one from its turn. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
