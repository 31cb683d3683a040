import { existsSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { checkNvml, checkSmi } from '../../../src/commands/checks/driver.js';
import { driverRemedy } from '../../../src/commands/checks/driver-remedies.js';
import { kindOfMachine, type MachineKind } from '../../../src/commands/checks/kind-of-machine.js';
import { ALL_CODES } from '../../../src/gpu/nvml/codes.js';
import type { NvmlLook } from '../../../src/gpu/nvml/look.js';
import type { NvmlMachine } from '../../../src/gpu/nvml/places.js';
import { standInSmi } from '../../helpers/nvidia-smi.js';

const KINDS: readonly MachineKind[] = ['linux', 'container', 'wsl', 'windows', 'macos'];

const machineOf = (kind: MachineKind, env: NvmlMachine['env'] = {}): NvmlMachine => ({
  platform: { linux: 'linux', container: 'linux', wsl: 'linux', windows: 'win32', macos: 'darwin' }[kind],
  env: kind === 'container' ? { container: 'podman', ...env } : env,
  exists: (path) => kind === 'wsl' && path === '/dev/dxg',
});
const failed = (step: 'koffi' | 'library' | 'init' | 'cards', code: number | null): NvmlLook => ({
  ok: false,
  step,
  library: step === 'koffi' || step === 'library' ? null : 'libnvidia-ml.so.1',
  code,
  why: `told by ${step}`,
});
const seen = (library: string, refused: string[] = []): NvmlLook => ({
  ok: true,
  library,
  driver: '570.86.16',
  cards: [],
  refused,
});
const named = (checks: ReturnType<typeof checkNvml>, name: string) =>
  checks.find((check) => check.name === name);

describe('the kind of a machine', () => {
  it.each(KINDS)('%s is known', (kind) => {
    expect(kindOfMachine(machineOf(kind))).toBe(kind);
  });

  it('a container is known by the files of its program, its variable or its control group', () => {
    const bare = machineOf('linux');
    for (const file of ['/.dockerenv', '/run/.containerenv'])
      expect(kindOfMachine({ ...bare, exists: (path) => path === file })).toBe('container');
    expect(kindOfMachine({ ...bare, read: () => '0::/kubepods/besteffort/pod1' })).toBe('container');
    expect(kindOfMachine({ ...bare, read: () => '0::/init.scope' })).toBe('linux');
  });
});

describe('what to do about a driver', () => {
  // One remedy a row: what a person of this machine is told to do.
  test.each<[number | null, MachineKind, RegExp]>([
    [4, 'linux', /usermod -aG/],
    [4, 'container', /--gpus all.*\/dev\/nvidiactl/],
    [4, 'windows', /administrator/],
    [9, 'linux', /sudo modprobe nvidia.*dkms autoinstall.*Secure Boot/],
    [9, 'container', /nvidia-smi on the host/],
    [9, 'windows', /Device Manager/],
    [9, 'wsl', /wsl --update/],
    [12, 'linux', /package manager/],
    [12, 'container', /Container Toolkit.*compute,utility/],
    [12, 'windows', /nvidia\.com\/drivers/],
    [12, 'wsl', /in Windows and none in WSL/],
    [12, 'macos', /no driver for macOS/],
    [13, 'linux', /stub of the CUDA toolkit/],
    [15, 'linux', /dmesg \| grep Xid.*power supply/],
    [15, 'container', /on the host/],
    [15, 'windows', /restart the machine.*power supply/],
    [17, 'linux', /DeviceAllow=char-nvidia\* rw/],
    [17, 'container', /control group/],
    [18, 'linux', /restart the machine.*sudo rmmod .* && sudo modprobe nvidia/],
    [18, 'container', /host.*start this container again/],
    [18, 'windows', /restart Windows/],
    [18, 'wsl', /wsl --shutdown/],
    [999, 'linux', /restart the machine/],
    [999, 'container', /start this container again: "systemctl daemon-reload"/],
    [999, 'windows', /restart Windows/],
    [999, 'wsl', /wsl --shutdown/],
    [null, 'linux', /hangs.*grep Xid/],
    [null, 'container', /on the host/],
    [null, 'windows', /hangs/],
    [null, 'wsl', /wsl --shutdown/],
  ])('that answers %s on %s is said', (code, kind, remedy) => {
    expect(driverRemedy(code, kind)).toMatch(remedy);
  });

  it('is never nothing, whatever the code', () => {
    for (const code of [...ALL_CODES, 12345, null])
      for (const kind of KINDS) expect(driverRemedy(code, kind)).toMatch(/\w{4}/);
  });

  it('names no program of another system', () => {
    for (const code of [...ALL_CODES, null])
      expect(driverRemedy(code, 'windows')).not.toMatch(/sudo|modprobe|systemctl|dmesg|\/dev\//);
  });
});

describe('NVML', () => {
  it('fails only where it is what the configuration asks for', () => {
    for (const step of ['koffi', 'library', 'init', 'cards'] as const) {
      const look = failed(step, step === 'koffi' ? null : 9);
      expect(checkNvml('auto', look, machineOf('linux')).every(({ ok }) => ok)).toBe(true);
      expect(checkNvml('nvml', look, machineOf('linux')).some(({ ok }) => !ok)).toBe(true);
    }
  });

  it('is told as far as it was reached', () => {
    const names = (look: NvmlLook) => checkNvml('nvml', look, machineOf('linux')).map(({ name }) => name);
    expect(names(failed('koffi', null))).toEqual(['koffi', 'nvidia library']);
    expect(names(failed('library', 12))).toEqual(['koffi', 'nvidia library']);
    expect(names(failed('init', 9))).toEqual(['koffi', 'nvidia library', 'nvidia driver']);
  });

  it('whose koffi does not load says what then reads cards', () => {
    const checks = checkNvml('nvml', failed('koffi', null), machineOf('windows'));
    expect(named(checks, 'koffi')).toMatchObject({
      ok: false,
      found: 'does not load: told by koffi',
      remedy: expect.stringMatching(/--include=optional.*nvidia-smi/),
    });
  });

  it('of NVML_LIBRARY is mended there', () => {
    const machine = machineOf('linux', { NVML_LIBRARY: '/no/where.so' });
    const checks = checkNvml('nvml', failed('library', 12), machine);
    expect(named(checks, 'nvidia library')?.remedy).toMatch(/^correct NVML_LIBRARY/);
  });

  it.each<[string, MachineKind, string]>([
    ['/x/own.so', 'linux', 'as NVML_LIBRARY says'],
    ['/usr/lib/wsl/lib/libnvidia-ml.so.1', 'wsl', 'of the driver in Windows'],
    ['C:\\Windows\\System32\\DriverStore\\FileRepository\\nv_dispi\\nvml.dll', 'windows', 'driver store'],
    ['libnvidia-ml.so.1', 'linux', 'found by the loader of the system'],
    ['nvml.dll', 'windows', 'found by the loader of Windows'],
  ])('%s on %s is told with its place', (library, kind, place) => {
    const checks = checkNvml('auto', seen(library), machineOf(kind, { NVML_LIBRARY: '/x/own.so' }));
    expect(named(checks, 'nvidia library')?.found).toContain(place);
  });

  it('that starts and opens no card has the remedy of what the card answered', () => {
    const checks = checkNvml('nvml', seen('x', ['card 0: 15 GPU_IS_LOST: gone']), machineOf('linux'));
    expect(named(checks, 'nvidia driver')).toMatchObject({
      ok: false,
      found: 'starts; version 570.86.16, no card; card 0: 15 GPU_IS_LOST: gone',
      remedy: driverRemedy(15, 'linux'),
    });
  });
});

describe('nvidia-smi', () => {
  const bare = machineOf('linux', { PATH: '/opt/bin' });

  it('is needed only where the configuration says so', async () => {
    expect(await checkSmi('auto', bare)).toMatchObject({ ok: true, remedy: null });
    const remedy = expect.stringContaining('gpu: auto');
    expect(await checkSmi('smi', bare)).toMatchObject({ ok: false, remedy });
  });

  it.skipIf(process.platform === 'win32')('is asked for the cards it sees', async () => {
    const smi = standInSmi();
    const machine = { ...bare, env: { PATH: smi.folder }, exists: existsSync };
    const { ok, found } = await checkSmi('smi', machine);
    smi.remove();
    expect(ok).toBe(true);
    expect(found).toContain(
      'says "NVIDIA GeForce RTX 4090, 550.90.07, [N/A]" (name, driver, persistence mode)',
    );
  });

  it('that cannot be run is told with the reason', async () => {
    const machine = { ...bare, exists: (path: string) => path === '/opt/bin/nvidia-smi' };
    expect(await checkSmi('smi', machine)).toMatchObject({
      ok: false,
      found: expect.stringMatching(/^\/opt\/bin\/nvidia-smi fails: .*ENOENT/),
    });
    expect((await checkSmi('nvml', machine)).ok).toBe(true);
  });
});
