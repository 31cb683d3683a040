import { describe, expect, it } from 'vitest';
import { type BorrowedCard, checkBorrowed } from '../../../src/commands/checks/borrowed.js';
import type { Journal } from '../../../src/hardware/journal.js';

const journal = (more: Partial<Journal> = {}): BorrowedCard['journal'] => ({
  kind: 'journal',
  journal: {
    uuid: 'GPU-1a',
    card: 'RTX 4090',
    boot: 'this one',
    settings: { powerLimitW: { found: 450, foundAt: '2026-11-24T18:00:00.000Z', by: 'x', ours: [300] } },
    ...more,
  },
});
const OPTIONS = { folder: '/var/lib/evenkeel', boot: 'this one', hardware: 'allow', kind: 'linux' } as const;
const card = (more: Partial<BorrowedCard> = {}): BorrowedCard => ({
  uuid: 'GPU-1a',
  journal: journal(),
  holder: null,
  ...more,
});

describe('borrowed settings', () => {
  it('that nobody holds are left over, and go back by one command', () => {
    expect(checkBorrowed([card()], OPTIONS)).toEqual({
      name: 'borrowed settings',
      ok: true,
      found:
        'RTX 4090 (GPU-1a) still has powerLimitW at 300 (found at 450), and no program of Evenkeel holds it',
      remedy: 'sudo evenkeel restore',
    });
    expect(checkBorrowed([card()], { ...OPTIONS, kind: 'windows' }).remedy).toBe(
      'in a terminal as administrator: evenkeel restore',
    );
  });

  it('that somebody holds are his', () => {
    const check = checkBorrowed([card({ holder: 'evenkeel gpu-helper (pid 8)' })], OPTIONS);
    expect(check).toMatchObject({ ok: true, remedy: null });
    expect(check.found).toMatch(
      /^evenkeel gpu-helper \(pid 8\) holds RTX 4090 .* borrowed powerLimitW at 300/,
    );
  });

  it('of before the machine was started again are forgotten', () => {
    const check = checkBorrowed([card({ journal: journal({ boot: 'an earlier one' }) })], OPTIONS);
    expect(check).toMatchObject({
      ok: true,
      remedy: null,
      found: expect.stringContaining('has forgotten it'),
    });
  });

  it('that cannot be read fail where writing is allowed, and say what to do', () => {
    const unusable = card({ journal: { kind: 'unusable', why: 'the journal is torn; move it away' } });
    expect(checkBorrowed([unusable], OPTIONS)).toMatchObject({
      ok: false,
      found: 'the journal is torn; move it away',
      remedy: expect.stringContaining('what is said of the journal'),
    });
    expect(checkBorrowed([unusable], { ...OPTIONS, hardware: 'ask' }).ok).toBe(true);
  });

  it('are none where nothing is journaled; a lock alone is told', () => {
    expect(checkBorrowed([], OPTIONS).found).toBe('none; journals would be in /var/lib/evenkeel');
    const locked = card({ journal: { kind: 'none' }, holder: 'evenkeel run (pid 9)' });
    expect(checkBorrowed([locked], OPTIONS).found).toBe(
      'evenkeel run (pid 9) holds GPU-1a and has changed nothing',
    );
  });
});
