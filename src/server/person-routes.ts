/** What a person and other tools ask and wish: the state and its parts, level, preset, overrides, auto. */
import type { FastifyInstance } from 'fastify';
import { parseMoment } from '../agent/index.js';
import { type Checked, makeCheck } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import { bottleneckOf } from '../report/bottleneck.js';
import { snapshotOf } from '../report/snapshot.js';
import type { FactsAnswer, RecommendationsAnswer } from '../shapes/generated/answers.js';
import type {
  AutoBody,
  HistoryQuery,
  LevelBody,
  OverrideBody,
  PresetBody,
} from '../shapes/generated/control.js';
import type { AgentPort, HistoryQuestion } from '../shapes/port.js';

/** How long a person's value stands unless the request says else, in s (wire.md: 20 min). */
const OVERRIDE_S = 1_200;

const checkLevel = makeCheck<LevelBody>('control', 'level');
const checkPreset = makeCheck<PresetBody>('control', 'preset');
const checkOverride = makeCheck<OverrideBody>('control', 'override');
const checkHistory = makeCheck<HistoryQuery>('control', 'history');
const checkAuto = makeCheck<AutoBody>('control', 'auto');

/** Adds the reads and the writes of the control API. */
export async function addPersonRoutes(app: FastifyInstance, { port }: { port: AgentPort }): Promise<void> {
  addReads(app, port);
  addWrites(app, port);
}

function addReads(app: FastifyInstance, port: AgentPort): void {
  app.get('/v1/state', () => port.state());
  app.get('/v1/snapshot', () => snapshotOf(port.state()));
  app.get('/v1/facts', (): FactsAnswer => {
    const { facts, atMs, wallMs } = port.state();
    return { at: new Date(wallMs).toISOString(), atMs, facts };
  });
  app.get('/v1/bottleneck', () => bottleneckOf(port.state()));
  app.get('/v1/recommendations', (): RecommendationsAnswer => {
    const { recommendations } = port.state();
    return { recommendations };
  });
  app.get('/v1/rules', () => {
    const { rules, book } = port.state();
    return { rules, book };
  });
  app.get<{ Querystring: { since?: unknown } }>('/v1/decisions', ({ query }) => ({
    decisions: port.decisions(readSince(query.since)),
  }));
  app.get('/v1/history', ({ query }) => port.history(readQuestion(query)));
  app.get<{ Querystring: { rule?: unknown; at?: unknown } }>('/v1/explain', ({ query: { rule, at } }) => {
    const moment = at === undefined ? undefined : parseMoment('at', String(at), 'badBody');
    if (rule !== undefined && typeof rule !== 'string')
      throw new EvenkeelError('unknownName', `expected the id of one rule, got ${String(rule)}`);
    const explanations = port.explain(rule, moment);
    const [first] = explanations;
    if (rule === undefined) return { at: first?.at ?? port.state().atMs / 1000, closest: explanations };
    if (first !== undefined) return first;
    throw new EvenkeelError('outOfRange', 'expected a tick to explain, got none yet; ask again in a moment');
  });
}

/** Points of a chart unless asked otherwise, and how far back one looks, in ms. */
const POINTS = 300;
const LOOK_BACK_MS = 900_000;

function readQuestion(query: unknown): HistoryQuestion {
  const { fact, from, to, points } = accept(checkHistory, query);
  const nowMs = Date.now();
  const toMs = to === undefined ? nowMs : wallTimeOf('to', to, nowMs);
  const fromMs = from === undefined ? toMs - LOOK_BACK_MS : wallTimeOf('from', from, nowMs);
  if (fromMs < toMs) return { fact, fromMs, toMs, points: points === undefined ? POINTS : Number(points) };
  throw new EvenkeelError(
    'badBody',
    `from: expected a time before to, got ${from ?? 'none'} and ${to ?? 'now'}`,
  );
}

/** What lies years away is asked for by mistake, and would be looked for day by day. */
const LONGEST_MS = 3_650 * 86_400_000;

function wallTimeOf(name: string, text: string, nowMs: number): number {
  const moment = parseMoment(name, text, 'badBody');
  const wallMs =
    'wallMs' in moment ? moment.wallMs : 'fromEndMs' in moment ? nowMs - moment.fromEndMs : Number.NaN;
  if (Math.abs(wallMs - nowMs) <= LONGEST_MS) return wallMs;
  throw new EvenkeelError('badBody', `${name}: expected a time as ISO 8601, or -30m from now, got "${text}"`);
}

function addWrites(app: FastifyInstance, port: AgentPort): void {
  app.put('/v1/level', ({ body }) => {
    const { value, forS } = accept(checkLevel, body);
    return port.person({ kind: 'level', value, ...(forS === undefined ? {} : { forS }) });
  });
  app.put('/v1/preset', ({ body }) => {
    const { value, forS } = accept(checkPreset, body);
    return port.person({ kind: 'preset', value, ...(forS === undefined ? {} : { forS }) });
  });
  app.put<{ Params: { knob: string } }>('/v1/override/:knob', ({ body, params }) => {
    const { value, forS = OVERRIDE_S } = accept(checkOverride, body);
    return port.person({ kind: 'override', knob: params.knob, value, forS });
  });
  app.delete<{ Params: { knob: string } }>('/v1/override/:knob', ({ params }) =>
    port.person({ kind: 'release', knob: params.knob }),
  );
  app.post('/v1/optimize', () => port.optimize());
  app.post('/v1/confirm', async () => ({ kept: await port.confirm() }));
  app.post('/v1/auto', ({ body }) => port.person({ kind: 'auto', value: accept(checkAuto, body).value }));
}

/** Tick time in ms, exclusive; before everything when left out. */
function readSince(since: unknown): number {
  if (since === undefined) return Number.NEGATIVE_INFINITY;
  const sinceMs = typeof since === 'string' && since !== '' ? Number(since) : Number.NaN;
  if (Number.isFinite(sinceMs)) return sinceMs;
  throw new EvenkeelError('badBody', `since: expected milliseconds of tick time, got ${String(since)}`);
}

function accept<T>(check: (value: unknown) => Checked<T>, body: unknown): T {
  const checked = check(body);
  if (checked.ok) return checked.value;
  throw new EvenkeelError('badBody', checked.message);
}
