import { describe, expect, it } from 'vitest';
import { hardwareFolder, helperAddress } from '../../src/hardware/places.js';
import { mayWrite } from '../../src/hardware/rights.js';

const machine = {
  platform: 'linux',
  env: {},
  uid: 1000,
  read: () => 'CapEff:\t0000000000000000\n',
  print: async () => '',
};

describe('the right to write cards', () => {
  it('on Linux is that of a process with CAP_SYS_ADMIN, which the root of a container may lack', async () => {
    expect(await mayWrite(machine)).toBe(false);
    expect(await mayWrite({ ...machine, uid: 0 })).toBe(false);
    expect(await mayWrite({ ...machine, uid: 0, read: () => '' })).toBe(true);
    expect(await mayWrite({ ...machine, read: () => 'CapInh:\t0\nCapEff:\t0000000000200000\n' })).toBe(true);
    expect(await mayWrite({ ...machine, read: () => 'CapEff:\t00000000ffdfffff\n' })).toBe(false);
    expect(await mayWrite({ ...machine, read: () => '' })).toBe(false);
  });

  it('on Windows is that of an elevated process', async () => {
    const windows = { ...machine, platform: 'win32', uid: undefined };
    const label = (sid: string) => async () => `"Mandatory Label\\Level","Label","${sid}",""\r\n`;
    expect(await mayWrite({ ...windows, print: label('S-1-16-12288') })).toBe(true);
    expect(await mayWrite({ ...windows, print: label('S-1-16-16384') })).toBe(true);
    expect(await mayWrite({ ...windows, print: label('S-1-16-8192') })).toBe(false);
    expect(await mayWrite(windows)).toBe(false);
  });

  it('of a library that is named is asked of that library', async () => {
    expect(await mayWrite({ ...machine, env: { NVML_LIBRARY: '/some/where.so' } })).toBe(true);
  });
});

describe('the places of a machine', () => {
  it('are the same for all its users', () => {
    expect(hardwareFolder('linux', { HOME: '/home/ada' })).toBe('/var/lib/evenkeel');
    expect(hardwareFolder('win32', { ProgramData: 'D:\\Data' })).toBe('D:\\Data\\evenkeel');
    expect(hardwareFolder('win32', {})).toBe('C:\\ProgramData\\evenkeel');
    expect(helperAddress('linux', {})).toBe('/run/evenkeel/gpu-helper.sock');
    expect(helperAddress('win32', {})).toBe('\\\\.\\pipe\\evenkeel-gpu-helper');
  });

  it('can be named', () => {
    expect(hardwareFolder('linux', { EVENKEEL_HARDWARE_DIR: '/tmp/one' })).toBe('/tmp/one');
    expect(helperAddress('win32', { EVENKEEL_GPU_HELPER: 'x' })).toBe('x');
  });
});
