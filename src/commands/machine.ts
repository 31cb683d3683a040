/** The machine that figures were measured on. */
import { availableParallelism, cpus, loadavg, release, type as systemName, totalmem } from 'node:os';
import type { Machine } from '../shapes/bench.js';

const GIB = 2 ** 30;

/** What tells one machine from another, and whether it was quiet. */
export function readMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round((totalmem() / GIB) * 10) / 10,
    os: `${systemName()} ${release()} ${process.arch}`,
    node: process.version,
    load1: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
