import { expect, test } from 'vitest';
import { readHello, toHelloEvent } from '../../src/bot/offer.js';
import { readJson } from '../helpers/checkout.js';

interface Cases {
  cases: { title: string; change: Record<string, unknown>; message: string | null }[];
}

const HELLO = {
  protocol: 1,
  name: 'osrs-bot',
  pid: 1,
  sdk: 'test',
  loop: 'queue',
  maxFps: 50,
  models: [{ name: 'yolov8n' }, { name: 'yolov8s', sizes: [640], precision: 'fp16', provider: 'cuda' }],
  knobs: {
    model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8n', safe: 'yolov8n', switchGapMs: 20 },
    resolution: { values: [416, 640], value: 640, safe: 416 },
    frameSkip: { range: [0, 0.8], value: 0 },
  },
};

test.each(readJson<Cases>('tests/cases/hellos.json').cases)('hello: $title', ({ change, message }) => {
  const read = (): unknown => readHello({ ...HELLO, ...change });
  if (message === null) expect(read()).toBeTruthy();
  else {
    expect(read).toThrow(expect.objectContaining({ code: 'badBody' }));
    expect(read).toThrow(message);
  }
});

test('another protocol is refused before anything else is looked at', () => {
  expect(() => readHello({ protocol: 3 })).toThrow(
    expect.objectContaining({ code: 'protocolUnknown', details: { reads: [1] } }),
  );
});

test('the tick sees what was offered, with what was left out filled in', () => {
  expect(toHelloEvent(readHello(HELLO), 's', true)).toEqual({
    kind: 'hello',
    session: 's',
    name: 'osrs-bot',
    controls: true,
    maxFps: 50,
    loop: 'queue',
    models: HELLO.models,
    knobs: HELLO.knobs,
  });
  const knobs = { model: HELLO.knobs.model };
  expect(toHelloEvent(readHello({ protocol: 1, name: 'least', models: [], knobs }), 's', false)).toEqual({
    kind: 'hello',
    session: 's',
    name: 'least',
    controls: false,
    loop: 'newest',
    models: [{ name: 'yolov8n' }, { name: 'yolov8s' }],
    knobs,
  });
});
