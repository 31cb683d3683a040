/** An agent inside another program, as that program sees it. */
import type { Log, Totals } from '../agent/index.js';
import type { Decision } from '../shapes/decision.js';
import type { BottleneckAnswer, Recommendation, Snapshot } from '../shapes/generated/answers.js';
import type { AgentEvent, AgentState, SetAnswer } from '../shapes/port.js';
import type { SettingsSource } from './embedded-settings.js';

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
