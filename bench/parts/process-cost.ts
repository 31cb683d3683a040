/** What a process and its children cost, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, which Linux fixes for user space. */
const TICKS_PER_S = 100;
const MS_PER_TICK = 1000 / TICKS_PER_S;

/** Processor time and resident memory of a process and the children it has now. */
export interface ProcessCost {
  cpuMs: number;
  rssMib: number;
}

/**
 * Reads them; a child that ends meanwhile is left out. What is mapped from files is the Node that all of them run: it is in
 * memory once, and the largest counts.
 */
export function costOf(pid: number): ProcessCost {
  let [cpuMs, ownKib, fileKib] = [0, 0, 0];
  for (const one of [pid, ...childrenOf(pid)]) {
    try {
      // The name in brackets may hold spaces; utime and stime are the 12th and 13th field after it.
      const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      cpuMs += (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
      const status = readFileSync(`/proc/${one}/status`, 'utf8');
      const kib = (of: string): number => Number(new RegExp(`^${of}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      ownKib += kib('RssAnon') + kib('RssShmem');
      fileKib = Math.max(fileKib, kib('RssFile'));
    } catch {
      // It has ended.
    }
  }
  return { cpuMs, rssMib: (ownKib + fileKib) / 1024 };
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
