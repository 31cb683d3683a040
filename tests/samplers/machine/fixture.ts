/** A made-up /proc and /sys in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Machine {
  proc: string;
  sys: string;
  /** Writes files below the folder, by path: `proc/stat`. */
  write(files: Record<string, string>): void;
  remove(path: string): void;
  dispose(): void;
}

export function createMachine(files: Record<string, string> = {}): Machine {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-machine-'));
  const machine: Machine = {
    proc: join(root, 'proc'),
    sys: join(root, 'sys'),
    write(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
    },
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
  machine.write(files);
  return machine;
}

/** `/proc/stat` with this many busy and idle jiffies. */
export function stat(busy: number, idle: number): string {
  return `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 ${busy} 0 0 ${idle} 0 0 0 0 0 0\nintr 1 2 3\n`;
}

export const MEMINFO = 'MemTotal:        8192 kB\nMemFree:         1024 kB\nMemAvailable:    6144 kB\n';

/** `/proc/diskstats` of a disk with one partition, beside a loop device that must not count. */
export function diskstats(readSectors: number, writtenSectors: number): string {
  const counts = (read: number, written: number): string => `10 0 ${read} 5 10 0 ${written} 5 0 10 10`;
  return [
    `   7       0 loop0 ${counts(1e6, 1e6)}`,
    ` 259       0 nvme0n1 ${counts(readSectors, writtenSectors)}`,
    ` 259       1 nvme0n1p1 ${counts(readSectors, writtenSectors)}`,
    ` 253       0 zram0 ${counts(1e6, 1e6)}`,
    '',
  ].join('\n');
}

/** `/proc/net/dev` of one card, beside the loopback and a bridge that must not count. */
export function netDev(received: number, sent: number): string {
  const line = (name: string, input: number, output: number): string =>
    `${name.padStart(6)}:${input} 1 0 0 0 0 0 0 ${output} 1 0 0 0 0 0 0`;
  return [
    'Inter-|   Receive                            |  Transmit',
    ' face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed',
    line('lo', 9e9, 9e9),
    line('docker0', 9e9, 9e9),
    line('eth0', received, sent),
    '',
  ].join('\n');
}

export const LOADAVG = '0.42 0.30 0.20 2/345 6789\n';

export function wholeMachine(): Record<string, string> {
  return {
    'proc/stat': stat(1_000, 9_000),
    'proc/meminfo': MEMINFO,
    'proc/diskstats': diskstats(1_000, 2_000),
    'proc/net/dev': netDev(1_000_000, 2_000_000),
    'proc/loadavg': LOADAVG,
    'proc/1/comm': 'init',
    'proc/77/comm': 'bot',
    'sys/class/hwmon/hwmon0/name': 'nvme\n',
    'sys/class/hwmon/hwmon0/temp1_input': '99000\n',
    'sys/class/hwmon/hwmon1/name': 'coretemp\n',
    'sys/class/hwmon/hwmon1/temp1_input': '61000\n',
    'sys/class/hwmon/hwmon1/temp2_input': '58500\n',
    'sys/class/power_supply/AC/type': 'Mains\n',
    'sys/class/power_supply/AC/online': '0\n',
    'sys/class/power_supply/BAT0/type': 'Battery\n',
    'sys/class/power_supply/BAT0/status': 'Discharging\n',
    'sys/class/power_supply/BAT0/capacity': '83\n',
    'sys/class/power_supply/mouse/type': 'Battery\n',
    'sys/class/power_supply/mouse/scope': 'Device\n',
    'sys/class/power_supply/mouse/capacity': '100\n',
  };
}
