import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CATALOGUE } from '../../../src/facts/catalogue.js';
import { openSmi, type SmiOptions } from '../../../src/gpu/smi/index.js';
import type { CardKnob, CardOutcome, CardSet, CardWriter } from '../../../src/shapes/gpu.js';
import type { ReadingTuple } from '../../../src/shapes/reading.js';
import { cardContract } from '../../contracts/gpu.js';
import { RTX_3060, RTX_4090, type SmiState, type StandInSmi, standInSmi } from '../../helpers/nvidia-smi.js';

const GPU_FACTS = Object.keys(CATALOGUE).filter((name) => name.startsWith('gpu.'));

/** Quick enough to wait for, and long enough for a busy machine to start a program. */
const TIMES = { periodMs: 40, startMs: 8_000, silenceMs: 1_500, backoffMs: [20, 200] } as const;

const made: StandInSmi[] = [];
const opened: CardSet[] = [];

function standIn(state?: SmiState): StandInSmi {
  const smi = standInSmi(state);
  made.push(smi);
  return smi;
}

async function open(smi: StandInSmi, options: SmiOptions = {}): Promise<CardSet> {
  const opening = await openSmi({ program: smi.program, times: TIMES, ...options });
  if (!opening.ok) throw new Error(opening.why);
  opened.push(opening.cards);
  return opening.cards;
}

function reading(cards: CardSet, fact: string): ReadingTuple | undefined {
  return cards.cards[0].sample(0)[fact];
}

/** Writes limits through the stand-in, as a keeper of settings would. */
function writerOf(smi: StandInSmi): CardWriter {
  const inForce = (): number => Number(smi.read().cards[0]?.['power.limit']);
  let found = inForce();
  const set = async (uuid: string, _knob: CardKnob, value: number): Promise<CardOutcome> => {
    const { file, args = [] } = smi.program;
    const asked = [...args, '-i', uuid, '-pl', String(value)];
    const { status, stdout } = spawnSync(file, asked, { encoding: 'utf8' });
    return status === 0 ? { ok: true, value } : { ok: false, value: inForce(), error: stdout.trim() };
  };
  return {
    refusal: null,
    set,
    async forget() {
      found = inForce();
    },
    async restore(uuid) {
      if (found !== inForce()) await set(uuid, 'powerLimitW', found);
    },
    async close() {},
  };
}

afterEach(async () => {
  for (const cards of opened.splice(0)) await cards.close();
  for (const smi of made.splice(0)) smi.remove();
});

cardContract('a card of nvidia-smi', {
  async open() {
    const smi = standIn();
    const [card] = (await open(smi, { writer: writerOf(smi) })).cards;
    return card;
  },
});

