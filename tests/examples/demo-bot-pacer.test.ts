import { expect, test } from 'vitest';
import { type Clock, createPacer, systemClock } from '../../examples/demo-bot/pacer.js';

/** A clock that only sleeping and `pass` move. */
function handClock(): Clock & { pass: (ms: number) => void } {
  let atMs = 1000;
  return {
    nowMs: () => atMs,
    sleep: async (ms) => {
      atMs += ms;
    },
    pass: (ms) => {
      atMs += ms;
    },
  };
}

const never = new AbortController().signal;

test('frames are taken at the pace, and the wait is what the work left over', async () => {
  const clock = handClock();
  const pacer = createPacer(10, clock);
  expect(await pacer.next(never)).toEqual({ waitMs: 0, missed: 0 });
  clock.pass(30);
  expect(await pacer.next(never)).toEqual({ waitMs: 70, missed: 0 });
  clock.pass(100);
  expect(await pacer.next(never)).toEqual({ waitMs: 0, missed: 0 });
});

test('frames that were due while the bot was busy are missed, not made up for', async () => {
  const clock = handClock();
  const pacer = createPacer(10, clock);
  await pacer.next(never);
  clock.pass(350);
  expect(await pacer.next(never)).toEqual({ waitMs: 0, missed: 2 });
  clock.pass(10);
  expect(await pacer.next(never)).toEqual({ waitMs: 40, missed: 0 });
});

test('a new target counts from the next frame, and none means no wait', async () => {
  const clock = handClock();
  const pacer = createPacer(10, clock);
  await pacer.next(never);
  pacer.fps = 20;
  await pacer.next(never);
  expect(await pacer.next(never)).toEqual({ waitMs: 50, missed: 0 });
  pacer.fps = null;
  expect(await pacer.next(never)).toEqual({ waitMs: 0, missed: 0 });
});

test('a sleep ends when it is aborted', async () => {
  const stop = new AbortController();
  const asleep = systemClock.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
});
