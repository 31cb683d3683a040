import { expect, test } from 'vitest';
import { EvenkeelError } from '../../src/errors.js';
import { resolveSettings } from '../../src/settings/index.js';

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EvenkeelError);
    expect((error as EvenkeelError).code).toBe('badConfig');
    return (error as EvenkeelError).message;
  }
  return 'nothing was thrown';
}

const KEYS =
  'version, rules, profile, gpu, level, mode, port, listen, hardware, card, testOnReload, logLevel, debug, intervals, recording, targets, limits, features, tensorrtPrecision';

test.each([
  ['port: 1', 'evenkeel.yaml:1:1: the key "version" is missing', 'version'],
  ['version: 2', 'evenkeel.yaml:1:10: 2 is not possible here', '1'],
  ['version: 1\nprot: 7410', 'evenkeel.yaml:2:1: unknown key "prot", did you mean "port"?', KEYS],
  [
    'version: 1\nintervals:\n  tick: 500',
    'evenkeel.yaml:3:3: unknown key "tick", did you mean "tickMs"?',
    'one of tickMs, slowMs',
  ],
  ['version: 1\nport: 70000', 'evenkeel.yaml:2:7: 70000 is out of range', '65535'],
  ['version: 1\nport: "7410"', 'evenkeel.yaml:2:7: "7410" is of the wrong type', 'whole number'],
  [
    'version: 1\nmode: enforced',
    'evenkeel.yaml:2:7: "enforced" is not known here, did you mean "enforce"?',
    'one of enforce, recommend, shadow',
  ],
  [
    'version: 1\ngpu: nvidia',
    'evenkeel.yaml:2:6: "nvidia" is not of the right form',
    'auto, nvml, smi, simulated, none, recorded:FILE (relative to this file) or a UUID (GPU-…)',
  ],
  [
    'version: 1\nfeatures: { frameSkiping: false }',
    'evenkeel.yaml:2:13: unknown key "frameSkiping", did you mean "frameSkipping"?',
    'one of dynamicResolution, frameSkipping, tensorrt, batchProcessing',
  ],
  ['version: 1\nrules: my-rules', 'evenkeel.yaml:2:8: "my-rules" is of the wrong type', 'list'],
  ['', 'evenkeel.yaml:1:1: the file is empty', 'at least "version: 1"'],
  ['version: 1\nport: 1\nport: 2', 'evenkeel.yaml:3:1: the key "port" stands here twice', 'once'],
])('the file %j is refused', (text, wrong, expected) => {
  const file = { path: 'evenkeel.yaml', text };
  const message = messageOf(() => resolveSettings({ flags: {}, env: {}, file }));
  const [first, second] = message.split('; expected ');
  expect(first).toBe(wrong);
  expect(second).toContain(expected);
});

test('all mistakes of a file are told at once', () => {
  const file = { path: 'evenkeel.yaml', text: 'version: 1\nport: -1\nlevle: balanced\nhardware: maybe' };
  const lines = messageOf(() => resolveSettings({ flags: {}, env: {}, file })).split('\n');
  expect(lines.map((line) => line.split(':')[1])).toEqual(['2', '3', '4']);
});

test.each([
  ['EVENKEEL_PORT', 'http', 'a port from 0 to 65535'],
  ['EVENKEEL_PORT', '7410.5', 'a port from 0 to 65535'],
  ['EVENKEEL_PROFILE', 'RTX 4090', "a profile's name such as rtx-4090"],
  ['EVENKEEL_GPU', 'amd', 'auto, nvml, smi, simulated, none, recorded:FILE or a UUID (GPU-…)'],
  ['EVENKEEL_LEVEL', '9', "a level's name such as balanced"],
  ['EVENKEEL_MODE', 'act', 'one of enforce, recommend, shadow'],
  ['EVENKEEL_LISTEN', 'example.org', 'an IP address such as 127.0.0.1'],
  ['EVENKEEL_ALLOW_HARDWARE', 'please', '1 or 0 (true, yes, on; false, no, off)'],
  ['EVENKEEL_LOG_LEVEL', 'loud', 'one of debug, info, warn, error'],
  ['EVENKEEL_INTERVAL', '0.5', 'an interval in ms from 50 to 60000'],
  ['EVENKEEL_RECORD', '  ', 'a folder'],
  ['EVENKEEL_DEMO', '2', '1 or 0 (true, yes, on; false, no, off)'],
  [
    'EVENKEEL_DURATION',
    '20 minutes',
    'a time such as 90, 30s, 20m or 2h, more than 0 and at most 31536000 s',
  ],
  ['EVENKEEL_DURATION', '0', 'a time such as 90, 30s, 20m or 2h, more than 0 and at most 31536000 s'],
  ['EVENKEEL_PACE', 'fast', 'target, none, or frames a second from 0.1 to 1000'],
  ['EVENKEEL_WORK', '-1', 'a factor from 0 to 100'],
  ['PERFORMANCE_DEBUG', 'verbose', '1 or 0 (true, yes, on; false, no, off)'],
  ['PERFORMANCE_UPDATE_INTERVAL', '1s', 'an interval in seconds from 0.05 to 60'],
  ['RTX4090_OPTIMIZATIONS', 'all', '1 or 0 (true, yes, on; false, no, off)'],
  ['TENSORRT_ENABLED', 'auto', '1 or 0 (true, yes, on; false, no, off)'],
  ['TENSORRT_PRECISION', 'fp8', 'one of fp16, fp32, int8'],
])('the variable %s=%s is refused', (name, value, expected) => {
  const message = messageOf(() => resolveSettings({ flags: {}, env: { [name]: value }, file: null }));
  expect(message).toBe(
    `${name}: expected ${expected}, got ${JSON.stringify(value)}; correct the variable or unset it`,
  );
});

test('all bad variables are told at once', () => {
  const env = { EVENKEEL_PORT: 'x', TENSORRT_PRECISION: 'y' };
  const message = messageOf(() => resolveSettings({ flags: {}, env, file: null }));
  expect(message.split('\n').map((line) => line.split(':')[0])).toEqual([
    'TENSORRT_PRECISION',
    'EVENKEEL_PORT',
  ]);
});
