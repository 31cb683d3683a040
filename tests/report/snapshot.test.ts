/** What a state comes to where only what is measured is wanted. */
import { expect, test } from 'vitest';
import { bottleneckOf } from '../../src/report/bottleneck.js';
import { snapshotOf } from '../../src/report/snapshot.js';
import type { FactState } from '../../src/shapes/port.js';
import { FAKE_STATE } from '../helpers/fake-agent.js';

const known = (value: FactState['value']): FactState => ({ value, unit: '', quality: 'measured', ageMs: 0 });
const cards = ['first', 'second'].map((name) => ({ name, uuid: `GPU-${name}`, simulated: false }));

test("each card has its own facts, the bot's card first", () => {
  const facts = {
    'gpu.powerW': known(300),
    'gpu.1.powerW': known(20),
    'gpu.1.temperatureC': known(40),
    'predicted.gpu.temperatureC30s': known(80),
  };
  expect(snapshotOf({ ...FAKE_STATE, cards, facts }).gpu).toEqual([
    { ...cards[0], powerW: 300 },
    { ...cards[1], powerW: 20, temperatureC: 40 },
  ]);
});

test('what grew too old is null, and stands with its last value and age among the stale', () => {
  const facts: Record<string, FactState> = {
    'system.cpuPercent': { value: null, unit: '%', quality: 'stale', ageMs: 7_000, lastValue: 41 },
    'system.onBattery': { value: null, unit: '', quality: 'unsupported', ageMs: 0, why: 'no battery' },
    'system.load1': { value: null, unit: '', quality: 'missing', ageMs: 0, why: 'refused', lastValue: 2 },
  };
  const { system, stale } = snapshotOf({ ...FAKE_STATE, facts });
  expect(system).toEqual({ cpuPercent: null, onBattery: null, load1: null });
  expect(stale).toEqual({ 'system.cpuPercent': { value: 41, ageMs: 7_000 } });
});

test('a model whose name has dots keeps it', () => {
  const facts = {
    'inference.totalMs': known(5),
    'inference.my.v8n.totalMs': known(5),
    'inference.my.v8n.fps': known(60),
    'inference.yolov8s.totalMs': known(9),
  };
  expect(snapshotOf({ ...FAKE_STATE, facts }).inference).toEqual({
    totalMs: 5,
    model: null,
    resolution: null,
    models: { 'my.v8n': { totalMs: 5, fps: 60 }, yolov8s: { totalMs: 9 } },
  });
});

test('frames and inference are null while nothing of them is known', () => {
  const unknown: FactState = { value: null, unit: 'ms', quality: 'missing', ageMs: 0, why: 'the bot paused' };
  const facts = {
    'frame.totalMs': unknown,
    'inference.totalMs': unknown,
    'inference.yolov8n.totalMs': known(4),
  };
  expect(snapshotOf({ ...FAKE_STATE, facts })).toMatchObject({ frame: null, inference: null });
});

test('stages are told longest first, without the times that are none, as shares of the frame', () => {
  const facts = {
    'frame.totalMs': known(20),
    'frame.waitMs': known(90),
    'frame.criticalLatencyMs': known(90),
    'frame.intervalMs': known(90),
    'frame.captureMs': known(4),
    'frame.ocrMs': known(10),
    'frame.fps': known(50),
    'state.bottleneck': known('ocr'),
    'gpu.limitedBy': known('power'),
  };
  expect(bottleneckOf({ ...FAKE_STATE, facts })).toEqual({
    at: '2023-11-14T22:13:25.000Z',
    atMs: 5_000,
    bottleneck: 'ocr',
    loadPercent: null,
    otherLoadPercent: null,
    goalFps: null,
    frameMs: 20,
    stages: [
      { name: 'ocr', ms: 10, percent: 50 },
      { name: 'capture', ms: 4, percent: 20 },
    ],
    limitedBy: 'power',
  });
  const { 'frame.totalMs': _, ...without } = facts;
  expect(bottleneckOf({ ...FAKE_STATE, facts: without }).stages[0]).toEqual({
    name: 'ocr',
    ms: 10,
    percent: null,
  });
});
