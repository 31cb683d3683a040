import { expect, test } from 'vitest';
import { oneRungNotes } from '../../src/agent/one-rung.js';
import { hello } from '../helpers/loop.js';

const knobs = {
  model: { values: ['yolov8n'], value: 'yolov8n' },
  resolution: { values: [416, 640], value: 640 },
  streams: { range: [1, 1] as [number, number], value: 1 },
};

test('a knob with one value is told as not applicable', () => {
  expect(oneRungNotes(hello({ knobs }))).toEqual([
    'model has one value, yolov8n: rules that would move it are not applicable',
    'streams has one value, 1: rules that would move it are not applicable',
  ]);
});

test('an observer, whose knobs are not offered, is not told of', () => {
  expect(oneRungNotes(hello({ knobs, controls: false }))).toEqual([]);
});

test("a device's knob is told of as well, and one that is gone is not", () => {
  const offer = { range: [300, 300] as [number, number], value: 300 };
  expect(oneRungNotes({ kind: 'device', knob: 'powerLimitW', offer })).toHaveLength(1);
  expect(oneRungNotes({ kind: 'device', knob: 'powerLimitW', offer: null })).toEqual([]);
});
