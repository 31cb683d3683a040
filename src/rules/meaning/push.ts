/** Two rules that may push a knob back and forth, and what is found out about them. */
import type { FactValue } from '../../shapes/reading.js';
import type { Mover } from './movers.js';

/** How many pairs of rules got which verdict; the pairs that cannot are not counted. */
export interface PingPong {
  proved: number;
  possible: number;
  undecided: number;
}

/** Two rules that move one knob apart. */
export interface Push {
  down: Mover;
  up: Mover;
  /** Rungs that both can go. */
  rungs: number | null;
}

/** Facts at which `down` is true, and after it moved the knob, at which `up` is. */
export interface Example {
  before: ReadonlyMap<string, FactValue>;
  after: ReadonlyMap<string, FactValue>;
  /** Facts that must be unknown at one of them. */
  absent: readonly string[];
}
