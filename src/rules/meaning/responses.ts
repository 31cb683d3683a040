/** How far rungs of a knob move the facts, by the profile's ladders and ranges with their stated errors. */
import { lookUpKnob } from '../../shapes/knob-table.js';
import type { Profile } from '../../shapes/profile.js';

import { MOVES, type Ratio } from './moves.js';

/** Rungs of a ladder of unknown length. */
const MANY_RUNGS = 9;
/** YOLOv8 n to s on a processor: 2.34 times, 15 % more at most (profiles/cpu.yaml). For ladders nobody declares. */
const UNDECLARED_RUNG = 2.7;
/** Numeric knobs whose range nobody declares: a rung of 25 W on 100 W, of 105 MHz on 1 GHz; else half or twice. */
const UNDECLARED: Readonly<Record<string, number>> = {
  powerLimitW: 1.25,
  graphicsClockMaxMhz: 1.105,
  frameSkip: 1.5,
};
/** YOLOv8n on an RTX 4080: 2.49 ms in PyTorch, 0.83 ms with TensorRT at half precision. */
const VARIANT_RATIO = 3;

/** How the facts move when a knob goes down by some rungs. */
export interface Response {
  /** How many times as much the upper end of the rungs makes as the lower, at most. */
  steepness: number;
  /** The ratio range of a fact; null where it may become anything, undefined where it stands still. */
  ratioOf(fact: string): Ratio | null | undefined;
}

/** Responses by knob and rungs (null for any number of them), each made once. */
export function responses(
  profile: Profile,
  levelRates: readonly number[],
): (knob: string, rungs: number | null) => Response {
  const made = new Map<string, Response>();
  return (knob, rungs) => {
    const key = `${knob} ${rungs}`;
    const response = made.get(key) ?? responseOf(knob, rungs, profile, levelRates);
    made.set(key, response);
    return response;
  };
}

function responseOf(
  knob: string,
  rungs: number | null,
  profile: Profile,
  levelRates: readonly number[],
): Response {
  const r = steepness(knob, rungs, profile, levelRates);
  const { falls = [], rises = [], either = [], free = [], own = {} } = MOVES[knob] ?? {};
  const ratios = new Map<string, Ratio | null>([
    ...falls.map((fact) => [fact, [1 / r, 1]] as const),
    ...rises.map((fact) => [fact, [1, r]] as const),
    ...either.map((fact) => [fact, [1 / r, r]] as const),
    ...free.map((fact) => [fact, null] as const),
    ...Object.entries(own).map(([fact, [least, most]]) => {
      const times = rungs ?? MANY_RUNGS;
      return [fact, [least ** times, most ** times]] as const;
    }),
  ]);
  return { steepness: r, ratioOf: (fact) => ratios.get(fact) };
}

/** How many times as much (time, rate, work) the upper end of `rungs` rungs makes as the lower, at most. */
function steepness(
  knob: string,
  rungs: number | null,
  profile: Profile,
  levelRates: readonly number[],
): number {
  switch (knob) {
    case 'model':
      return ofLadder(profile.models, rungs);
    case 'resolution':
      return ofLadder(profile.resolutions, rungs);
    case 'precision':
    case 'provider':
      return VARIANT_RATIO;
    case 'level':
      return ofLadder(
        levelRates.toSorted((a, b) => a - b).map((cost) => ({ cost, costError: 0 })),
        rungs,
      );
    case 'frameSkip':
      return ofRange(profile, knob, rungs, (share) => 1 - share);
    default:
      return ofRange(profile, knob, rungs, (value) => value);
  }
}

/** A declared cost may lie off by its error either way. */
function ofLadder(ladder: readonly { cost: number; costError: number }[], rungs: number | null): number {
  const far = Math.min(rungs ?? MANY_RUNGS, Math.max(1, ladder.length - 1));
  const ratios = ladder.flatMap(({ cost, costError }, i) => {
    const upper = ladder[i + far];
    const low = cost * Math.max(0.1, 1 - costError);
    return upper === undefined || low <= 0 ? [] : [(upper.cost * (1 + upper.costError)) / low];
  });
  return ratios.length === 0 ? UNDECLARED_RUNG ** far : Math.max(1, ...ratios);
}

/** What a numeric knob is worth goes by `worth`; the steepest rungs are where that is least. */
function ofRange(
  profile: Profile,
  knob: string,
  rungs: number | null,
  worth: (value: number) => number,
): number {
  const { range, rung = lookUpKnob(knob)?.rung ?? 1 } = profile.knobs[knob] ?? {};
  if (range === undefined) return (UNDECLARED[knob] ?? 2) ** (rungs ?? MANY_RUNGS);
  const worths = range.map(worth).sort((a, b) => a - b);
  const [least = 0, most = 0] = worths;
  // A knob that may go down to nothing stops all of it.
  if (least <= 0) return Math.max(1, most / rung);
  return Math.min(most, least + (rungs ?? Number.POSITIVE_INFINITY) * rung) / least;
}

/** The rates that levels ask for: their ladder. */
export function ratesOf(levels: Readonly<Record<string, { targetFps: number }>>): number[] {
  return Object.values(levels).map(({ targetFps }) => targetFps);
}
