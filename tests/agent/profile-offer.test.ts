import { expect, test } from 'vitest';
import { profileHello, profileKnobs, profileOffer } from '../../src/agent/profile-offer.js';
import { shippedProfile } from '../helpers/shipped.js';

const profile = shippedProfile('rtx-4090');

test('every knob of a profile is offered with its ladder or range and its default', () => {
  expect(profileKnobs(profile)).toEqual({
    model: { values: ['yolov8n', 'yolov8s', 'yolov8m', 'yolov8l', 'yolov8x'], value: 'yolov8m' },
    resolution: { values: [416, 512, 640, 768, 896], value: 640 },
    powerLimitW: { range: [150, 450], value: 450 },
    graphicsClockMaxMhz: { range: [1530, 3500], value: 3105 },
    streams: { range: [1, 4], value: 1 },
    batchSize: { range: [1, 8], value: 1 },
    frameSkip: { range: [0, 0.8], value: 0 },
    captureFps: { range: [5, 240], value: 240 },
  });
});

test('a bot offers what is a bot’s, a device what is written to hardware', () => {
  const [hello, ...devices] = profileOffer(profile, { powerLimitW: 400, model: 'yolov8s' });
  expect(hello).toMatchObject({ kind: 'hello', controls: true, knobs: { model: { value: 'yolov8s' } } });
  expect(Object.keys(hello?.kind === 'hello' ? hello.knobs : {})).not.toContain('powerLimitW');
  expect(devices).toEqual([
    { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 450], value: 400 } },
    { kind: 'device', knob: 'graphicsClockMaxMhz', offer: { range: [1530, 3500], value: 3105 } },
  ]);
});

test('where a profile names no default, watts and clocks begin at their top', () => {
  const { powerLimitW, graphicsClockMaxMhz } = profileKnobs(shippedProfile('generic-nvidia'));
  expect(powerLimitW).toEqual({ range: [100, 1000], value: 1000 });
  expect(graphicsClockMaxMhz).toEqual({ range: [1200, 3500], value: 3500 });
});

test('a bot that was built with fewer models and sizes starts with the nearest below the default', () => {
  const hello = profileHello(profile, {
    models: ['yolov8x', 'yolov8s'],
    resolutions: [416, 896],
    knobs: ['model'],
  });
  expect(hello.models).toEqual([
    { name: 'yolov8s', sizes: [416, 896] },
    { name: 'yolov8x', sizes: [416, 896] },
  ]);
  expect(hello.knobs).toEqual({ model: { values: ['yolov8s', 'yolov8x'], value: 'yolov8s' } });
});
