import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/hardware/journal.js';
import { type JournalStore, journalFiles } from '../../src/hardware/journal-files.js';
import { Keeper } from '../../src/hardware/keeper.js';
import { CARD_KNOBS } from '../../src/shapes/gpu.js';
import { type MemoryDevice, memoryDevice } from './memory-device.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Kept {
  device: MemoryDevice;
  keeper: Keeper;
  folder: string;
  path: string;
  /** A keeper as the next process has it: over the same card and folder. */
  next(boot?: string): Keeper;
  journal(): Journal | null;
}

function kept(journals?: (files: JournalStore) => JournalStore): Kept {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-journal-'));
  folders.push(folder);
  const device = memoryDevice();
  const files = journalFiles(folder);
  const store = journals?.(files) ?? files;
  const open = (boot = 'boot-1'): Keeper =>
    new Keeper(device, {
      journals: store,
      by: 'a test (pid 1)',
      boot,
      now: () => Date.UTC(2026, 10, 24),
      settle: async () => undefined,
    });
  return {
    device,
    folder,
    path: join(folder, `${device.uuid}.journal.json`),
    keeper: open(),
    next: open,
    journal() {
      const read = files.read(device.uuid);
      return read.kind === 'journal' ? read.journal : null;
    },
  };
}

/** Journals without a disk, for what is tried a thousand times. */
function inMemory(): JournalStore {
  const journals = new Map<string, Journal>();
  return {
    list: () => [...journals.keys()],
    read(uuid) {
      const journal = journals.get(uuid);
      return journal === undefined ? { kind: 'none' } : { kind: 'journal', journal };
    },
    save(journal) {
      if (Object.keys(journal.settings).length === 0) journals.delete(journal.uuid);
      else journals.set(journal.uuid, journal);
    },
  };
}

