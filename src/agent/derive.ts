/** The facts the agent computes itself at every tick, from the others. */
import type { DecisionMemory, KnobMemory } from '../decision/memory.js';
import { nextReachable, type Pair, predictLoad } from '../decision/predict.js';
import { scaleOf } from '../decision/scale.js';
import { CATALOGUE } from '../facts/catalogue.js';
import { stageOf } from '../facts/stages.js';
import type { FactStore } from '../facts/store.js';
import type { KnobValue } from '../shapes/knob.js';
import { KNOBS } from '../shapes/knob-table.js';
import type { Profile } from '../shapes/profile.js';
import { isKnown } from '../shapes/reading.js';
import type { Level } from '../shapes/rule.js';
import { flagOf } from '../shapes/weight-knob.js';

/** `level.*` of the level in force, and `level.goalFps`. */
export function deriveLevel(store: FactStore, level: Level | undefined, maxFps: number | undefined): void {
  const why = 'no level is in force';
  store.derive('level.targetFps', level?.targetFps, why, 'declared');
  store.derive('level.gpuUsageLimitPercent', level?.gpuUsageLimitPercent, why, 'declared');
  store.derive('level.dynamicResolution', level?.dynamicResolution, why, 'declared');
  store.derive('level.frameSkipping', level?.frameSkipping, why, 'declared');
  store.derive('level.tensorrt', level?.tensorrt, why, 'declared');
  store.derive('level.batchProcessing', level?.batchProcessing, why, 'declared');
  store.derive('bot.maxFps', maxFps, 'the bot is not seen to hold itself to a rate');
  const goal =
    level === undefined ? undefined : Math.min(level.targetFps, maxFps ?? Number.POSITIVE_INFINITY);
  store.derive('level.goalFps', goal, why);
}

/** What follows from the knob and is no figure of a profile. */
const LOWEST_LIMIT = 'limits.powerLimitMinW';
const BASE_LIMIT = 'limits.powerLimitBaseW';
/** Names are put together once: at every tick they would have to be looked up anew. */
const LIMITS = Object.keys(CATALOGUE)
  .filter((name) => name.startsWith('limits.') && name !== LOWEST_LIMIT && name !== BASE_LIMIT)
  .map((name) => ({ name, key: name.slice('limits.'.length) }));

/** `limits.*` of the profile; the lowest power limit that profile and card allow together, and the one to go back to. */
export function deriveLimits(store: FactStore, profile: Profile, powerLimit: KnobMemory | undefined): void {
  const why = `the profile ${profile.name} sets no such limit`;
  for (const { name, key } of LIMITS) store.derive(name, profile.limits[key], why, 'declared');
  const nobody = 'nobody offers a power limit';
  const offered = powerLimit?.offer.range;
  const [low, high] = profile.knobs.powerLimitW?.range ?? [0, Number.POSITIVE_INFINITY];
  // A card may reach no further up than below the policy: then its top is all there is.
  const lowest = offered === undefined ? undefined : Math.min(Math.max(offered[0], low), offered[1]);
  store.derive(LOWEST_LIMIT, lowest, nobody, 'declared');
  const top = Math.min(high, offered?.[1] ?? Number.POSITIVE_INFINITY);
  const base = powerLimit === undefined ? undefined : Math.min(Number(powerLimit.base), top);
  store.derive(BASE_LIMIT, base, nobody, 'declared');
}

/** `gpu.thermalMarginC` where the card does not tell it: the profile's throttle point minus the temperature. */
export function deriveThermalMargin(store: FactStore): void {
  const own = store.reading('gpu.thermalMarginC');
  if (own !== undefined && isKnown(own.quality) && own.quality !== 'derived') return;
  const temperatureC = store.number('gpu.temperatureC');
  const throttleC = store.number('limits.gpuThrottleC');
  const marginC =
    temperatureC === undefined || throttleC === undefined ? undefined : throttleC - temperatureC;
  if (marginC === undefined && own?.quality === 'unsupported') return;
  store.derive('gpu.thermalMarginC', marginC, 'neither the card nor temperature and profile tell it');
}

/** `frame.loadPercent` and `frame.otherLoadPercent`, over processed frames. */
export function deriveLoads(store: FactStore, p95Ms: number | undefined): void {
  const goalFps = store.number('level.goalFps');
  const totalMs = store.number('frame.totalMs');
  const inferenceMs = store.number('inference.totalMs');
  // Without a mean the frames are silent or paused, whatever the windows still hold.
  const isLive = goalFps !== undefined && totalMs !== undefined && p95Ms !== undefined;
  const otherMs =
    totalMs === undefined || inferenceMs === undefined ? undefined : Math.max(0, totalMs - inferenceMs);
  const ofBudget = (ms: number | undefined): number | undefined =>
    isLive && ms !== undefined ? (100 * ms * goalFps) / 1000 : undefined;
  store.derive('frame.loadPercent', ofBudget(p95Ms), 'no frames to measure');
  store.derive('frame.otherLoadPercent', ofBudget(otherMs), 'no frames to measure');
}

const PREDICTED = (['model', 'resolution'] as const).map((knob) => ({
  knob,
  ways: (
    [
      ['Up', 1],
      ['Down', -1],
    ] as const
  ).map(([name, way]) => ({ name: `predicted.${knob}${name}LoadPercent`, way })),
}));

