import { expect, it } from 'vitest';
import { EvenkeelError } from '../../src/errors.js';
import { openCards, takesLoad } from '../../src/gpu/choose.js';

it('opens the simulated card for auto, and says that it is one', async () => {
  const { cards } = await openCards('auto');
  const [card] = cards;
  expect(card.inventory.simulated).toBe(true);
  expect(takesLoad(card)).toBe(true);
});

it('opens no card for none', async () => {
  const { cards } = await openCards('none');
  const [card] = cards;
  expect(card.inventory).toMatchObject({ name: 'none', simulated: false });
  expect(takesLoad(card)).toBe(false);
});

it.each(['nvml', 'smi', 'recorded:run.jsonl', 'GPU-8e6f'])(
  'cannot open %s in this build, and says what it can',
  async (spec) => {
    const error = await openCards(spec).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EvenkeelError);
    expect(error).toMatchObject({
      code: 'gpuUnavailable',
      message: expect.stringContaining('simulated or none'),
    });
  },
);

it.each(['', 'cuda', 'recorded:'])('does not understand "%s"', async (spec) => {
  await expect(openCards(spec)).rejects.toMatchObject({ code: 'badFlag' });
});
