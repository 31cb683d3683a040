/** What the environment says of the agent's address. */
import { afterEach, expect, test, vi } from 'vitest';
import { connect } from '../../src/sdk/index.js';

afterEach(() => void vi.unstubAllEnvs());

test('an address in the environment that is none is told of', async () => {
  vi.stubEnv('EVENKEEL_URL', 'nonsense');
  const bot = connect('alone');
  expect(bot.problem).toBe(
    'connect: EVENKEEL_URL: expected a URL such as http://127.0.0.1:7410, got "nonsense"; no agent is found by it',
  );
  await bot.close();
});