describe('a setting', () => {
  it('is in the journal, as it was found, before the card is written', async () => {
    const { device, keeper, journal } = kept();
    const seen: unknown[] = [];
    device.onWrite = () => {
      seen.push(journal()?.settings.powerLimitW);
      return undefined;
    };
    expect(await keeper.set('powerLimitW', 300)).toEqual({ kind: 'ok', value: 300 });
    expect(seen).toEqual([
      { found: 450, foundAt: '2026-11-24T00:00:00.000Z', by: 'a test (pid 1)', ours: [300] },
    ]);
  });

  it('is not written where it is in force already, and then nothing is borrowed', async () => {
    const { device, keeper, journal } = kept();
    expect(await keeper.set('powerLimitW', 450)).toEqual({ kind: 'ok', value: 450 });
    expect(await keeper.set('graphicsClockMaxMhz', 3105)).toEqual({ kind: 'ok', value: 3105 });
    expect([device.writes, journal()]).toEqual([[], null]);
  });

  it('goes to the nearest value that the device allows', async () => {
    const { keeper, device } = kept();
    expect(await keeper.set('powerLimitW', 10)).toEqual({ kind: 'ok', value: 150 });
    expect(await keeper.set('powerLimitW', 1e9)).toEqual({ kind: 'ok', value: 600 });
    expect(await keeper.set('targetTemperatureC', 70.4)).toEqual({ kind: 'ok', value: 70 });
    device.ranges.powerLimitW = [200, 350];
    expect(await keeper.set('powerLimitW', 150)).toEqual({ kind: 'ok', value: 200 });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is refused where the wish is %s',
    async (wish) => {
      const { device, keeper } = kept();
      expect(await keeper.set('powerLimitW', wish)).toMatchObject({
        kind: 'refused',
        code: 'VALUE',
        value: 450,
      });
      expect(device.writes).toEqual([]);
    },
  );

  it('that the driver refuses leaves no journal behind', async () => {
    const { device, keeper, journal } = kept();
    device.onWrite = () => ({ ok: false, code: 'NO_PERMISSION', error: 'only an administrator' });
    expect(await keeper.set('powerLimitW', 300)).toEqual({
      kind: 'refused',
      value: 450,
      code: 'NO_PERMISSION',
      error: 'only an administrator',
    });
    expect(journal()).toBeNull();
  });

  it.each(['TIMEOUT', 'UNKNOWN', 'GPU_IS_LOST'])(
    'that fails with %s may still be taken: its journal stays, and the end gives back',
    async (code) => {
      const { device, keeper, journal } = kept();
      device.onWrite = () => ({ ok: false, code, error: 'who knows' });
      await keeper.set('graphicsClockMaxMhz', 1500);
      await keeper.set('powerLimitW', 300);
      expect(Object.keys(journal()?.settings ?? {})).toEqual(['graphicsClockMaxMhz', 'powerLimitW']);
      Object.assign(device.values, { graphicsClockMaxMhz: 1500, powerLimitW: 300 });
      device.onWrite = undefined;
      await keeper.giveBack('restore', 'stand');
      expect(device.values).toMatchObject({ graphicsClockMaxMhz: 3105, powerLimitW: 450 });
      expect(journal()).toBeNull();
    },
  );

  it('of which nobody reads what is in force leaves no journal where the driver refuses it outright', async () => {
    const { device, keeper, journal } = kept();
    device.onWrite = () => ({ ok: false, code: 'NOT_SUPPORTED', error: 'no such thing' });
    await keeper.set('graphicsClockMaxMhz', 1500);
    expect(journal()).toBeNull();
  });

  it('that the driver takes and does not follow is told, and leaves no journal behind', async () => {
    const { device, keeper, journal } = kept();
    device.isDeaf = true;
    expect(await keeper.set('powerLimitW', 300)).toEqual({
      kind: 'ignored',
      value: 450,
      code: 'IGNORED',
      error: 'the driver took 300 W and 450 W is in force',
    });
    expect(journal()).toBeNull();
  });

  it('that the driver rounds is ours with the rounded value', async () => {
    const { device, keeper, next } = kept();
    device.onWrite = (_knob, value) => {
      device.values.powerLimitW = Math.ceil(value / 50) * 50;
      return { ok: true, value: null };
    };
    expect(await keeper.set('powerLimitW', 310)).toMatchObject({ kind: 'ignored', value: 350 });
    expect(await next().giveBack('restore', 'stand')).toMatchObject([{ outcome: 'restored', value: 450 }]);
  });

  it('is not written when the journal cannot be', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { device, keeper } = kept((files) => ({
      ...files,
      save: () => {
        throw full;
      },
    }));
    expect(await keeper.set('powerLimitW', 300)).toMatchObject({
      kind: 'refused',
      value: 450,
      code: 'JOURNAL',
      error: expect.stringContaining('ENOSPC'),
    });
    expect(device.writes).toEqual([]);
  });

  property.prop([
    fc.array(
      fc.tuple(
        fc.constantFrom(...CARD_KNOBS),
        fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-1, 0, 1e300, Number.NaN, -0, 0.5, 149.9996)),
      ),
      { maxLength: 12 },
    ),
  ])(
    'never leaves the range of the device, whatever is wished, and is found again at the end',
    async (wishes) => {
      const { device, keeper } = kept(inMemory);
      const found = { ...device.values };
      for (const [knob, wish] of wishes) await keeper.set(knob, wish);
      await keeper.giveBack('restore', 'stand');
      for (const [knob, value] of device.writes) {
        const [min, max] = device.ranges[knob];
        expect(value >= min && value <= max, `${knob} ${value}`).toBe(true);
      }
      expect(device.values).toEqual(found);
    },
  );
});

