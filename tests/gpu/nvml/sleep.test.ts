/** A laptop's card that the system puts to sleep, as the agent sees it. */
import { describe, expect, test } from 'vitest';
import { NvmlCard } from '../../../src/gpu/nvml/card.js';
import { openLibrary } from '../../../src/gpu/nvml/library.js';
import type { QuestionBody, ReplyBody } from '../../../src/gpu/nvml/messages.js';
import { Reading } from '../../../src/gpu/nvml/reading.js';
import { serveNvml } from '../../../src/gpu/nvml/serve.js';
import { hasStandIn } from '../../helpers/nvml-standin.js';
import { later, PACE, plainWriter, standIn } from './helpers.js';

describe.skipIf(!hasStandIn())('a card that sleeps', () => {
  test('offers its knobs as read-only until it is awake, and none of them is lost by it', async () => {
    let power = 'active';
    const machine = standIn();
    process.env.NVML_STANDIN = machine.folder;
    const answer = serveNvml({
      loadLibrary: () => openLibrary({ places: [machine.library] }),
      powerState: () => power,
    });
    const ask = (question: QuestionBody): Promise<ReplyBody> => answer({ ...question, id: 1 });
    const opened = await ask({ kind: 'open', pace: PACE, known: [] });
    const cards = opened.kind === 'opened' ? opened.cards : [];
    const [inventory] = cards;
    if (inventory === undefined) throw new Error('expected a card');
    const child = { ask, isAlive: true, discard: () => undefined, close: () => undefined };
    const reading = new Reading(child, PACE, cards, 10);
    later(() => reading.close());
    const card = new NvmlCard(inventory, reading, plainWriter(machine));
    const powerW = (): unknown[] => (card.sample(0)['gpu.powerW'] ?? []).slice(0, 2);

    await reading.readAll();
    const awake = card.knobs();
    expect(Object.keys(awake)).toEqual(['powerLimitW', 'graphicsClockMaxMhz', 'targetTemperatureC']);
    power = 'suspended';
    await reading.readAll();
    const readOnly = '27 NOT_READY: the card sleeps, and reading it would wake it';
    expect(card.knobs()).toEqual(
      Object.fromEntries(Object.entries(awake).map(([knob, offer]) => [knob, { ...offer, readOnly }])),
    );
    expect(await card.apply('powerLimitW', 300)).toMatchObject({ ok: false, value: 450, error: readOnly });
    expect(machine.setters()).toEqual([]);
    expect(powerW()).toEqual([null, 'missing']);
    power = 'active';
    await reading.readAll();
    expect(card.knobs()).toEqual(awake);
    expect(powerW()).toEqual([expect.any(Number), 'measured']);
    expect(await card.apply('powerLimitW', 300)).toEqual({ ok: true, value: 300 });
  });
});
