/** The questions of a bot, each a request of its own beside the session. */
import type { Decision } from '../shapes/decision.js';
import type { BottleneckAnswer, Recommendation, Snapshot } from '../shapes/generated/answers.js';
import type { SetAnswer } from '../shapes/port.js';
import { findAgent } from './address.js';
import { writeExport } from './export-document.js';
import type { Problems } from './problems.js';
import type { Questions } from './question-types.js';
import { askOnce, Refusal } from './requests.js';
import type { ConnectOptions } from './types.js';

/** Longest wait for an answer, in ms. */
const ANSWER_MS = 2_000;

const HOW_TO_START = 'start one with "evenkeel run", or set EVENKEEL_URL and EVENKEEL_TOKEN';

/** Asks whatever agent there is, with or without a session. */
export class AgentQuestions implements Questions {
  readonly #where: Pick<ConnectOptions, 'url' | 'token' | 'stateDir'>;
  readonly #problems: Problems;

  constructor(where: Pick<ConnectOptions, 'url' | 'token' | 'stateDir'>, problems: Problems) {
    this.#where = where;
    this.#problems = problems;
  }

  forceOptimization(): Promise<Decision | null> {
    return this.#ask<Decision>('POST', '/v1/optimize');
  }

  applyPreset(name: string, forS?: number): Promise<SetAnswer | null> {
    return this.#ask<SetAnswer>('PUT', '/v1/preset', {
      value: name,
      ...(forS === undefined ? {} : { forS }),
    });
  }

  async recommendations(): Promise<Recommendation[] | null> {
    const answer = await this.#ask<{ recommendations: Recommendation[] }>('GET', '/v1/recommendations');
    return answer?.recommendations ?? null;
  }

  snapshot(): Promise<Snapshot | null> {
    return this.#ask<Snapshot>('GET', '/v1/snapshot');
  }

  bottleneckAnalysis(): Promise<BottleneckAnswer | null> {
    return this.#ask<BottleneckAnswer>('GET', '/v1/bottleneck');
  }

  async export(file: string): Promise<string | null> {
    const paths = ['snapshot', 'state', 'bottleneck', 'recommendations', 'decisions'];
    const [snapshot, state, bottleneck, recommendations, decisions] = await Promise.all(
      paths.map((path) => this.#ask<Record<string, unknown>>('GET', `/v1/${path}`)),
    );
    if (!snapshot || !state || !bottleneck || !recommendations || !decisions) return null;
    const document = {
      at: new Date().toISOString(),
      snapshot,
      knobs: state.knobs,
      bottleneck,
      recommendations: recommendations.recommendations,
      decisions: decisions.decisions,
    };
    try {
      return await writeExport(file, document);
    } catch (error) {
      this.#problems.say(
        `export: expected a file that can be written, got ${String(file)}: ${(error as Error).message}`,
      );
      return null;
    }
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T | null> {
    try {
      const address = await findAgent(this.#where);
      if (address === null) throw new Error(`no agent is running; ${HOW_TO_START}`);
      const answer = await askOnce(address, { method, path, body, withinMs: ANSWER_MS });
      if (typeof answer !== 'object' || answer === null) throw new Error('the answer is no JSON object');
      this.#problems.clear();
      return answer as T;
    } catch (error) {
      const { message } = error as Error;
      const how = error instanceof Refusal ? `the agent refused: ${message}` : message;
      this.#problems.say(`${method} ${path}: expected the agent's answer, got none: ${how}`);
      return null;
    }
  }
}
