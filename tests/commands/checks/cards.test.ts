import { describe, expect, it } from 'vitest';
import { checkCards, checkPersistence } from '../../../src/commands/checks/cards.js';
import type { LookedCard, NvmlLook } from '../../../src/gpu/nvml/look.js';
import { readProfiles } from '../../../src/rules/folders.js';

const CARD: LookedCard = {
  inventory: {
    name: 'NVIDIA GeForce RTX 4090',
    uuid: 'GPU-1a',
    driver: '570.86.16',
    pciId: '10DE:2684',
    simulated: false,
  },
  isPersistent: false,
  settings: {
    powerLimitW: { ok: true, value: { range: [150, 600], default: 450, value: 450 } },
    graphicsClockMaxMhz: { ok: true, value: { range: [210, 3105], default: 3105, value: null } },
    targetTemperatureC: { ok: true, value: { range: [65, 88], default: null, value: 84 } },
  },
  processes: { processes: [] },
};
const look = (...cards: LookedCard[]): NvmlLook => ({
  ok: true,
  library: 'libnvidia-ml.so.1',
  driver: '570.86.16',
  cards,
  refused: [],
});

describe('a card', () => {
  it('is told with what can be set, in the device’s own range', () => {
    const [check] = checkCards(look(CARD), readProfiles(), undefined);
    expect(check).toEqual({
      name: 'card GPU-1a',
      ok: true,
      found:
        'NVIDIA GeForce RTX 4090, PCI id 10DE:2684, driver 570.86.16; profile rtx-4090; power limit 150 to 600 W, 450 W in force; graphics clock 210 to 3105 MHz; target temperature 65 to 88 °C, 84 °C in force; no program uses it',
      remedy: null,
    });
  });

  it('that only looks like a known one is told why it has another profile', () => {
    const inventory = { ...CARD.inventory, name: 'NVIDIA GeForce RTX 4090 Laptop GPU', pciId: '10DE:2717' };
    const [check] = checkCards(look({ ...CARD, inventory }), readProfiles(), undefined);
    expect(check?.found).toMatch(
      /; profile generic-nvidia \(not rtx-4090: .*Laptop GPU .* is not this card: /,
    );
  });

  it('tells how many programs use it and how much of its memory', () => {
    const programs = (processes: LookedCard['processes']): string | undefined =>
      checkCards(look({ ...CARD, processes }), readProfiles(), undefined)[0]
        ?.found.split('in force; ')
        .at(-1);
    const own = { pid: 7, kind: 'compute', usedMib: 900 } as const;
    const drawn = { pid: 9, kind: 'graphics', usedMib: 1_100 } as const;
    expect(programs({ processes: [own] })).toBe(
      '1 program uses it, 900 MiB of its memory in all; most of it pid 7: 900 MiB',
    );
    // One that computes and draws is one program.
    const both = [own, drawn, { ...own, kind: 'graphics' }, { ...own, pid: 8, usedMib: null }] as const;
    expect(programs({ processes: [...both] })).toBe(
      '3 programs use it, 2000 MiB of its memory in all, of 1 not told; most of it pid 9: 1100 MiB',
    );
    expect(programs({ processes: [{ ...own, usedMib: null }] })).toBe('1 program uses it, memory not told');
    expect(programs({ code: 15 })).toMatch(/^programs on it not told \(15 GPU_IS_LOST: /);
  });

  it('has the profile that was asked for', () => {
    const [check] = checkCards(look(CARD), readProfiles(), 'generic-nvidia');
    expect(check?.found).toContain('; profile generic-nvidia, as the configuration says;');
  });

  it('of a laptop, whose limit is refused, fails nothing and is told what rules use instead', () => {
    const powerLimitW = { ok: false, code: 'NOT_SUPPORTED', error: '3 NOT_SUPPORTED: nothing' } as const;
    const laptop = { ...CARD, settings: { ...CARD.settings, powerLimitW } };
    const [check] = checkCards(look(laptop), readProfiles(), undefined);
    expect(check).toMatchObject({ ok: true, remedy: expect.stringContaining('graphicsClockMaxMhz') });
    expect(check?.found).toContain('power limit cannot be set (3 NOT_SUPPORTED: nothing)');
  });
});

describe('persistence mode', () => {
  it('that is off is told on Linux with what it means and what switches it on', () => {
    const check = checkPersistence(look(CARD), 'linux');
    expect(check).toMatchObject({
      ok: true,
      found: expect.stringContaining('the driver forgets its limits'),
    });
    expect(check.remedy).toMatch(
      /^sudo systemctl enable --now nvidia-persistenced; .*sudo nvidia-smi -pm 1$/,
    );
    expect(checkPersistence(look(CARD), 'container').remedy).toMatch(/^on the host: sudo/);
  });

  it('is nothing to mend where it is on, where no card tells it, and where there is none', () => {
    expect(checkPersistence(look({ ...CARD, isPersistent: true }), 'linux')).toMatchObject({ found: 'on' });
    for (const isPersistent of [true, null])
      expect(checkPersistence(look({ ...CARD, isPersistent }), 'linux').remedy).toBeNull();
    for (const kind of ['windows', 'wsl', 'macos'] as const)
      expect(checkPersistence(look(CARD), kind)).toMatchObject({ ok: true, remedy: null });
  });
});
