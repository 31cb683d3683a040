/** What can be told of settings that nobody reads back, or that others bound as well. */
import { describe, expect, test } from 'vitest';
import { HeldKnob } from '../../src/actuators/held-knob.js';
import type { CardKnob } from '../../src/shapes/gpu.js';
import type { KnobOffer } from '../../src/shapes/knob.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { measured } from '../helpers/loop.js';

/** One knob whose writes all succeed, looked at once a second. */
class Knob {
  readonly said: string[] = [];
  readonly held: HeldKnob;
  readonly offer: KnobOffer;
  atMs = 0;

  constructor(knob: CardKnob, offer: KnobOffer) {
    this.offer = offer;
    this.held = new HeldKnob(knob, offer, 'yield', (_, message) => this.said.push(message));
  }

  look(seconds: number, readings: Readings = {}): TickEvent[] {
    const events: TickEvent[] = [];
    for (let i = 0; i < seconds; i++) {
      this.atMs += 1_000;
      events.push(...this.held.look({ ...this.offer }, { atMs: this.atMs, isGap: false, readings }));
      this.write();
    }
    return events;
  }

  want(value: number): void {
    this.held.want(value, 1);
    this.write();
  }

  write(): void {
    const value = this.held.takeDue();
    if (value === null) return;
    this.written.push(value);
    this.held.answer({ outcome: { ok: true, value }, isLasting: false, tookMs: 1, atMs: this.atMs });
  }

  readonly written: number[] = [];
}

const clock = (mhz: number): Readings => ({ 'gpu.graphicsClockMhz': measured(mhz) });

describe('a clock lock', () => {
  const locked = (): Knob => {
    const knob = new Knob('graphicsClockMaxMhz', { range: [210, 3105], value: 3105 });
    knob.look(1);
    knob.want(1500);
    return knob;
  };

  test('that the card does not tell of holds while the clock stays at it or below', () => {
    const knob = locked();
    knob.look(120, clock(1500));
    knob.look(120, clock(210));
    knob.look(120);
    knob.look(60, clock(1515));
    expect(knob.written).toEqual([1500]);
    expect(knob.said).toEqual([]);
  });

  test('is set again once the clock has been above it for 5 s, and not for a moment above', () => {
    const knob = locked();
    for (let i = 0; i < 10; i++) {
      knob.look(5, clock(2700));
      knob.look(1, clock(1500));
    }
    expect(knob.written).toEqual([1500]);
    knob.look(6, clock(2700));
    expect(knob.written).toEqual([1500, 1500]);
    knob.look(4, clock(2700));
    expect(knob.written).toEqual([1500, 1500]);
  });

  test('that never holds is set again three times, then left alone', () => {
    const knob = locked();
    const events = knob.look(600, clock(2700));
    expect(knob.written).toEqual([1500, 1500, 1500, 1500]);
    expect(events.at(-2)).toMatchObject({
      kind: 'device',
      offer: { value: 3105, readOnly: expect.stringContaining('another program set 3105 MHz') },
    });
  });
});

describe('a target temperature', () => {
  const held = (): Knob => {
    const knob = new Knob('targetTemperatureC', { range: [65, 88], value: 84 });
    knob.look(1);
    knob.want(70);
    return knob;
  };

  test('may be told late: what was in force before the write says nothing for a minute', () => {
    const knob = held();
    knob.look(40);
    knob.offer.value = 70;
    knob.look(40);
    expect(knob.said).toEqual([]);
    knob.offer.value = 84;
    knob.look(1);
    expect(knob.written).toEqual([70, 70]);
  });

  test('that is never told otherwise is set again after that minute', () => {
    const knob = held();
    knob.look(70);
    expect(knob.written).toEqual([70, 70]);
  });

  test('of another program is taken for it at once', () => {
    const knob = held();
    knob.offer.value = 77;
    expect(knob.look(1)).toMatchObject([
      { kind: 'device', offer: { value: 77, readOnly: expect.stringContaining('77 °C') } },
      { kind: 'readBack', value: 77, why: 'left' },
    ]);
  });

  test('that was given back and is told late is not taken for a new base', () => {
    const knob = held();
    knob.offer.value = 70;
    knob.look(5);
    knob.want(84);
    expect(knob.look(40)).toEqual([]);
    knob.offer.value = 84;
    expect(knob.look(40)).toEqual([]);
    knob.offer.value = 80;
    expect(knob.look(1)).toMatchObject([
      { kind: 'device', offer: { value: 80 } },
      { kind: 'readBack', value: 80, why: 'moved' },
    ]);
  });
});

describe('a power limit', () => {
  test('below ours is another limiter’s, unless the card says that its setting is that', () => {
    const knob = new Knob('powerLimitW', { range: [150, 600], value: 450 });
    const enforced = (watts: number): Readings => ({ 'gpu.powerLimitW': measured(watts) });
    knob.look(1, enforced(450));
    knob.want(300);
    knob.offer.value = 300;
    knob.look(20, enforced(260));
    expect(knob.said).toEqual([]);
    knob.offer.value = 260;
    knob.look(1, enforced(260));
    expect(knob.said).toEqual([expect.stringContaining('another program set 260 W')]);
  });

  test('of a reading from before the write says nothing', () => {
    const knob = new Knob('powerLimitW', { range: [150, 600], value: 450 });
    knob.look(1, { 'gpu.powerLimitW': measured(450) });
    knob.want(300);
    for (let i = 1; i < 30; i++) knob.look(1, { 'gpu.powerLimitW': [450, 'measured', i * 1_000] });
    expect(knob.written).toEqual([300]);
    knob.look(1, { 'gpu.powerLimitW': [450, 'measured', 0] });
    expect(knob.written).toEqual([300, 300]);
  });

  test('to be given back is the one that was found, to the milliwatt', () => {
    const knob = new Knob('powerLimitW', { range: [150, 600], value: 449.5 });
    knob.look(1);
    knob.want(300.4);
    knob.want(449.5);
    expect(knob.written).toEqual([300, 449.5]);
  });

  test('is answered at once where it is in force already, and refused outside of the range', () => {
    const { held } = new Knob('powerLimitW', { range: [150, 400], value: 350 });
    expect(held.want(350, 7)).toMatchObject([{ value: 350, ok: true, revision: 7 }]);
    expect(held.want(450, 8)).toMatchObject([
      { value: 350, ok: false, error: 'the card takes 150 to 400 W now' },
    ]);
    expect(held.takeDue()).toBeNull();
  });
});