describe('the cards of nvidia-smi', { timeout: 20_000 }, () => {
  it('are told with name, UUID, driver and PCI id, all of one instant together', async () => {
    const cards = await open(standIn({ cards: [RTX_4090, RTX_3060] }));
    expect(cards.cards.map(({ inventory }) => inventory)).toEqual([
      {
        name: 'NVIDIA GeForce RTX 4090',
        uuid: RTX_4090.uuid,
        driver: '550.90.07',
        pciId: '10DE:2684',
        simulated: false,
      },
      {
        name: 'NVIDIA GeForce RTX 3060',
        uuid: RTX_3060.uuid,
        driver: '550.90.07',
        pciId: '10DE:2503',
        simulated: false,
      },
    ]);
    expect(cards.note).toMatch(/^2 cards are read by .* every 0.04 s$/);
    const [first, second] = cards.cards;
    expect(first.sample(0)['gpu.temperatureC']?.[0]).toBe(61);
    expect(second?.sample(0)['gpu.temperatureC']?.[0]).toBe(44);
    expect(second?.sample(0)['gpu.thermalMarginC']).toEqual([
      null,
      'unsupported',
      0,
      expect.stringContaining('[N/A]'),
    ]);
  });

  it('tell every fact or its reason where the program tells hardly anything', async () => {
    const bare = { uuid: 'GPU-1', name: 'NVIDIA Tesla K80' };
    const [card] = (await open(standIn({ cards: [bare], unknown: ['utilization.encoder'] }))).cards;
    expect(card.inventory).toMatchObject({ driver: null, pciId: null });
    expect(card.knobs()).toEqual({});
    const readings = Object.values(card.sample(0));
    expect(readings).toHaveLength(GPU_FACTS.length);
    for (const [value, quality, , why] of readings)
      expect([value, quality, why]).toEqual([null, 'unsupported', expect.any(String)]);
  });

  it.skipIf(process.platform !== 'linux')('cost processor time that is told as theirs', async () => {
    const cards = await open(standIn());
    expect(cards.outsideCpuUs).toBeGreaterThan(0);
  });

  it('change as the program tells them anew, from one start of it', async () => {
    const smi = standIn();
    const cards = await open(smi);
    smi.write({ cards: [{ ...RTX_4090, 'temperature.gpu': '72' }] });
    await vi.waitFor(() => expect(reading(cards, 'gpu.temperatureC')?.[0]).toBe(72), 5_000);
    expect(smi.starts().filter((start) => start.includes('--query-gpu'))).toHaveLength(1);
  });

  it('are asked again without each field that the version does not know, by its older name first', async () => {
    const unknown = ['clocks_event_reasons.active', 'temperature.gpu.tlimit', 'utilization.encoder'];
    const smi = standIn({
      cards: [{ ...RTX_4090, 'clocks_throttle_reasons.active': '0x0000000000000020' }],
      unknown,
    });
    const cards = await open(smi);
    expect(reading(cards, 'gpu.limitedBy')).toEqual(['thermal', 'measured', expect.any(Number)]);
    expect(reading(cards, 'gpu.thermalMarginC')).toEqual([
      null,
      'unsupported',
      0,
      'this version of nvidia-smi does not know the field "temperature.gpu.tlimit"',
    ]);
    expect(smi.starts().filter((start) => start.includes('--query-gpu'))).toHaveLength(unknown.length + 1);
  });

  it('tell nothing out of a program that prints warnings between the rows', async () => {
    const garbage = 'WARNING: infoROM is corrupted at gpu 0000:01:00.0\n\u0000\u0001,,,,\n';
    const cards = await open(standIn({ cards: [RTX_4090], garbage }));
    expect(reading(cards, 'gpu.temperatureC')?.[0]).toBe(61);
  });

  it('keep the last values with their age while the program hangs, and are told again after it was ended', async () => {
    const smi = standIn();
    const cards = await open(smi);
    smi.write({ cards: [{ ...RTX_4090, 'temperature.gpu': '70' }], hung: true });
    await vi.waitFor(
      () =>
        expect(cards.standing).toEqual(['nvidia-smi tells nothing: it told nothing for 1.5 s and was ended']),
      8_000,
    );
    const [value, quality, ageMs] = reading(cards, 'gpu.temperatureC') ?? [null, 'missing', 0];
    expect([value, quality]).toEqual([61, 'measured']);
    expect(ageMs).toBeGreaterThan(1_400);
    smi.write({ cards: [{ ...RTX_4090, 'temperature.gpu': '70' }] });
    await vi.waitFor(() => expect(reading(cards, 'gpu.temperatureC')?.[0]).toBe(70), 8_000);
    expect(cards.standing).toEqual([]);
  });

  it('say what a program said that ended, are lost without knobs, and found again by UUID in another order', async () => {
    const smi = standIn({ cards: [RTX_4090, RTX_3060] });
    const cards = await open(smi, { times: { ...TIMES, silenceMs: 300 } });
    const text =
      'Unable to determine the device handle for GPU0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU';
    smi.write({ cards: [], exit: { code: 15, text } });
    await vi.waitFor(
      () => expect(cards.standing).toEqual([`nvidia-smi tells nothing: it ended with code 15: ${text}`]),
      8_000,
    );
    await vi.waitFor(() => expect(cards.cards[0].knobs()).toEqual({}), 8_000);
    smi.write({ cards: [RTX_3060, { ...RTX_4090, 'temperature.gpu': '50' }] });
    await vi.waitFor(() => expect(reading(cards, 'gpu.temperatureC')?.[0]).toBe(50), 8_000);
    expect(Object.keys(cards.cards[0].knobs())).toEqual(['powerLimitW', 'graphicsClockMaxMhz']);
  });
});

