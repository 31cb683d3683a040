import { expect, test } from 'vitest';
import {
  compareInTurn,
  median,
  medianInterval,
  percentileOf,
  rounded,
} from '../../bench/parts/statistics.js';

test('the median is the middle value, or the mean of the two middle ones', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 3])).toBe(4);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect([0.5, 0.99, 1].map((share) => percentileOf(values, share))).toEqual([100, 198, 200]);
  expect(percentileOf([7], 0.99)).toBe(7);
});

test('the interval of a median needs no distribution: of 25 the 7th and the 7th from above, of few all they span', () => {
  const values = Array.from({ length: 25 }, (_, i) => (i * 7) % 25);
  expect(medianInterval(values)).toEqual([6, 18]);
  expect(medianInterval([3, 1, 2])).toEqual([1, 3]);
});

test('a comparison times ours, other, other, ours once a run, and a steady drift cancels out', async () => {
  const order: string[] = [];
  let drift = 0;
  const timer = (name: string, time: number) => (): number => {
    order.push(name);
    return time + drift++;
  };
  const { times, ratios } = await compareInTurn(2, timer('ours', 100), timer('other', 300));
  expect(order.join(' ')).toBe('ours other other ours ours other other ours');
  expect(times).toEqual([101.5, 105.5]);
  expect(ratios).toEqual([603 / 203, 611 / 211]);
});

test('figures have four digits', () => {
  expect([1234.56, 0.00123456].map(rounded)).toEqual([1235, 0.001235]);
});
