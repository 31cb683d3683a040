import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { lookUpFact } from '../../src/facts/catalogue.js';
import { parseSeries } from '../../src/rule-tests/series.js';

function read(raw: string | number | boolean, fact = 'gpu.powerW') {
  return parseSeries(fact, raw, lookUpFact(fact));
}
function samples(raw: string | number | boolean, fact?: string) {
  const { series, mistakes } = read(raw, fact);
  expect(mistakes).toEqual([]);
  return series.samples;
}
function mistakes(raw: string, fact?: string) {
  return read(raw, fact).mistakes.map(({ offset, message }) => `${offset}: ${message}`);
}

describe('a series', () => {
  test('is one sample for each number, and as many as xN says', () => {
    expect(samples('20 3x2 -1.5 1e3')).toEqual([20, 3, 3, -1.5, 1000]);
  });

  test('has ticks without a reading where _ stands', () => {
    expect(samples('1 _ 2 _x2')).toEqual([1, undefined, 2, undefined, undefined]);
  });

  test('goes from a to b in N samples, first a, last b, in equal steps', () => {
    expect(samples('0..1x5')).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(samples('10..4x3 9')).toEqual([10, 7, 4, 9]);
    expect(samples('0..0.3x4')).toEqual([0, 0.1, 0.2, 0.3]);
  });

  test('is words where the fact is one, quoted where they end in x and digits', () => {
    expect(samples('none thermalx2', 'gpu.limitedBy')).toEqual(['none', 'thermal', 'thermal']);
    expect(samples(`'rtx4090'x2 "a b" rtx4`, 'state.model')).toEqual([
      'rtx4090',
      'rtx4090',
      'a b',
      'rt',
      'rt',
      'rt',
      'rt',
    ]);
  });

  test('is true and false where the fact is one, in a text and as YAML has them', () => {
    expect(samples('truex2 false', 'system.onBattery')).toEqual([true, true, false]);
    expect(read(true, 'system.onBattery').series).toEqual({ samples: [true], holds: true });
  });

  test.each(['30', 30, "'none'", '_', 'none'])('of one value alone, %j, holds for the whole test', (raw) => {
    expect(
      read(raw, raw === 30 || raw === '30' || raw === '_' ? 'gpu.powerW' : 'gpu.limitedBy').series.holds,
    ).toBe(true);
  });

  test.each(['3x1', '1 2', '1..2x2', '_x4'])('such as %s does not hold', (raw) => {
    expect(read(raw).series.holds).toBe(false);
  });
});

test('a token that is none is told where it begins', () => {
  expect(mistakes('20 3x5 #1 7..9')).toEqual([
    '7: "#1" is no sample',
    '10: "7..9" does not say how many samples it has',
  ]);
  expect(mistakes('3x0 1..2x1')).toEqual([
    '0: "3x0" gives no sample',
    '4: "1..2x1" cannot begin and end in 1 samples',
  ]);
  expect(mistakes('  ')).toEqual(['0: the series is empty']);
});

test('a value that can never be of the fact is told with the nearest that can; one out of range is there to be refused', () => {
  expect(mistakes('1 termalx2', 'gpu.limitedBy')).toEqual([
    '0: "gpu.limitedBy" is never 1',
    '2: "gpu.limitedBy" is never "termal", did you mean "thermal"?',
  ]);
  expect(mistakes('1', 'system.onBattery')).toEqual(['0: "system.onBattery" is never 1']);
  expect(mistakes('hot')).toEqual(['0: "gpu.powerW" is never "hot"']);
  expect(samples('9223372036854775794 -1')).toHaveLength(2);
});

test('a series that would last for ever is refused before it is made', () => {
  expect(mistakes('1x99999999999')).toEqual(['0: the series has more than 100000 samples']);
});

property.prop([
  fc.array(fc.record({ value: fc.integer({ min: -999, max: 999 }), count: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 2,
    maxLength: 8,
  }),
])('says each value as often as it counts', (runs) => {
  const text = runs.map(({ value, count }) => `${value}x${count}`).join(' ');
  expect(samples(text)).toEqual(runs.flatMap(({ value, count }) => new Array(count).fill(value)));
});
