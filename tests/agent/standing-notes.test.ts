import { expect, test } from 'vitest';
import { StandingNotes } from '../../src/agent/standing-notes.js';

test('what stands is logged when it begins and when it is over', () => {
  const lines: string[] = [];
  const log = (level: string, text: string): void => void lines.push(`${level} ${text}`);
  const notes = new StandingNotes();
  for (const standing of [[], ['lost'], ['lost', 'dear'], ['dear'], ['dear']]) notes.observe(standing, log);
  expect(lines).toEqual(['warn lost', 'warn dear', 'info no longer: lost']);
});
