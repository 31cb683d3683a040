/** Bots that come, go and share a name, as facts, state and a person's wishes see them. */
import { expect, test } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { NoCard } from '../../src/gpu/none.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, SETTINGS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const loopOf = (): Loop => new Loop(cpu, shippedBook(cpu), {}, { engine: 'compiled' });
const ofSession = (event: TickEvent, session: string): TickEvent => ({ ...event, session }) as TickEvent;
const withModel = (event: TickEvent, model: string): TickEvent =>
  ({ ...event, inference: { model, size: 640 } }) as TickEvent;

test('what a model took is forgotten with its bot, unless a bot of that name comes back', async () => {
  const loop = loopOf();
  const known = (): unknown => loop.core.store.known('inference.old-model.totalMs');
  await loop.tick([hello()], COOL);
  await loop.tick([withModel(frames(10, 30, 20), 'old-model')], COOL);
  expect(known()).toBe(20);
  await loop.tick([{ kind: 'bye', session: 'session-1', cause: 'bye' }, hello({ session: 'again' })], COOL);
  await loop.tick([ofSession(withModel(frames(10, 30, 20), 'new-model'), 'again')], COOL);
  expect(known()).toBe(20);
  await loop.tick(
    [{ kind: 'bye', session: 'again', cause: 'bye' }, hello({ session: 's2', name: 'other' })],
    COOL,
  );
  await loop.tick([ofSession(withModel(frames(10, 30, 20), 'new-model'), 's2')], COOL);
  expect(known()).toBeUndefined();
  expect(loop.core.store.known('inference.new-model.totalMs')).toBe(20);
});

test('observers of one name are told apart by a number', async () => {
  const loop = loopOf();
  const observer = (session: string): TickEvent => hello({ session, name: 'same', controls: false });
  await loop.tick([hello(), observer('a'), observer('b')], COOL);
  for (let i = 0; i < 4; i++)
    await loop.tick([ofSession(frames(10, 30, 20), 'a'), ofSession(frames(10, 80, 20), 'b')], COOL);
  const totalMs = (name: string): unknown => loop.core.store.known(`bots.${name}.frame.totalMs`);
  expect([totalMs('same'), totalMs('same-2')]).toEqual([30, 80]);
  await loop.tick([{ kind: 'bye', session: 'a', cause: 'bye' }], COOL);
  expect(totalMs('same')).toBeUndefined();
});

test('a size that the forced model was not built for is answered with what kept it away', async () => {
  const loop = loopOf();
  const models = [
    { name: 'yolov8n', sizes: [416, 640] },
    { name: 'yolov8s', sizes: [640] },
  ];
  await loop.tick([hello({ models })], COOL);
  await loop.tick([{ kind: 'override', knob: 'model', value: 'yolov8s', forS: 60 }], COOL);
  const { decision } = await loop.tick(
    [{ kind: 'override', knob: 'resolution', value: 416, forS: 60 }],
    COOL,
  );
  expect(decision.knobs.resolution).toMatchObject({
    value: 640,
    reason: 'unsupported',
    boundedBy: ['model'],
  });
});

test('a knob may be asked for as soon as the hello that offers it is answered', async () => {
  const agent = new Agent({
    version: '0.0.0',
    settings: { ...SETTINGS, intervalMs: 60_000 },
    profile: cpu,
    book: shippedBook(cpu),
    watch: null,
    resume: null,
    cards: cardSet([new NoCard()], { note: 'no card' }),
    log: () => undefined,
  });
  await agent.start(null);
  const knobs = { resolution: { values: [416, 640], value: 640 } };
  const { session } = agent.bots.hello({ protocol: 1, name: 'new', knobs });
  const wish = agent.person({ kind: 'override', knob: 'resolution', value: 416, forS: 60 });
  expect(await wish).toMatchObject({ knob: 'resolution', effective: 416 });
  expect(agent.bots.answer(session)).toMatchObject({ decision: { resolution: 416 } });
  expect(await agent.person({ kind: 'auto', value: false })).toMatchObject({
    value: false,
    effective: false,
  });
  expect((await agent.optimize()).revision).toBe(agent.bots.answer(session).revision);
  await agent.stop();
});
