import { expect, test } from 'vitest';
import { parseArguments } from '../../examples/demo-bot/arguments.js';

test('left out, the bot paces itself at the target it was told, else at 10', () => {
  expect(parseArguments([], {})).toMatchObject({
    pace: { kind: 'target', fps: 10 },
    work: 1,
    durationMs: Number.POSITIVE_INFINITY,
    seed: 1,
  });
  expect(parseArguments([], { EVENKEEL_DEMO_TARGET_FPS: '25' }).pace).toEqual({ kind: 'target', fps: 25 });
  expect(parseArguments([], { EVENKEEL_DEMO_TARGET_FPS: 'fast' }).pace).toEqual({ kind: 'target', fps: 10 });
});

test('every option is read', () => {
  const args = ['--pace', '12.5', '--work', '0', '--model-cache', 'here', '--duration', '2', '--seed', '9'];
  expect(parseArguments(args, {})).toEqual({
    pace: { kind: 'fixed', fps: 12.5 },
    work: 0,
    modelCache: 'here',
    durationMs: 2000,
    seed: 9,
  });
  expect(parseArguments(['--pace', 'none'], {}).pace).toEqual({ kind: 'none' });
});

test.each([
  [['--pace', 'fast'], '--pace: expected a number of at least 0.1, got "fast"'],
  [['--pace', '0'], '--pace: expected a number of at least 0.1, got "0"'],
  [['--work=-1'], '--work: expected a number of at least 0, got "-1"'],
  [['--duration', ''], '--duration: expected a number of at least 0, got ""'],
  [['--seed', '1.5'], '--seed: expected a whole number, got 1.5'],
  [['--pce', '3'], "Unknown option '--pce'"],
])('%j is refused', (args, message) => {
  expect(() => parseArguments(args, {})).toThrow(message);
});
