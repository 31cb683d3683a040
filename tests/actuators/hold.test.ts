import { expect, test } from 'vitest';
import { block, compare, type Hold, newHold, takeAnswer, takeDue, want } from '../../src/actuators/hold.js';

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
