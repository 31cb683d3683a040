/** An agent whose ticks fail says so for as long as they do. */
import { expect, test } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { NoCard } from '../../src/gpu/none.js';
import type { AgentEvent } from '../../src/shapes/port.js';
import { SETTINGS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const profile = shippedProfile('cpu');

test('ticks that fail are an alert in the state, told once to the log, until one succeeds', async () => {
  const said: string[] = [];
  const events: AgentEvent[] = [];
  const agent = new Agent({
    version: '0.0.0',
    settings: { ...SETTINGS, intervalMs: 60_000 },
    profile,
    book: shippedBook(profile),
    watch: null,
    resume: null,
    cards: cardSet([new NoCard()], { note: 'no card' }),
    log: (level, text) => void said.push(`${level} ${text}`),
  });
  await agent.start(null);
  agent.subscribe((event) => void events.push(event));
  expect(agent.state().notices).toEqual([]);
  const drain = agent.bots.drain.bind(agent.bots);
  agent.bots.drain = () => {
    throw new Error('the bots are broken');
  };
  for (let i = 0; i < 3; i++) await expect(agent.optimize()).rejects.toThrow('the bots are broken');
  const { notices, sentence } = agent.state();
  expect(notices).toEqual([
    expect.objectContaining({
      kind: 'alert',
      rule: 'agent',
      severity: 'critical',
      title: 'Nothing is decided',
    }),
  ]);
  expect(sentence).toContain('the newest 3 ticks failed: the bots are broken');
  expect(events.map(({ kind }) => kind)).toEqual(['sample', 'sample', 'sample']);
  expect(said.filter((text) => text.startsWith('error a tick failed'))).toHaveLength(1);

  agent.bots.drain = drain;
  await agent.optimize();
  expect(agent.state().notices).toEqual([]);
  expect(agent.state().sentence).toBe('no bot is connected');
  expect(said.at(-1)).toBe('info ticks succeed again');
  await agent.stop();
});
