import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EvenkeelError } from '../../src/errors.js';
import { type OpenCardsOptions, openCards, takesLoad } from '../../src/gpu/choose.js';
import type { CardSet } from '../../src/shapes/gpu.js';
import { RTX_3060, RTX_4090, standInSmi } from '../helpers/nvidia-smi.js';
import { openStandIn } from '../helpers/nvml-standin.js';
import { CHILD_ENTRY } from './nvml/helpers.js';

const isWindows = process.platform === 'win32';

/** No library and no program, whatever this machine has. */
const NOTHING = { NVML_LIBRARY: join('/none', 'libnvidia-ml.so.1'), PATH: '/none' };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(spec: string, env: NodeJS.ProcessEnv, options: OpenCardsOptions = {}): Promise<CardSet> {
  const cards = await openCards(spec, { env, childEntry: CHILD_ENTRY, ...options });
  ends.push(() => cards.close());
  return cards;
}

/** A machine with nvidia-smi alone. */
function withSmi(): NodeJS.ProcessEnv {
  const smi = standInSmi({ cards: [RTX_4090, RTX_3060] });
  ends.push(() => smi.remove());
  return { ...NOTHING, PATH: smi.folder };
}

/** A machine with the library, and nvidia-smi beside it. */
function withNvml(): NodeJS.ProcessEnv {
  const nvml = openStandIn({ cards: 2 });
  ends.push(() => nvml.close());
  return { ...withSmi(), ...nvml.env };
}

async function errorOf(spec: string, env: NodeJS.ProcessEnv): Promise<EvenkeelError> {
  const thrown = await open(spec, env).catch((error: unknown) => error);
  if (!(thrown instanceof EvenkeelError)) throw new Error(`expected ${spec} to be refused`);
  return thrown;
}

describe('the card that is asked for', { timeout: 30_000 }, () => {
  it('is, by auto, read through NVML where it loads', async () => {
    const { cards, note } = await open('auto', withNvml());
    expect(cards.map(({ inventory }) => inventory.simulated)).toEqual([false, false]);
    expect(note).toMatch(/^2 cards are read through NVML/);
  });

  it.skipIf(isWindows)(
    'is, by auto, read by nvidia-smi where NVML does not load, and the note says why',
    async () => {
      const { cards, note } = await open('auto', withSmi());
      expect(cards.map(({ inventory }) => inventory.uuid)).toEqual([RTX_4090.uuid, RTX_3060.uuid]);
      expect(note).toMatch(/^2 cards are read by .*nvidia-smi every 1 s; NVML: .*libnvidia-ml/);
    },
  );

  it('is, by auto, simulated for the demo and none for any other run where neither is there, with both reasons', async () => {
    const demo = await open('auto', NOTHING, { isDemo: true });
    expect(takesLoad(demo.cards[0])).toBe(true);
    expect(demo.note).toMatch(
      /^the card is simulated: .* no real card can be read; NVML: .*; expected the program nvidia-smi /,
    );
    const { cards, note } = await open('auto', NOTHING);
    expect(cards[0].inventory).toMatchObject({ name: 'none', simulated: false });
    expect(note).toMatch(
      /^no card is watched, because no card can be read; NVML: .*; expected the program nvidia-smi /,
    );
    expect(cards[0].sample(0)['gpu.temperatureC']).toEqual([
      null,
      'unsupported',
      0,
      expect.stringContaining('NVML: '),
    ]);
  });

  it('is simulated, or none, as asked, without a look at the machine', async () => {
    const simulated = await open('simulated', NOTHING);
    expect(simulated.cards[0].inventory.simulated).toBe(true);
    expect(simulated.note).toBe('the card is simulated: nothing of it is measured, as asked');
    const none = await open('none', NOTHING);
    expect(none.cards[0].inventory).toMatchObject({ name: 'none', simulated: false });
    expect(takesLoad(none.cards[0])).toBe(false);
  });

  it('is refused where the one way that was asked for is not there, with the reason and what else to ask for', async () => {
    const nvml = await errorOf('nvml', NOTHING);
    expect(nvml).toMatchObject({
      code: 'gpuUnavailable',
      message: expect.stringMatching(/--gpu nvml: .*; use --gpu smi, auto or simulated$/),
    });
    const smi = await errorOf('smi', NOTHING);
    expect(smi).toMatchObject({
      code: 'gpuUnavailable',
      message: expect.stringMatching(
        /--gpu smi: expected the program nvidia-smi .*; use --gpu nvml, auto or simulated$/,
      ),
    });
  });

  it.skipIf(isWindows)(
    'is the one with the UUID, the others after it in the order of the driver',
    async () => {
      const { cards } = await open(RTX_3060.uuid, withSmi());
      expect(cards.map(({ inventory }) => inventory.uuid)).toEqual([RTX_3060.uuid, RTX_4090.uuid]);
    },
  );

  it.skipIf(isWindows)(
    'is refused where no card has the UUID, and the UUIDs that are there are named',
    async () => {
      const error = await errorOf('GPU-8e6f', withSmi());
      expect(error.code).toBe('gpuUnavailable');
      expect(error.message).toBe(
        `expected the UUID of a card that is there, got GPU-8e6f; there is ${RTX_4090.uuid} (NVIDIA GeForce RTX 4090), ${RTX_3060.uuid} (NVIDIA GeForce RTX 3060)`,
      );
      expect((await errorOf('GPU-8e6f', NOTHING)).message).toMatch(
        /no card can be read with --gpu GPU-8e6f: NVML: .*; expected the program/,
      );
    },
  );

  it('is a recording that is not there', async () => {
    expect(await errorOf('recorded:/none/run.ndjson', NOTHING)).toMatchObject({ code: 'badFile' });
  });

  it.each(['', 'cuda', 'recorded:', 'gpu-1'])('is not understood as "%s"', async (spec) => {
    expect(await errorOf(spec, NOTHING)).toMatchObject({ code: 'badFlag' });
  });
});
