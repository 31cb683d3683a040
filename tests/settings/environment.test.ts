import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { type ResolvedSettings, resolveSettings } from '../../src/settings/index.js';

const resolve = (env: Record<string, string>, text?: string): ResolvedSettings =>
  resolveSettings({
    flags: {},
    env,
    file: text === undefined ? null : { path: 'evenkeel.yaml', text },
  });

test('every flag of run has its variable', () => {
  const { settings } = resolve({
    EVENKEEL_RULES: ['one', 'two'].join(delimiter),
    EVENKEEL_PROFILE: 'cpu',
    EVENKEEL_GPU: 'recorded:card.ndjson',
    EVENKEEL_LEVEL: 'maximum',
    EVENKEEL_MODE: 'Shadow',
    EVENKEEL_PORT: '0',
    EVENKEEL_LISTEN: '::',
    EVENKEEL_ALLOW_HARDWARE: 'yes',
    EVENKEEL_LOG_LEVEL: 'error',
    EVENKEEL_INTERVAL: '250',
    EVENKEEL_RECORD: 'out',
    EVENKEEL_DEMO: '1',
    EVENKEEL_DURATION: '1.5m',
    EVENKEEL_PACE: '30',
    EVENKEEL_WORK: '0.5',
  });
  expect(settings).toMatchObject({
    rules: ['one', 'two'],
    profile: 'cpu',
    gpu: 'recorded:card.ndjson',
    level: 'maximum',
    mode: 'shadow',
    port: 0,
    listen: '::',
    hardware: 'allow',
    logLevel: 'error',
    intervals: { tickMs: 250 },
    recording: { enabled: true, folder: 'out' },
    run: { demo: true, durationS: 90, pace: '30', work: 0.5 },
  });
});

test('the five variables of the original module are honoured', () => {
  const { settings, origins } = resolve({
    PERFORMANCE_DEBUG: '1',
    PERFORMANCE_UPDATE_INTERVAL: '1.0',
    RTX4090_OPTIMIZATIONS: '1',
    TENSORRT_ENABLED: '0',
    TENSORRT_PRECISION: 'FP16',
  });
  expect(settings).toMatchObject({
    debug: true,
    logLevel: 'debug',
    intervals: { tickMs: 1000 },
    profile: 'rtx-4090',
    features: { tensorrt: false },
    tensorrtPrecision: 'fp16',
  });
  expect(origins['intervals.tickMs']).toEqual({
    value: 1000,
    from: 'environment',
    where: 'PERFORMANCE_UPDATE_INTERVAL',
  });
  expect(origins.profile?.where).toBe('RTX4090_OPTIMIZATIONS');
});

test('our own variable outranks the original one for the same key', () => {
  const { settings } = resolve({ PERFORMANCE_UPDATE_INTERVAL: '2', EVENKEEL_INTERVAL: '100' });
  expect(settings.intervals.tickMs).toBe(100);
});

test('the hint of RTX4090_OPTIMIZATIONS gives way to any profile that is named', () => {
  const env = { RTX4090_OPTIMIZATIONS: '1' };
  expect(resolve(env, 'version: 1\nprofile: cpu').settings.profile).toBe('cpu');
  expect(resolve({ ...env, EVENKEEL_PROFILE: 'cpu' }).settings.profile).toBe('cpu');
  expect(resolve({ RTX4090_OPTIMIZATIONS: '0' }).settings.profile).toBeUndefined();
});

test('an empty variable counts as unset', () => {
  expect(resolve({ EVENKEEL_PORT: '', TENSORRT_PRECISION: '' }).settings).toEqual(resolve({}).settings);
});

test('a variable of ours that nobody knows is warned of with the nearest name', () => {
  expect(resolve({ EVENKEEL_LEVL: 'maximum', EVENKEEL_QQQQQQQQ: '1' }).warnings).toEqual([
    'the variable EVENKEEL_LEVL is not known and not used, did you mean "EVENKEEL_LEVEL"?',
    'the variable EVENKEEL_QQQQQQQQ is not known and not used',
  ]);
});

test('variables that others read are not warned of', () => {
  const env = {
    EVENKEEL_STATE_DIR: '/s',
    EVENKEEL_URL: 'http://127.0.0.1:1',
    EVENKEEL_TOKEN: 't',
    EVENKEEL_DEMO_TARGET_FPS: '60',
    EVENKEEL_CONFIG: 'other.yaml',
    PATH: '/bin',
  };
  expect(resolve(env).warnings).toEqual([]);
});
