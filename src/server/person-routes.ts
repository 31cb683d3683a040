/** What a person and other tools ask and wish: the state and its parts, level, preset, overrides, auto. */
import type { FastifyInstance } from 'fastify';
import { parseMoment } from '../agent/index.js';
import { type Checked, makeCheck } from '../bot/index.js';
import { EvenkeelError } from '../errors.js';
import type { AutoBody, LevelBody, OverrideBody, PresetBody } from '../shapes/generated/control.js';
import type { AgentPort } from '../shapes/port.js';

/** How long a person's value stands unless the request says else, in s (wire.md: 20 min). */
const OVERRIDE_S = 1_200;

const checkLevel = makeCheck<LevelBody>('control', 'level');
const checkPreset = makeCheck<PresetBody>('control', 'preset');
const checkOverride = makeCheck<OverrideBody>('control', 'override');
const checkAuto = makeCheck<AutoBody>('control', 'auto');

/** Adds the reads and the writes of the control API. */
export async function addPersonRoutes(app: FastifyInstance, { port }: { port: AgentPort }): Promise<void> {
  addReads(app, port);
  addWrites(app, port);
}

function addReads(app: FastifyInstance, port: AgentPort): void {
  app.get('/v1/state', () => port.state());
  app.get('/v1/facts', () => ({ facts: port.state().facts }));
  app.get('/v1/rules', () => {
    const { rules, book } = port.state();
    return { rules, book };
  });
  app.get<{ Querystring: { since?: unknown } }>('/v1/decisions', ({ query }) => ({
    decisions: port.decisions(readSince(query.since)),
  }));
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
