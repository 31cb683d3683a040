/** A small agent behind a real server: it takes wishes, counts them and sends the events it is handed. */
import { pino } from 'pino';
import { BotRegistry } from '../../src/bot/index.js';
import { EvenkeelError } from '../../src/errors.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import { type AgentServer, openServer, type ServerOptions } from '../../src/server/index.js';
import type {
  AgentCounts,
  AgentEvent,
  AgentPort,
  AgentState,
  FactHistoryAnswer,
  HistoryQuestion,
  Moment,
  SetAnswer,
} from '../../src/shapes/port.js';
import type { PersonEvent } from '../../src/shapes/sample.js';

export const TOKEN = 'a-token-for-tests-only';

export const FAKE_STATE: AgentState = {
  version: '0.1.0',
  session: 'test',
  atMs: 5_000,
  wallMs: 1_700_000_005_000,
  level: 'balanced',
  preset: null,
  auto: true,
  mode: 'enforce',
  bot: null,
  knobs: {},
  facts: { 'gpu.temperatureC': { value: 61, unit: '°C', quality: 'simulated', ageMs: 0 } },
  rules: [],
  notices: [],
  wouldBe: [],
  recommendations: [],
  book: { loadedAt: '2023-11-14T22:13:20.000Z', files: [], error: null, changedRules: 0 },
  profile: 'rtx-4090',
  card: { name: 'Simulated', simulated: true },
  cards: [{ name: 'Simulated', uuid: 'GPU-0', simulated: true }],
  sentence: 'All is well.',
  simulated: ['gpu'],
  recording: null,
  notes: [],
};

export class FakePort implements AgentPort {
  readonly wishes: PersonEvent[] = [];
  readonly listeners: Set<(event: AgentEvent) => void> = new Set();
  optimized = 0;
  asked: number[] = [];
  moments: (Moment | undefined)[] = [];
  readonly questions: HistoryQuestion[] = [];

  /** What it answers as its state. */
  shown: AgentState = FAKE_STATE;

  state(): AgentState {
    return this.shown;
  }

  counts(): AgentCounts {
    return {
      samples: 12,
      frames: { processed: 9, skipped: 2, dropped: 1 },
      decisions: 4,
      changes: { model: 1 },
      reloads: { live: 3, refused: 2 },
      lines: { accepted: 13, rejected: 5, late: 6, dropped: 7 },
    };
  }

  decisions(sinceMs: number): [] {
    this.asked.push(sinceMs);
    return [];
  }

  explain(rule?: string, at?: Moment): [] {
    this.moments.push(at);
    if (rule === 'broken') throw new TypeError('a fault of ours');
    if (rule !== undefined && rule !== 'early')
      throw new EvenkeelError('unknownName', `no rule has the id "${rule}"`);
    return [];
  }

  async history({ fact, fromMs, toMs, points }: HistoryQuestion): Promise<FactHistoryAnswer> {
    this.questions.push({ fact, fromMs, toMs, points });
    return { fact, unit: '', stepMs: 1_000, times: [], min: [], mean: [], max: [] };
  }

  async person(event: PersonEvent): Promise<SetAnswer> {
    if (event.kind === 'override' && event.knob === 'powerLimitW') {
      this.waiting.push(event.knob);
      const confirmBy = '2026-01-31T21:14:13.000Z';
      return { knob: event.knob, value: 300, effective: 300, boundedBy: [], expiresAt: null, confirmBy };
    }
    if (event.kind === 'override' && event.knob !== 'resolution') {
      throw new EvenkeelError('unknownKnob', `no knob ${event.knob} is offered`);
    }
    if (event.kind === 'override' && Number(event.value) > 640) {
      const message = `expected a resolution from 416 to 640, got ${event.value}`;
      throw new EvenkeelError('outOfRange', message, { details: { range: [416, 640] } });
    }
    this.wishes.push(event);
    const value = 'value' in event ? String(event.value) : '';
    return { knob: event.kind, value, effective: value, boundedBy: [], expiresAt: null };
  }

  /** The knobs that wait to be kept. */
  waiting: string[] = [];

  async confirm(): Promise<SetAnswer[]> {
    if (this.waiting.length === 0) throw new EvenkeelError('nothingToConfirm', 'nothing waits');
    const kept = this.waiting.splice(0);
    return kept.map((knob) => ({ knob, value: 300, effective: 300, boundedBy: [], expiresAt: null }));
  }

  async optimize(): Promise<Awaited<ReturnType<AgentPort['optimize']>>> {
    this.optimized += 1;
    return { atMs: 5_000, revision: 1, knobs: {}, active: [], wouldBe: [] };
  }

  subscribe(listener: (event: AgentEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(event: AgentEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

export interface FakeAgent {
  port: FakePort;
  bots: BotRegistry;
  server: AgentServer;
  url: string;
}

/** Opens a server on a free port with an agent that does nothing by itself. */
export async function openFakeAgent(options: Partial<ServerOptions> = {}): Promise<FakeAgent> {
  const port = new FakePort();
  const bots = new BotRegistry({ now: () => performance.now(), frameRules: DEFAULT_FRAME_RULES });
  const log = pino({ level: 'silent' });
  const server = await openServer({ port, bots, token: TOKEN, listenPort: 0, log, ...options });
  return { port, bots, server, url: server.url };
}

/** Headers of a request that may write. */
export const AUTHORIZED: Readonly<Record<string, string>> = { authorization: `Bearer ${TOKEN}` };

/** Waits for a condition; the test's own limit ends a wait that lasts too long. */
export async function waitUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