describe('giving back', () => {
  it('brings back all that was found, and ends the journal', async () => {
    const { device, keeper, next, journal } = kept();
    await keeper.set('powerLimitW', 300);
    await keeper.set('powerLimitW', 280);
    await keeper.set('graphicsClockMaxMhz', 1500);
    await keeper.set('targetTemperatureC', 70);
    const given = await next().giveBack('restore', 'stand');
    expect(given.map(({ knob, outcome, value }) => [knob, outcome, value])).toEqual([
      ['powerLimitW', 'restored', 450],
      ['graphicsClockMaxMhz', 'restored', 3105],
      ['targetTemperatureC', 'restored', 84],
    ]);
    expect(device.values).toEqual({ powerLimitW: 450, graphicsClockMaxMhz: 3105, targetTemperatureC: 84 });
    expect(journal()).toBeNull();
    expect(await next().giveBack('restore', 'stand')).toEqual([]);
  });

  it.each(['before', 'after'])('comes right when a write was cut off %s the card took it', async (when) => {
    const { device, keeper, next, journal } = kept();
    await keeper.set('powerLimitW', 300);
    device.onWrite = (_knob, value) => {
      if (when === 'after') device.values.powerLimitW = value;
      throw new Error('the process ends here');
    };
    await expect(keeper.set('powerLimitW', 280)).rejects.toThrow('ends here');
    device.onWrite = undefined;
    expect(await next().giveBack('restore', 'stand')).toMatchObject([{ outcome: 'restored', value: 450 }]);
    expect(journal()).toBeNull();
  });

  it('leaves a value that another program has set since', async () => {
    const { device, keeper, next, journal } = kept();
    await keeper.set('powerLimitW', 300);
    device.values.powerLimitW = 320;
    expect(await next().giveBack('restore', 'stand')).toMatchObject([
      { outcome: 'another', value: 320, text: expect.stringContaining('another program') },
    ]);
    expect([device.values.powerLimitW, journal()]).toEqual([320, null]);
  });

  it.each(['restore', 'keep', 'safe'] as const)(
    'with "%s" takes the maker’s own value for a driver that forgot, and brings back less than that',
    async (policy) => {
      const { device, keeper, next } = kept();
      device.values.powerLimitW = 400;
      await keeper.set('powerLimitW', 300);
      Object.assign(device.values, { powerLimitW: 450 });
      device.defaults.powerLimitW = 450;
      expect(await next().giveBack(policy, 'stand')).toMatchObject([{ outcome: 'restored', value: 400 }]);
      expect(device.values.powerLimitW).toBe(400);
    },
  );

  it('still owes what was found after the maker’s own value was taken for another program’s', async () => {
    const { device, keeper } = kept();
    device.values.powerLimitW = 400;
    await keeper.set('powerLimitW', 300);
    Object.assign(device.values, { powerLimitW: 450 });
    device.defaults.powerLimitW = 450;
    await keeper.forget('powerLimitW');
    await keeper.giveBack('restore', 'stand');
    expect(device.values.powerLimitW).toBe(400);
  });

  it('knows its own value as the driver rounded it, and what was found as well', async () => {
    const { device, keeper, next, journal } = kept();
    device.onWrite = (_knob, value) => {
      device.values.powerLimitW = value - 0.1;
      return { ok: true, value: null };
    };
    expect(await keeper.set('powerLimitW', 300)).toEqual({ kind: 'ok', value: 299.9 });
    expect(await next().giveBack('restore', 'stand')).toMatchObject([{ outcome: 'restored', value: 449.9 }]);
    expect(journal()).toBeNull();
  });

  it('brings back what was found when its journal was removed meanwhile', async () => {
    const { device, keeper, path } = kept();
    await keeper.set('powerLimitW', 300);
    rmSync(path);
    await keeper.set('powerLimitW', 280);
    rmSync(path);
    expect(await keeper.giveBack('restore', 'stand')).toMatchObject([{ outcome: 'restored', value: 450 }]);
    expect([device.values.powerLimitW, keeper.hasJournal]).toEqual([450, false]);
  });

  it('over what an earlier end kept goes back to that, and only a person to what was found first', async () => {
    const { device, keeper, next, journal } = kept();
    await keeper.set('powerLimitW', 300);
    await keeper.giveBack('keep', 'stand');
    await next().set('powerLimitW', 280);
    expect(await next().giveBack('restore', 'stand')).toMatchObject([{ outcome: 'restored', value: 300 }]);
    expect(await next().giveBack('restore', 'stand')).toEqual([]);
    expect(journal()?.settings.powerLimitW).toMatchObject({ found: 450, ours: [300], kept: 300 });
    expect(await next().giveBack('restore', 'too')).toMatchObject([{ outcome: 'restored', value: 450 }]);
    expect([device.values.powerLimitW, journal()]).toEqual([450, null]);
  });

  it.each([
    [300, 'restored', 450],
    [320, 'forgotten', 320],
  ] as const)('after a clock that was set far finds %s W in force: %s', async (inForce, outcome, after) => {
    const { device, next, journal } = kept();
    const [before, now] = ['started 2026-11-24T08:00:00.000Z', 'started 2026-11-24T09:00:00.000Z'];
    await next(before).set('powerLimitW', 300);
    device.values.powerLimitW = inForce;
    expect(await next(now).giveBack('restore', 'stand')).toMatchObject([{ outcome }]);
    expect([device.values.powerLimitW, journal()]).toEqual([after, null]);
  });

  it('writes nothing of an earlier boot, and says so', async () => {
    const { device, keeper, next, journal } = kept();
    await keeper.set('powerLimitW', 300);
    device.writes.splice(0);
    const given = await next('boot-2').giveBack('restore', 'stand');
    expect(given).toMatchObject([{ outcome: 'forgotten', text: expect.stringContaining('started again') }]);
    expect([device.writes, journal()]).toEqual([[], null]);
  });

  it('keeps what cannot be given back now, and does it later', async () => {
    const { device, keeper, journal } = kept();
    await keeper.set('powerLimitW', 300);
    device.isLost = true;
    expect(await keeper.giveBack('restore', 'stand')).toMatchObject([{ outcome: 'failed', value: null }]);
    expect(journal()?.settings.powerLimitW?.found).toBe(450);
    device.isLost = false;
    expect(await keeper.giveBack('restore', 'stand')).toMatchObject([{ outcome: 'restored', value: 450 }]);
  });

  it('with "keep" leaves all in place until a person asks for it', async () => {
    const { device, keeper, next } = kept();
    await keeper.set('powerLimitW', 300);
    expect(await keeper.giveBack('keep', 'stand')).toMatchObject([{ outcome: 'kept', value: 300 }]);
    expect(await next().giveBack('restore', 'stand')).toEqual([]);
    expect(device.values.powerLimitW).toBe(300);
    // What was kept is no new find: the first one is given back.
    await next().set('powerLimitW', 280);
    expect(await next().giveBack('keep', 'stand')).toMatchObject([{ outcome: 'kept', found: 450 }]);
    expect(await next().giveBack('restore', 'too')).toMatchObject([{ outcome: 'restored', value: 450 }]);
  });

  it('with "safe" leaves what asks less of the card than was found, and never more', async () => {
    const { device, keeper, next } = kept();
    device.values.targetTemperatureC = 70;
    await keeper.set('powerLimitW', 300);
    await keeper.set('targetTemperatureC', 80);
    await keeper.set('graphicsClockMaxMhz', 1500);
    await next().giveBack('safe', 'stand');
    expect(device.values).toEqual({ powerLimitW: 300, targetTemperatureC: 70, graphicsClockMaxMhz: 1500 });
  });

  it('forgets what another program took over', async () => {
    const { device, keeper, journal } = kept();
    await keeper.set('powerLimitW', 300);
    await keeper.forget('powerLimitW');
    expect([journal(), device.values.powerLimitW]).toEqual([null, 300]);
  });
});