describe('where nvidia-smi tells no card, opening says why', { timeout: 20_000 }, () => {
  async function whyOf(state: SmiState, times: SmiOptions['times'] = TIMES): Promise<string> {
    const opening = await openSmi({ program: standIn(state).program, times });
    if (opening.ok) opened.push(opening.cards);
    return opening.ok ? '' : opening.why;
  }

  it('as the program said it', async () => {
    expect(
      await whyOf({
        cards: [],
        exit: {
          code: 9,
          text: 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.',
        },
      }),
    ).toBe(
      'nvidia-smi tells nothing: it ended with code 9: NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.',
    );
    expect(await whyOf({ cards: [], exit: { code: 6, text: 'No devices were found' } })).toMatch(
      /code 6: No devices were found$/,
    );
  });

  it('where it tells nothing at all', async () => {
    expect(await whyOf({ cards: [], silent: true }, { ...TIMES, startMs: 400 })).toMatch(
      /told nothing for 0.4 s/,
    );
  });

  it('where there is no program, or it cannot be run', async () => {
    const machine = { platform: 'linux', env: {}, exists: () => false };
    expect(await openSmi({ machine })).toEqual({
      ok: false,
      why: expect.stringMatching(/expected the program nvidia-smi on PATH.*install the NVIDIA driver/),
    });
    const there = {
      platform: 'linux',
      env: { PATH: '/none' },
      exists: (path: string) => path === '/none/nvidia-smi',
    };
    expect(await openSmi({ machine: there })).toEqual({
      ok: false,
      why: expect.stringMatching(/cannot be started: .*ENOENT/),
    });
  });
});

describe('the knobs of such a card', { timeout: 20_000 }, () => {
  it('are the ranges that it tells, and read-only with the reason where nothing may write', async () => {
    const smi = standIn();
    const { cards } = await open(smi);
    const readOnly = expect.stringMatching(/\w/);
    expect(cards[0].knobs()).toEqual({
      powerLimitW: { range: [150, 600], value: 450, readOnly },
      graphicsClockMaxMhz: { range: [210, 3120], value: 3120, readOnly },
    });
    expect(await cards[0].apply('powerLimitW', 300)).toEqual({
      ok: false,
      value: 450,
      error: readOnly,
      isLasting: true,
    });
    expect(smi.read().cards[0]?.['power.limit']).toBe('450.00');
  });

  it('tell why the driver refused', async () => {
    const smi = standIn({ cards: [RTX_4090], refuses: true });
    const { cards } = await open(smi, { writer: writerOf(smi) });
    expect(await cards[0].apply('powerLimitW', 300)).toEqual({
      ok: false,
      value: 450,
      error: 'Failed to change a setting for GPU 00000000:01:00.0: Insufficient Permissions',
    });
  });

  it('say while the limit is ours that it is, and not after it was given back or taken over', async () => {
    const capped = {
      ...RTX_4090,
      'clocks_event_reasons.active': '0x0000000000000004',
      'power.draw': '299.50',
    };
    const smi = standIn({
      cards: [{ ...capped, 'enforced.power.limit': '300.00', 'power.limit': '450.00' }],
    });
    const cards = await open(smi, { writer: writerOf(smi) });
    const [card] = cards.cards;
    const isOurs = (): unknown => reading(cards, 'gpu.limitedByOurs')?.[0];
    expect([reading(cards, 'gpu.limitedBy')?.[0], isOurs()]).toEqual(['power', false]);
    await card.apply('powerLimitW', 300);
    expect(isOurs()).toBe(true);
    await card.restore();
    expect(isOurs()).toBe(false);
    await card.apply('powerLimitW', 300);
    await card.forget('powerLimitW');
    await card.restore();
    expect(isOurs()).toBe(false);
  });
});
