/** What a file of `bench/` gives and what `evenkeel bench` prints. */

/** How much a measurement repeats. */
export interface Effort {
  /** Runs of each figure, at least 5 where the figure shall mean something. */
  runs: number;
  /** How often something is done within a run that would do it `full` times; at least 1. */
  count(full: number): number;
}

/** What a figure is held to on a quiet machine. */
export interface Bar {
  /** Whether the figure or its ratio is held. */
  of: 'figure' | 'ratio';
  atMost?: number;
  atLeast?: number;
}

/** One measured figure. */
export interface BenchResult {
  name: string;
  /** The median of the runs; a percentile is over all that was timed in all runs. */
  figure: number;
  unit: string;
  /** What was measured in turn with it (ABBA), in words; null where there is nothing to compare with. */
  against: string | null;
  /** How many times the time of this the other one took, median of the runs; null without another one. */
  ratio: number | null;
  bar: Bar | null;
  /** Each run's ratio where the bar is of the ratio, else each run's figure. */
  runs: number[];
}

/** One file of `bench/`. */
export interface Bench {
  /** As `evenkeel bench NAME` takes it; its results begin with it. */
  name: string;
  /** About how long it takes at full effort, in s. */
  takesS: number;
  /** Why it cannot be measured on this machine; null where it can, as where it is absent. */
  lacks?(): string | null;
  measure(effort: Effort): Promise<BenchResult[]>;
}

/** On what something was measured. */
export interface Machine {
  cpu: string;
  /** Logical processors that this process may use. */
  cores: number;
  memoryGib: number;
  os: string;
  node: string;
  /** Run queue of the last minute when the measurement began: above `cores` the machine was not quiet; 0 on Windows. */
  load1: number;
}
