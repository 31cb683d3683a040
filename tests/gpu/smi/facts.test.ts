import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, refuseValue } from '../../../src/facts/catalogue.js';
import { Columns, type Row } from '../../../src/gpu/smi/columns.js';
import { factsOf, type Told } from '../../../src/gpu/smi/facts.js';
import { RTX_4090 } from '../../helpers/nvidia-smi.js';

/** Whether a limit is ours is for the card to tell. */
const GPU_FACTS = Object.keys(CATALOGUE).filter(
  (name) => name.startsWith('gpu.') && name !== 'gpu.limitedByOurs',
);
const NONE: ReadonlyMap<string, string> = new Map();

/** The row of an RTX 4090 with some texts replaced. */
function row(texts: Record<string, string> = {}): Row {
  return { ...RTX_4090, count: '1', ...texts } as Row;
}
function value(told: Told | undefined): unknown {
  return told !== undefined && 'value' in told ? told.value : told;
}

describe('the facts of a row', () => {
  it('are all that a card has, in the units of the catalogue', () => {
    const facts = factsOf(row(), NONE);
    const told = Object.fromEntries(
      Object.entries(facts)
        .filter(([, one]) => 'value' in one)
        .map(([fact, one]) => [fact, value(one)]),
    );
    expect(told).toEqual({
      'gpu.utilizationPercent': 37,
      'gpu.memoryBusyPercent': 12,
      'gpu.memoryUsedMib': 6141,
      'gpu.memoryUsedPercent': 25,
      'gpu.temperatureC': 61,
      'gpu.thermalMarginC': 22,
      'gpu.powerW': 212.41,
      'gpu.powerLimitW': 450,
      'gpu.powerLimitMinW': 150,
      'gpu.powerLimitMaxW': 600,
      'gpu.powerLimitDefaultW': 450,
      'gpu.graphicsClockMhz': 2520,
      'gpu.smClockMhz': 2520,
      'gpu.memoryClockMhz': 10251,
      'gpu.videoClockMhz': 1980,
      'gpu.encoderPercent': 0,
      'gpu.decoderPercent': 0,
      'gpu.fanPercent': 41,
      'gpu.performanceState': 2,
      'gpu.limitedBy': 'none',
    });
    expect(Object.keys(facts).sort()).toEqual([...GPU_FACTS].sort());
  });

  it.each([
    ['[N/A]', 'unsupported', 'nvidia-smi says "[N/A]": this card or its driver does not tell it'],
    ['N/A', 'unsupported', 'nvidia-smi says "N/A": this card or its driver does not tell it'],
    [
      '[Not Supported]',
      'unsupported',
      'nvidia-smi says "[Not Supported]": this card or its driver does not tell it',
    ],
    [
      '[Insufficient Permissions]',
      'unsupported',
      'nvidia-smi says "[Insufficient Permissions]": this user may not read it; ask an administrator of this machine',
    ],
    [
      '[Function Not Found]',
      'unsupported',
      'nvidia-smi says "[Function Not Found]": this driver is too old to tell it',
    ],
    ['ERR!', 'missing', 'nvidia-smi says "ERR!": the card did not answer'],
    ['[Unknown Error]', 'missing', 'nvidia-smi says "[Unknown Error]": the card did not answer'],
    ['[GPU requires reset]', 'missing', 'nvidia-smi says "[GPU requires reset]": the card did not answer'],
    ['', 'missing', 'nvidia-smi left it empty'],
    ['hot', 'missing', 'expected a number of nvidia-smi, got "hot"'],
    ['65535', 'missing', 'expected -50 to 150 °C, got 65535'],
    ['12,5', 'missing', 'expected a number of nvidia-smi, got "12,5"'],
  ])('say why there is none where nvidia-smi says "%s"', (text, quality, why) => {
    expect(factsOf(row({ 'temperature.gpu': text }), NONE)['gpu.temperatureC']).toEqual({
      quality,
      why,
    });
  });

  it('name the field that the installed version does not know', () => {
    const unknown = new Map([['clocks_event_reasons.active', 'clocks_throttle_reasons.active']]);
    expect(factsOf(row(), unknown)['gpu.limitedBy']).toEqual({
      quality: 'unsupported',
      why: 'this version of nvidia-smi does not know the field "clocks_throttle_reasons.active"',
    });
  });

  it.each([
    ['0x0000000000000000', '449.00', 'none'],
    ['0x0000000000000001', '449.00', 'none'],
    ['0x0000000000000004', '449.00', 'power'],
    ['0x0000000000000004', '212.41', 'none'],
    ['0x0000000000000008', '212.41', 'hardware'],
    ['0x0000000000000020', '212.41', 'thermal'],
    ['0x0000000000000044', '449.00', 'thermal'],
    ['0x0000000000000010', '212.41', 'other'],
    ['0x4000000000000000', '212.41', 'other'],
  ])('tell by the mask %s at %s W that the card is limited by %s', (mask, draw, word) => {
    const facts = factsOf(row({ 'clocks_event_reasons.active': mask, 'power.draw': draw }), NONE);
    expect(value(facts['gpu.limitedBy'])).toBe(word);
  });

  it('take the set limit where the enforced one is not told', () => {
    const facts = factsOf(row({ 'enforced.power.limit': '[N/A]', 'power.limit': '320.00' }), NONE);
    expect(value(facts['gpu.powerLimitW'])).toBe(320);
  });

  it('do not believe a draw far above the highest limit', () => {
    expect(factsOf(row({ 'power.draw': '593.00', 'power.max_limit': '175.00' }), NONE)['gpu.powerW']).toEqual(
      {
        quality: 'missing',
        why: '593 W cannot be, with a highest limit of 175 W',
      },
    );
    expect(
      value(factsOf(row({ 'power.draw': '593.00', 'power.max_limit': '[N/A]' }), NONE)['gpu.powerW']),
    ).toBe(593);
  });

  it('read a number with its unit, and a fan that is meant to turn faster than it can', () => {
    const facts = factsOf(row({ 'utilization.gpu': '37 %', 'fan.speed': '104' }), NONE);
    expect([value(facts['gpu.utilizationPercent']), value(facts['gpu.fanPercent'])]).toEqual([37, 100]);
  });
});

const marks = fc.constantFrom(
  '[N/A]',
  'ERR!',
  '',
  '-1',
  '1e99',
  'NaN',
  '0x',
  '18446744073709551615',
  'P99',
  '[',
  ']]',
  '%',
  '٣',
);
const cells = fc.oneof(
  marks,
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double().map(String),
  fc.integer().map(String),
);

describe('whatever nvidia-smi writes', () => {
  it('no cell throws, and every fact is a value that can be or has its reason', () => {
    const columns = Object.keys(RTX_4090);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...columns), cells), (texts) => {
        for (const [fact, told] of Object.entries(factsOf(row(texts), NONE))) {
          const definition = CATALOGUE[fact];
          if (definition === undefined) throw new Error(`${fact} is not of the catalogue`);
          if ('value' in told) expect(refuseValue(definition, told.value), fact).toBeNull();
          else expect(told.why, fact).toMatch(/\w/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no line throws, and none but a row of a card is one', () => {
    const columns = new Columns();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(cells, { maxLength: 40 }).map((all) => all.join(', ')),
        ),
        (line) => {
          expect(columns.row(line)?.uuid ?? 'GPU-').toMatch(/^GPU-/);
          expect(columns.refuse(line)).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
