import { expect, test } from 'vitest';
import {
  block,
  compare,
  type Hold,
  lose,
  newHold,
  regain,
  takeAnswer,
  takeDue,
  want,
} from '../../src/actuators/hold.js';

/** A limit of 450 W that was found, and 300 W of ours in force. */
function held(): Hold {
  const hold = newHold(450, 1);
  want(hold, { value: 300, revision: 1 });
  takeDue(hold);
  takeAnswer(hold, { ok: true, value: 300 }, 0);
  return hold;
}

test('a reset counts once, however long it takes until the write begins', () => {
  const hold = held();
  expect(compare(hold, { value: 450, readAtMs: 1 }, 1, 450, 'yield')).toMatchObject({
    kind: 'reset',
    count: 1,
  });
  for (let atMs = 2; atMs < 10; atMs++)
    expect(compare(hold, { value: 450, readAtMs: atMs }, atMs, 450, 'yield')).toBeNull();
  expect(hold.resets).toHaveLength(1);
  expect(takeDue(hold)?.value).toBe(300);
});

test('what stayed in force while nothing could be written is held on to afterwards', () => {
  const hold = held();
  block(hold, true);
  expect(takeDue(hold)).toBeNull();
  block(hold, false);
  expect(takeDue(hold)).toBeNull();
  expect(compare(hold, { value: 380, readAtMs: 1 }, 1, 450, 'reassert')).toMatchObject({
    kind: 'reasserted',
  });
  expect(takeDue(hold)?.value).toBe(300);
});

test('a decided value that still waits is written over another base that came meanwhile', () => {
  const hold = newHold(450, 1);
  want(hold, { value: 300, revision: 1 });
  expect(compare(hold, { value: 400, readAtMs: 1 }, 1, 450, 'yield')).toMatchObject({ kind: 'moved' });
  expect(takeDue(hold)?.value).toBe(300);
});

/** A write of `value` that nobody answers: the card's child was ended. */
function unanswered(hold: Hold, value: number): void {
  want(hold, { value, revision: 2 });
  takeDue(hold);
  takeAnswer(hold, { ok: false, value: null }, 10);
}

test.each([
  ['with nothing of ours in force', newHold(450, 1), 450],
  ['over another value of ours', held(), 300],
])(
  'a write that comes about after its time, %s, is no other program and is taken back',
  (_, hold, decided) => {
    unanswered(hold, 250);
    const seen = { value: 250, readAtMs: 20 };
    expect(compare(hold, seen, 20, 450, 'yield')).toEqual({ kind: 'late', value: 250 });
    expect(hold.found).toBe(450);
    expect(takeDue(hold)?.value).toBe(decided);
  },
);

test('a card that was lost with a write on its way comes back with what was found as its base', () => {
  const hold = newHold(450, 1);
  want(hold, { value: 250, revision: 1 });
  takeDue(hold);
  lose(hold);
  takeAnswer(hold, { ok: false, value: null }, 10);
  regain(hold, 250, 20);
  expect(hold.found).toBe(450);
  expect(hold.wanted?.value).toBe(450);
});