describe('a journal', () => {
  const wrong: [string, (journal: string) => string, string][] = [
    ['is torn', (text) => text.slice(0, 80), 'JSON'],
    ['is empty', () => '', 'JSON'],
    [
      'is of another version',
      (text) => text.replace('"version": 1', '"version": 2'),
      'expected version 1, got 2',
    ],
    ['is another file', () => '{"hello":1}', 'evenkeel-card-journal'],
    ['is of another card', (text) => text.replace('GPU-memory', 'GPU-other'), 'GPU-memory'],
    ['has a value that is no number', (text) => text.replace('"found": 450', '"found": "450"'), 'found'],
    ['has a setting that nobody knows', (text) => text.replace('"powerLimitW"', '"voltage"'), 'voltage'],
    ['is too long', (text) => text.replace('"about": "', `"about": "${'x'.repeat(20_000)}`), 'bytes'],
  ];

  it.each(wrong)('that %s is refused, kept, and nothing is written', async (_what, spoil, expected) => {
    const { device, keeper, next, path } = kept();
    await keeper.set('powerLimitW', 300);
    const spoilt = spoil(readFileSync(path, 'utf8'));
    writeFileSync(path, spoilt);
    device.writes.splice(0);
    expect(await next().giveBack('restore', 'too')).toEqual([]);
    expect(next().problem).toContain(expected);
    expect(next().problem).toContain(path);
    expect(await next().set('powerLimitW', 280)).toMatchObject({ kind: 'refused', code: 'JOURNAL' });
    expect([device.writes, readFileSync(path, 'utf8')]).toEqual([[], spoilt]);
  });

  it.each([10, 601, 1e9, -5])('that says %s W was found makes nobody write that', async (found) => {
    const { device, keeper, next, path } = kept();
    await keeper.set('powerLimitW', 300);
    const text = readFileSync(path, 'utf8').replace('pid 1', 'pid 2');
    writeFileSync(path, text.replace('"found": 450', `"found": ${found}`));
    device.writes.splice(0);
    expect(await next().giveBack('restore', 'stand')).toMatchObject([
      { outcome: 'failed', text: expect.stringContaining('150 to 600') },
    ]);
    const set = await next().set('powerLimitW', 280);
    expect(set).toMatchObject({
      kind: 'refused',
      code: 'JOURNAL',
      error: expect.stringContaining(`${found}`),
    });
    expect(device.writes).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('that is a pipe is refused and not waited for', async () => {
    const { next, path } = kept();
    spawnSync('mkfifo', [path]);
    expect(next().problem).toContain('expected a file');
  });
});
