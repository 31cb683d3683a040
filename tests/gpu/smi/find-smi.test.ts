import { describe, expect, it } from 'vitest';
import { findSmi } from '../../../src/gpu/smi/find-smi.js';

function find(platform: string, env: Record<string, string>, there: string[]): string | null {
  return findSmi({ platform, env, exists: (path) => there.includes(path) });
}

describe('nvidia-smi', () => {
  it('is the first one on PATH', () => {
    const there = ['/opt/bin/nvidia-smi', '/usr/bin/nvidia-smi'];
    expect(find('linux', { PATH: '/none:/opt/bin::/usr/bin' }, there)).toBe('/opt/bin/nvidia-smi');
  });

  it("is the driver's own under WSL, whatever lies on PATH and though it need not lie there", () => {
    const there = ['/usr/bin/nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'];
    expect(find('linux', { PATH: '/usr/bin' }, there)).toBe('/usr/lib/wsl/lib/nvidia-smi');
    expect(find('linux', {}, there)).toBe('/usr/lib/wsl/lib/nvidia-smi');
  });

  it('is found on Windows on PATH, in System32 and where older drivers put it', () => {
    const path = 'D:\\tools\\nvidia-smi.exe';
    const system = 'C:\\Windows\\System32\\nvidia-smi.exe';
    const older = 'E:\\Programs\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe';
    const env = { Path: 'C:\\x;D:\\tools', SystemRoot: 'C:\\Windows', ProgramFiles: 'E:\\Programs' };
    expect(find('win32', env, [older, system, path])).toBe(path);
    expect(find('win32', env, [older, system])).toBe(system);
    expect(find('win32', env, [older])).toBe(older);
    expect(find('win32', { ...env, ProgramW6432: 'F:\\P' }, [older])).toBeNull();
    expect(find('win32', {}, [system])).toBe(system);
  });

  it('is null where there is none', () => {
    expect(find('linux', { PATH: '/usr/bin' }, [])).toBeNull();
    expect(find('linux', {}, [])).toBeNull();
  });
});
