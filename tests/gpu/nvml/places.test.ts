import { describe, expect, test } from 'vitest';
import { findNvml, isWsl, type NvmlMachine, nvmlPlaces } from '../../../src/gpu/nvml/places.js';

const WSL = '/usr/lib/wsl/lib/libnvidia-ml.so.1';
const DEBIAN = '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1';

function machine(platform: string, files: string[], more: Partial<NvmlMachine> = {}): NvmlMachine {
  return { platform, env: {}, exists: (path) => files.includes(path), ...more };
}

describe('on Linux', () => {
  test('the versioned name comes first, then known folders that the loader may not look in', () => {
    expect(nvmlPlaces(machine('linux', [DEBIAN]))).toEqual(['libnvidia-ml.so.1', 'libnvidia-ml.so', DEBIAN]);
    expect(nvmlPlaces(machine('linux', []))).toEqual(['libnvidia-ml.so.1', 'libnvidia-ml.so']);
  });

  test('a library that is named is the only one that is tried', () => {
    const named = machine('linux', [WSL, DEBIAN, '/my.so'], { env: { NVML_LIBRARY: '/my.so' } });
    expect(nvmlPlaces(named)).toEqual(['/my.so']);
    expect(findNvml(named)).toBe('/my.so');
    const absent = machine('linux', [DEBIAN], { env: { NVML_LIBRARY: '/none.so' } });
    expect(nvmlPlaces(absent)).toEqual(['/none.so']);
    expect(findNvml(absent)).toBeNull();
  });

  test('under WSL the library of Windows comes before that of a distribution', () => {
    const marks: NvmlMachine[] = [
      machine('linux', ['/usr/lib/wsl/lib', WSL, DEBIAN]),
      machine('linux', ['/dev/dxg', WSL, DEBIAN]),
      machine('linux', [WSL, DEBIAN], { read: () => 'Linux version 6.6.0-microsoft-standard-WSL2' }),
    ];
    for (const one of marks) {
      expect(isWsl(one)).toBe(true);
      expect(nvmlPlaces(one)[0]).toBe(WSL);
      expect(findNvml(one)).toBe(WSL);
    }
    const plain = machine('linux', [WSL, DEBIAN], { read: () => 'Linux version 6.12.0' });
    expect(isWsl(plain)).toBe(false);
    expect(findNvml(plain)).toBe(DEBIAN);
    expect(findNvml(machine('linux', []))).toBeNull();
  });
});

describe('on Windows', () => {
  const SYSTEM = 'D:\\Windows\\System32\\nvml.dll';
  const NVSMI = 'D:\\Programs\\NVIDIA Corporation\\NVSMI\\nvml.dll';
  const STORE = 'D:\\Windows\\System32\\DriverStore\\FileRepository';
  const PACKAGE = 'nv_dispi.inf_amd64_1a2b';
  const env = { SystemRoot: 'D:\\Windows', ProgramW6432: 'D:\\Programs' };

  test('System32 comes before NVSMI, then the driver store, newest first, then the plain name', () => {
    const list = (folder: string): string[] =>
      folder === STORE ? [PACKAGE, 'nvlti.inf_amd64_3c', 'netrtx.inf_amd64_1', 'nv_dispi.inf_amd64_0'] : [];
    const inStore = [PACKAGE, 'nvlti.inf_amd64_3c'].map((name) => `${STORE}\\${name}\\nvml.dll`);
    const found = machine('win32', [SYSTEM, NVSMI, ...inStore], { env, list });
    expect(nvmlPlaces(found)).toEqual([SYSTEM, NVSMI, ...inStore, 'nvml.dll']);
    expect(findNvml(machine('win32', inStore, { env, list }))).toBe(inStore[0]);
  });

  test('without its variables Windows is where it usually is', () => {
    expect(findNvml(machine('win32', ['C:\\Windows\\System32\\nvml.dll']))).toMatch(/^C:/);
    expect(nvmlPlaces(machine('win32', []))).toEqual(['nvml.dll']);
  });
});

test('macOS has no such library', () => {
  expect(nvmlPlaces(machine('darwin', [DEBIAN]))).toEqual([]);
  expect(findNvml(machine('darwin', [DEBIAN]))).toBeNull();
});
