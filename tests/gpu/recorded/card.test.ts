import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRecorded } from '../../../src/gpu/recorded/index.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine } from '../../../src/recordings/format.js';
import type { Readings } from '../../../src/shapes/reading.js';
import type { TickEvent } from '../../../src/shapes/sample.js';
import { cardContract } from '../../contracts/gpu.js';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-recorded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER: HeaderLine = {
  kind: 'header',
  format: FORMAT,
  version: FORMAT_VERSION,
  agentVersion: '0.1.0',
  startedAt: '2026-11-01T10:00:00.000Z',
  settings: {
    intervalMs: 1_000,
    tierMs: { frame: 1_000, fast: 1_000, slow: 5_000, rare: 30_000, tick: 1_000 },
    mode: 'enforce',
    level: 'balanced',
    consent: false,
  },
  profile: { name: 'cpu', files: [], overlay: { limits: {}, level: {}, knobs: {} } },
  card: { name: 'NVIDIA GeForce RTX 4090', simulated: false },
  simulated: [],
};

let count = 0;
/** A recording whose ticks begin at 5 s of its own clock and tell these readings, a second apart. */
function recordingOf(ticks: (readonly [Readings, ...TickEvent[]])[], header: object = HEADER): string {
  const path = join(folder, `${++count}.ndjson`);
  const samples = ticks.map(([readings, ...events], tick) => ({
    kind: 'sample',
    atMs: 5_000 + 1_000 * tick,
    wallMs: 1_700_000_000_000 + 1_000 * tick,
    cause: 'interval',
    readings,
    events,
  }));
  writeFileSync(path, [header, ...samples].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

const offer: TickEvent = { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } };
const warm = (temperatureC: number): Readings => ({
  'system.cpuPercent': [12, 'measured', 0],
  'gpu.temperatureC': [temperatureC, 'measured', 40],
  'gpu.hotSpotC': [null, 'unsupported', 0, 'GeForce cards have no NVML sensor for it'],
});

cardContract('a recorded card', {
  open: async () =>
    (await openRecorded(recordingOf([[warm(60), offer], [warm(61)], [warm(62)], [warm(63)]]))).cards[0],
  withoutKnobs: '(it is read-only)',
});

describe('a recorded card', () => {
  it('says in its name that it is recorded, and counts as not real', async () => {
    const { cards, note } = await openRecorded(recordingOf([[warm(60)]]));
    expect(cards[0].inventory).toEqual({
      name: 'Recorded NVIDIA GeForce RTX 4090',
      uuid: 'GPU-recorded-0',
      driver: null,
      pciId: null,
      simulated: true,
    });
    expect(note).toMatch(/^the card is played from the recording .*: nothing of it is measured now$/);
  });

  it('is recorded once in its name, however often it was', async () => {
    const card = { name: 'Recorded NVIDIA GeForce RTX 4090', simulated: true };
    const { cards } = await openRecorded(recordingOf([[warm(60)]], { ...HEADER, card }));
    expect(cards[0].inventory.name).toBe('Recorded NVIDIA GeForce RTX 4090');
  });

  it('tells what was recorded at the same time after the start, with the age it had then and since', async () => {
    const [card] = (await openRecorded(recordingOf([[warm(60)], [{}], [warm(62)]]))).cards;
    const at = (atMs: number) => card.sample(atMs)['gpu.temperatureC'];
    expect(at(70_000)).toEqual([60, 'simulated', 40]);
    expect(at(70_500)).toEqual([60, 'simulated', 540]);
    expect(at(71_000)).toEqual([60, 'simulated', 1_040]);
    expect(at(72_100)).toEqual([62, 'simulated', 140]);
    expect(card.sample(72_100)['gpu.hotSpotC']).toEqual([
      null,
      'unsupported',
      0,
      expect.stringContaining('GeForce'),
    ]);
    expect(card.sample(72_100)['gpu.powerW']).toEqual([
      null,
      'missing',
      0,
      expect.stringContaining('has not told it so far'),
    ]);
    expect(card.sample(72_100)['system.cpuPercent']).toBeUndefined();
  });

  it('is missing whole after its end, with the reason, and offers nothing', async () => {
    const path = recordingOf([[warm(60), offer], [warm(61)]]);
    const [card] = (await openRecorded(path)).cards;
    card.sample(0);
    expect(card.sample(1_999)['gpu.temperatureC']?.[0]).toBe(61);
    expect(Object.keys(card.knobs())).toEqual(['powerLimitW']);
    for (const reading of Object.values(card.sample(2_000)))
      expect(reading).toEqual([null, 'missing', 0, `the recording ${path} ended after 2 s`]);
    expect(card.knobs()).toEqual({});
  });

  it('offers the knobs of the recorded device, read-only', async () => {
    const gone: TickEvent = { kind: 'device', knob: 'powerLimitW', offer: null };
    const [card] = (await openRecorded(recordingOf([[warm(60), offer], [warm(61), gone], [warm(61)]]))).cards;
    const readOnly = expect.stringContaining('recording');
    expect(card.knobs()).toEqual({ powerLimitW: { range: [150, 600], value: 450, readOnly } });
    expect(await card.apply('powerLimitW', 300)).toEqual({
      ok: false,
      value: 450,
      error: readOnly,
      isLasting: true,
    });
    card.sample(0);
    card.sample(1_000);
    expect(card.knobs()).toEqual({});
  });

  it('has its other cards in their places', async () => {
    const { cards } = await openRecorded(
      recordingOf([[{ ...warm(60), 'gpu.1.temperatureC': [41, 'measured', 0] }]]),
    );
    expect(cards.map(({ inventory }) => inventory.uuid)).toEqual(['GPU-recorded-0', 'GPU-recorded-1']);
    expect(cards[1]?.sample(0)['gpu.temperatureC']).toEqual([41, 'simulated', 0]);
    expect(cards[1]?.knobs()).toEqual({});
  });

  it('takes no reading over that could not be one', async () => {
    const readings = {
      'gpu.temperatureC': [999, 'measured', 0],
      'gpu.powerW': 'much',
      'gpu.fanPercent': ['x', 'measured', 0],
    };
    const [card] = (await openRecorded(recordingOf([[readings as unknown as Readings]]))).cards;
    const sample = card.sample(0);
    expect(sample['gpu.temperatureC']).toEqual([null, 'missing', 0, 'expected -50 to 150 °C, got 999']);
    expect(sample['gpu.powerW']?.[1]).toBe('missing');
    expect(sample['gpu.fanPercent']?.[1]).toBe('missing');
  });

  it('is refused where the recording tells of none, or there is no recording', async () => {
    const noCard = recordingOf([[{ 'system.cpuPercent': [12, 'measured', 0] }]]);
    await expect(openRecorded(noCard)).rejects.toMatchObject({ code: 'gpuUnavailable' });
    const ofNone = recordingOf([[warm(60)]], { ...HEADER, card: { name: 'none', simulated: false } });
    await expect(openRecorded(ofNone)).rejects.toMatchObject({ code: 'gpuUnavailable' });
    await expect(openRecorded(join(folder, 'none'))).rejects.toMatchObject({ code: 'badFile' });
    await expect(openRecorded(recordingOf([], { ...HEADER, version: 99 }))).rejects.toMatchObject({
      code: 'badRecording',
    });
  });
});
