/** What every implementation of `Card` promises. Each one's test calls this with a way to open it. */
import { afterEach, describe, expect, it } from 'vitest';
import { CATALOGUE, refuseValue } from '../../src/facts/catalogue.js';
import type { Card } from '../../src/shapes/gpu.js';
import { isKnown, type Readings } from '../../src/shapes/reading.js';

const GPU_FACTS = Object.keys(CATALOGUE).filter((name) => name.startsWith('gpu.'));

export interface CardUnderTest {
  open(): Promise<Card>;
  /** Why the knobs are not tried: the card has none, or they would be a real card's. */
  withoutKnobs?: string;
}

export function cardContract(name: string, { open, withoutKnobs }: CardUnderTest): void {
  describe(`${name} as a card`, () => {
    const opened: Card[] = [];
    const openOne = async (): Promise<Card> => {
      const card = await open();
      opened.push(card);
      return card;
    };
    afterEach(async () => {
      for (const card of opened.splice(0)) await card.close();
    });

    it('says what it is', async () => {
      const { inventory } = await openOne();
      expect(inventory.name).not.toBe('');
      expect(inventory.uuid).not.toBe('');
    });

    it('tells every fact of the catalogue, or why it cannot', async () => {
      const card = await openOne();
      for (const atMs of [0, 1_000, 2_000]) {
        const readings = card.sample(atMs);
        expect(Object.keys(readings).sort()).toEqual([...GPU_FACTS].sort());
        for (const [fact, [value, quality, , why]] of Object.entries(readings)) {
          if (value === null) expect(why, fact).toMatch(/\w/);
          else expect(isKnown(quality), fact).toBe(true);
        }
      }
    });

    it('tells only values that the catalogue admits, each with an age', async () => {
      const card = await openOne();
      for (const [fact, [value, , ageMs]] of Object.entries(card.sample(0))) {
        expect(ageMs, fact).toBeGreaterThanOrEqual(0);
        const definition = CATALOGUE[fact];
        if (value !== null && definition !== undefined)
          expect(refuseValue(definition, value), fact).toBeNull();
      }
    });

    it('calls nothing measured on a card that is not real', async () => {
      const card = await openOne();
      const measured = Object.values(card.sample(0)).filter(([, quality]) => quality === 'measured');
      if (card.inventory.simulated) expect(measured).toEqual([]);
    });

    it('survives a clock that stands still or goes back', async () => {
      const card = await openOne();
      for (const atMs of [5_000, 5_000, 1_000, 6_000]) expect(() => card.sample(atMs)).not.toThrow();
    });

    it('refuses a knob it does not have, as a value', async () => {
      const card = await openOne();
      const outcome = await card.apply('warpFactor', 9);
      expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining('warpFactor') });
    });

    describe.skipIf(withoutKnobs !== undefined)(`its power limit ${withoutKnobs ?? ''}`, () => {
      const offer = (card: Card): { range: [number, number]; value: number } => {
        const knob = card.knobs().powerLimitW;
        if (knob?.range === undefined || typeof knob.value !== 'number')
          throw new Error('no power limit offered');
        return { range: knob.range, value: knob.value };
      };
      const enforcedW = (readings: Readings): unknown => readings['gpu.powerLimitW']?.[0];

      it('is offered as the readings tell it', async () => {
        const card = await openOne();
        const { range, value } = offer(card);
        const readings = card.sample(0);
        expect(enforcedW(readings)).toBe(value);
        expect([readings['gpu.powerLimitMinW']?.[0], readings['gpu.powerLimitMaxW']?.[0]]).toEqual(range);
      });

      it('is read back after a write, and both ends of the range are allowed', async () => {
        const card = await openOne();
        for (const value of offer(card).range) {
          expect(await card.apply('powerLimitW', value)).toEqual({ ok: true, value });
          expect(enforcedW(card.sample(0))).toBe(value);
        }
      });

      it('stays as it is when a write is refused', async () => {
        const card = await openOne();
        const { range, value } = offer(card);
        for (const wrong of [range[0] - 1, range[1] + 1, Number.NaN, Number.POSITIVE_INFINITY, 'low']) {
          const outcome = await card.apply('powerLimitW', wrong);
          expect(outcome).toMatchObject({ ok: false, value });
          expect(enforcedW(card.sample(0))).toBe(value);
        }
      });

      it('counts as found once another program took it over, and is not given back', async () => {
        const card = await openOne();
        const [low] = offer(card).range;
        await card.apply('powerLimitW', low);
        await card.forget('powerLimitW');
        await card.restore();
        expect(enforcedW(card.sample(0))).toBe(low);
      });

      it('is given back as it was found', async () => {
        const card = await openOne();
        const { range, value } = offer(card);
        await card.apply('powerLimitW', range[0]);
        await card.restore();
        expect(enforcedW(card.sample(0))).toBe(value);
        await card.restore();
        expect(offer(card).value).toBe(value);
      });
    });
  });
}