/** `predicted.*LoadPercent`: the load at the next offered rung, by the profile's declared cost ratios. */
export function derivePredictions(
  store: FactStore,
  memory: DecisionMemory,
  profile: Profile,
  levels: readonly string[],
): void {
  const pair: Pair = { model: memory.knobs.model?.applied, resolution: memory.knobs.resolution?.applied };
  for (const { knob, ways } of PREDICTED) {
    const offer = memory.knobs[knob]?.offer;
    const scale = offer === undefined ? undefined : scaleOf(knob, offer, profile, levels);
    for (const { name, way } of ways) {
      const next = scale === undefined ? undefined : nextReachable(pair, knob, way, scale, memory.models);
      const load = next === undefined ? undefined : predictLoad(store, pair, next, profile);
      const why = next === undefined ? "the ladder's end" : 'the load or the cost is unknown';
      store.derive(name, load, why, 'declared');
    }
  }
}

const STATES = Object.keys(KNOBS).map((knob) => ({ knob, name: `state.${knob}` }));

/** `state.*`: each knob's value in force, the bottleneck, the scores. */
export function deriveState(store: FactStore, memory: DecisionMemory): void {
  for (const { knob, name } of STATES)
    store.derive(name, memory.knobs[knob]?.applied, 'nobody offers this knob');
  for (const knob in memory.knobs)
    if (flagOf(knob) !== null) store.derive(`state.${knob}`, memory.knobs[knob]?.applied);
  store.derive('state.bottleneck', bottleneck(store), 'no frames to measure');
}

/** Always the same function, by which the store remembers what it picked. */
const IS_STAGE = (fact: string): boolean => stageOf(fact) !== undefined;
/** Below this load nothing limits the frame rate. */
const BUSY_PERCENT = 90;

/** The stage with the largest share of the frame's time when the load is above 90 %, else `none`. */
function bottleneck(store: FactStore): string | undefined {
  const load = store.number('frame.loadPercent');
  if (load === undefined) return undefined;
  if (load <= BUSY_PERCENT) return 'none';
  let worst: { name: string; ms: number } | undefined;
  for (const fact of store.heardOf(IS_STAGE)) {
    const ms = store.number(fact);
    if (ms !== undefined && (worst === undefined || ms > worst.ms))
      worst = { name: fact.slice('frame.'.length, -'Ms'.length), ms };
  }
  return worst?.name ?? 'none';
}

/** The lowest energy a frame was seen to take at each model and size, in J. */
export type LeastEnergy = Map<KnobValue | undefined, Map<KnobValue | undefined, number>>;

/** The three scores, each 0 to 1, unknown when an input is. */
export function deriveScores(
  store: FactStore,
  memory: DecisionMemory,
  profile: Profile,
  hitShare: number | undefined,
  least: LeastEnergy,
): void {
  store.derive('state.performanceScore', hitShare, 'less than half a minute of frames');
  const skipped = store.number('frame.skippedPercent');
  const quality = declaredQuality(memory, profile);
  const notSkipped = skipped === undefined ? undefined : 1 - skipped / 100;
  const score = quality === undefined || notSkipped === undefined ? undefined : quality * notSkipped;
  store.derive('state.qualityScore', score, 'no declared quality or no frames', 'declared');
  const fps = store.number('inference.fps');
  const powerW = store.number('gpu.powerW');
  const joules = fps === undefined || fps <= 0 || powerW === undefined ? undefined : powerW / fps;
  if (joules === undefined) {
    store.derive('state.efficiencyScore', undefined, 'no power or no frames');
    return;
  }
  const model = memory.knobs.model?.applied;
  const resolution = memory.knobs.resolution?.applied;
  const ofModel = least.get(model) ?? new Map<KnobValue | undefined, number>();
  least.set(model, ofModel);
  const lowest = Math.min(ofModel.get(resolution) ?? Number.POSITIVE_INFINITY, joules);
  ofModel.set(resolution, lowest);
  store.derive('state.efficiencyScore', lowest / joules);
}

/** Quality of model × size in force over the best the bot offers, as the profile declares it. */
function declaredQuality(memory: DecisionMemory, profile: Profile): number | undefined {
  const model = memory.knobs.model;
  const resolution = memory.knobs.resolution;
  const ofModel = (name: unknown): number | undefined =>
    profile.models.find((rung) => rung.name === name)?.quality;
  const ofSize = (size: unknown): number | undefined =>
    profile.resolutions.find((rung) => rung.size === size)?.quality;
  const now = ofModel(model?.applied);
  if (now === undefined || model === undefined) return undefined;
  const sizeNow = resolution === undefined ? 1 : ofSize(resolution.applied);
  const best = bestOf(model.offer.values ?? [model.applied], ofModel);
  const bestSize = resolution === undefined ? 1 : bestOf(resolution.offer.values ?? [], ofSize);
  return sizeNow === undefined || best === 0 || bestSize === 0
    ? undefined
    : (now * sizeNow) / (best * bestSize);
}

/** The highest quality of these values; one that the profile does not list has none. */
function bestOf(values: readonly KnobValue[], qualityOf: (value: KnobValue) => number | undefined): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const value of values) best = Math.max(best, qualityOf(value) ?? 0);
  return best;
}
