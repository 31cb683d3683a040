/** The files under /proc as values. Text that is not understood is null, never a half-read number. */
import type { Counters, CpuTimes } from './rates.js';

/** Jiffies of all processors since boot from /proc/stat. Guest time is part of user time and is not added again. */
export function parseStat(text: string): CpuTimes | null {
  const line = /^cpu +(.+)$/m.exec(text)?.[1];
  if (line === undefined) return null;
  const fields = line.trim().split(/ +/).slice(0, 8).map(toCount);
  if (fields.length < 4 || fields.some((field) => field === null)) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    fields as number[];
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, total: busy + idle + iowait };
}

/** Memory in MiB from /proc/meminfo; what is available counts as not used. */
export function parseMeminfo(text: string): { totalMib: number; usedMib: number } | null {
  const kib = (name: string): number | null =>
    toCount(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1]);
  const total = kib('MemTotal');
  const available = kib('MemAvailable');
  if (total === null || available === null || total === 0 || available > total) return null;
  return { totalMib: total / 1024, usedMib: (total - available) / 1024 };
}

/** A whole disk as Linux names it: no partition, and neither loop, ram, device mapper nor optical drive. */
const WHOLE_DISK = /^(?:[shv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;
/** What a sector is in /proc/diskstats, whatever the disk's own sectors are (Linux Documentation/block/stat). */
const SECTOR_BYTES = 512;

/** Bytes read and written by each whole disk from /proc/diskstats; empty where there is none. */
export function parseDiskstats(text: string): Counters {
  const disks = new Map<string, [number, number]>();
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const name = fields[2];
    if (name === undefined || !WHOLE_DISK.test(name)) continue;
    const read = toCount(fields[5]);
    const written = toCount(fields[9]);
    if (read !== null && written !== null) disks.set(name, [read * SECTOR_BYTES, written * SECTOR_BYTES]);
  }
  return disks;
}

/** Interfaces that only pass on what a real one has counted already. */
const NOT_PHYSICAL =
  /^(?:lo|docker|veth|br-|virbr|vnet|ifb|dummy|tun|tap|wg|tailscale|cni|flannel|cali|bond)/;

/** Bytes received and sent by each physical interface from /proc/net/dev; empty where there is none. */
export function parseNetDev(text: string): Counters {
  const interfaces = new Map<string, [number, number]>();
  for (const line of text.split('\n')) {
    const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined || NOT_PHYSICAL.test(match[1])) continue;
    const fields = match[2].trim().split(/\s+/);
    const received = toCount(fields[0]);
    const sent = toCount(fields[8]);
    if (received !== null && sent !== null) interfaces.set(match[1], [received, sent]);
  }
  return interfaces;
}

/** The one-minute load and the number of threads from /proc/loadavg. */
export function parseLoadavg(text: string): { load1: number; threads: number } | null {
  const match = /^(\d+\.\d+) \S+ \S+ \d+\/(\d+) /.exec(text);
  const threads = toCount(match?.[2]);
  return match === null || threads === null ? null : { load1: Number(match[1]), threads };
}

function toCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : null;
}
