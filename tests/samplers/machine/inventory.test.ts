import { expect, it } from 'vitest';
import { type InventorySource, readInventory } from '../../../src/samplers/machine/inventory.js';

const SOURCE: InventorySource = {
  cpu: async () => ({ manufacturer: 'AMD', brand: 'Ryzen 9 7950X', cores: 32 }),
  mem: async () => ({ total: 64 * 1_073_741_824 }),
  osInfo: async () => ({ distro: 'Debian GNU/Linux', release: '12', arch: 'x64' }),
  graphics: async () => ({
    controllers: [
      { vendor: 'NVIDIA', model: 'AD102', name: 'NVIDIA GeForce RTX 4090' },
      { vendor: 'AMD', model: 'Raphael' },
    ],
  }),
};

it('tells processor, memory, system and cards', async () => {
  expect(await readInventory(async () => SOURCE)).toEqual({
    cpu: 'AMD Ryzen 9 7950X',
    cores: 32,
    memoryMib: 65_536,
    os: 'Debian GNU/Linux 12 x64',
    gpus: ['NVIDIA GeForce RTX 4090', 'AMD Raphael'],
  });
});

it('leaves empty what cannot be read', async () => {
  const fail = (): Promise<never> => Promise.reject(new Error('no such command'));
  const source = { cpu: fail, mem: fail, osInfo: fail, graphics: fail };
  expect(await readInventory(async () => source)).toEqual({
    cpu: '',
    cores: 0,
    memoryMib: 0,
    os: '',
    gpus: [],
  });
});
