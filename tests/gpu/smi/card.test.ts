import { afterEach, expect, it, vi } from 'vitest';
import { SmiCard } from '../../../src/gpu/smi/card.js';
import { Columns, type Row } from '../../../src/gpu/smi/columns.js';
import { RTX_4090 } from '../../helpers/nvidia-smi.js';

afterEach(() => void vi.useRealTimers());

it('a row from before the machine slept is old after it, and the card is not lost by that', () => {
  vi.useFakeTimers();
  const card = new SmiCard({
    inventory: { name: 'a card', uuid: 'GPU-1', driver: null, pciId: null, simulated: false },
    stream: { columns: new Columns(), trouble: null },
    writer: undefined,
    clocks: [210, 3_105],
    times: { periodMs: 1_000, silenceMs: 5_000 },
  });
  const row: Row = { ...RTX_4090, count: '1' } as Row;
  card.take(row);
  vi.advanceTimersByTime(500);
  expect(card.sample(0)['gpu.powerW']).toEqual([212.41, 'measured', 500]);
  // The clock on the wall goes on while the monotonic one stands still.
  vi.setSystemTime(Date.now() + 3_600_000);
  expect(card.sample(0)['gpu.powerW']).toEqual([212.41, 'measured', 3_600_500]);
  expect(Object.keys(card.knobs())).toEqual(['powerLimitW', 'graphicsClockMaxMhz']);
  card.take(row);
  expect(card.sample(0)['gpu.powerW']).toEqual([212.41, 'measured', 0]);
  vi.advanceTimersByTime(11_000);
  expect(card.knobs()).toEqual({});
});
