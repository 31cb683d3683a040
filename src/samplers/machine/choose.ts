/** Which way each kind of machine is read. */

/** The providers for one platform, by how often they are asked. */
export interface MachinePlan {
  /** What is read at each tick. */
  fast: 'proc' | 'os';
  /** What is read in the background; null where the fast way tells it all. */
  slow: 'systeminformation' | null;
  /** What is read once. */
  inventory: 'systeminformation';
}

/** Linux tells everything under /proc and /sys; elsewhere Node tells processor and memory, a library the rest. */
export function planMachine(platform: NodeJS.Platform): MachinePlan {
  return platform === 'linux' || platform === 'android'
    ? { fast: 'proc', slow: null, inventory: 'systeminformation' }
    : { fast: 'os', slow: 'systeminformation', inventory: 'systeminformation' };
}
