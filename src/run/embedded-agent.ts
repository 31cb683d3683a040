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
import { embeddedSettings } from './embedded-settings.js';
import type { AgentEventKind, AgentPlace, CreateAgentOptions, EmbeddedAgent } from './embedded-types.js';
import { type RunningAgent, startAgent } from './start-agent.js';

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
