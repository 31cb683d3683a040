import { describe, expect, it } from 'vitest';
import { Columns } from '../../../src/gpu/smi/columns.js';
import { Instant } from '../../../src/gpu/smi/instant.js';
import { Lines } from '../../../src/gpu/smi/lines.js';

function complaint(field: string): string {
  return `Field "${field}" is not a valid field to query.`;
}

describe('the columns', () => {
  it('ask by the older name where the newer one is not known, and not at all where neither is', () => {
    const columns = new Columns();
    expect(columns.query).toContain('clocks_event_reasons.active');
    expect(columns.refuse(complaint('clocks_event_reasons.active'))).toBe(true);
    expect(columns.query).toContain('clocks_throttle_reasons.active');
    expect(columns.unknown.size).toBe(0);
    expect(columns.refuse(complaint('clocks_throttle_reasons.active'))).toBe(true);
    expect(columns.query).not.toContain('reasons');
    expect([...columns.unknown]).toEqual([['clocks_event_reasons.active', 'clocks_throttle_reasons.active']]);
  });

  it('take a complaint about a field that was not asked for as none', () => {
    const columns = new Columns();
    const before = columns.query;
    expect(columns.refuse(complaint('cuda_version'))).toBe(false);
    expect(columns.refuse('No devices were found')).toBe(false);
    expect(columns.query).toBe(before);
  });

  it('leave a comma in the name of a card where it is', () => {
    const columns = new Columns();
    const fields = columns.query.split(',');
    const line = fields.map((field) =>
      field === 'uuid' ? 'GPU-1' : field === 'name' ? 'Card, the second' : '7',
    );
    expect(columns.row(line.join(', '))).toMatchObject({
      uuid: 'GPU-1',
      name: 'Card, the second',
      pstate: '7',
    });
  });

  it('take a line that is cut off for no row', () => {
    const columns = new Columns();
    const line = columns.query.split(',').map(() => 'GPU-1');
    expect(columns.row(line.slice(0, -1).join(', '))).toBeNull();
    expect(columns.row(line.join(', '))).not.toBeNull();
  });
});

describe('an instant', () => {
  const row = (uuid: string, count = '2') => ({ uuid, count });

  it('is complete with as many rows as there are cards', () => {
    const instant = new Instant();
    expect(instant.add(row('a'))).toBeNull();
    expect(instant.add(row('b'))).toEqual([row('a'), row('b')]);
    expect(instant.add(row('a'))).toBeNull();
  });

  it('ends where a card comes again: the other one is gone', () => {
    const instant = new Instant();
    instant.add(row('a'));
    expect(instant.add(row('a'))).toEqual([row('a')]);
    expect(instant.add(row('b'))).toEqual([row('a'), row('b')]);
  });

  it('is complete at once where the other card is not counted any more', () => {
    const instant = new Instant();
    instant.add(row('a'));
    expect(instant.add(row('a', '1'))).toEqual([row('a'), row('a', '1')]);
    expect(instant.add(row('a', '1'))).toEqual([row('a', '1')]);
  });

  it('is told one row late where nothing is counted', () => {
    const instant = new Instant();
    expect(instant.add({ uuid: 'a' })).toBeNull();
    expect(instant.add({ uuid: 'a' })).toEqual([{ uuid: 'a' }]);
  });
});

describe('lines', () => {
  it('come out whole however the bytes were cut, empty and endless ones not at all', () => {
    const told: string[] = [];
    const lines = new Lines((line) => told.push(line));
    for (const part of ['a', 'b\r', '\n\n  c\n', 'd', 'e']) lines.add(Buffer.from(part));
    expect(told).toEqual(['ab', 'c']);
    lines.end();
    expect(told).toEqual(['ab', 'c', 'de']);
    lines.add(Buffer.from('x'.repeat(100_000)));
    lines.add(Buffer.from('\nf\n'));
    expect(told.at(-1)).toBe('f');
    expect(told.filter((line) => line.length > 8_192)).toEqual([]);
  });
});
