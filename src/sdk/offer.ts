/** The short forms of a `connect` call, written out as the wire wants them. */
import type { KnobOffer, KnobValue, ModelOffer } from '../shapes/knob.js';
import type { KnobSpec, ModelSpec } from './types.js';

type LongSpec = Exclude<KnobSpec, true | readonly KnobValue[]>;

/** The share of frames that a bot can be asked to skip at most. */
const LARGEST_SKIP = 0.8;

/** Every knob with its value and its safe value. @throws TypeError for a spec that offers nothing. */
export function expandKnobs(
  specs: Readonly<Record<string, KnobSpec>>,
): Record<string, KnobOffer & { safe: KnobValue }> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, expandKnob(name, spec)]));
}

/** Whether a value is one that was offered. */
export function isOffered({ values, range }: KnobOffer, value: unknown): value is KnobValue {
  if (values !== undefined) return values.includes(value as KnobValue);
  return typeof value === 'number' && range !== undefined && value >= range[0] && value <= range[1];
}

/** The models as the wire wants them; without any, those that the knob `model` names. */
export function expandModels(
  specs: readonly ModelSpec[] | undefined,
  knobs: Readonly<Record<string, KnobOffer>>,
): ModelOffer[] {
  const models = specs ?? (knobs.model?.values ?? []).map(String);
  return models.map((model) => (typeof model === 'string' ? { name: model } : model));
}

/** The models that a knob still names, with their sizes where those are known; all of them without such a knob. */
export function keptModels(
  models: readonly ModelOffer[],
  { model }: Readonly<Record<string, KnobOffer>>,
): readonly ModelOffer[] {
  const values = model?.values?.map(String);
  return values?.map((name) => models.find((one) => one.name === name) ?? { name }) ?? models;
}

/** The knobs of which a call says what is in force now. */
export function saidIn(specs: Readonly<Record<string, KnobSpec>>): ReadonlySet<string> {
  const isSaid = (spec: KnobSpec): boolean => spec !== true && !isList(spec) && spec.value !== undefined;
  return new Set(Object.keys(specs).filter((name) => isSaid(specs[name] ?? true)));
}

function expandKnob(name: string, spec: KnobSpec): KnobOffer & { safe: KnobValue } {
  if (spec === true) {
    if (name !== 'frameSkip')
      throw new TypeError(`knob ${name}: expected its values or range; true is for frameSkip`);
    return { range: [0, LARGEST_SKIP], value: 0, safe: 0 };
  }
  const { values, range, switchGapMs, ...given }: LongSpec = isList(spec) ? { values: spec } : spec;
  const first = values?.[0] ?? range?.[0];
  if (first === undefined || (values === undefined) === (range === undefined)) {
    throw new TypeError(`knob ${name}: expected a list of values or a range`);
  }
  const { value = first } = given;
  const { safe = value } = given;
  return {
    ...(values === undefined ? {} : { values: [...values] }),
    ...(range === undefined ? {} : { range: [range[0], range[1]] }),
    value,
    safe,
    ...(switchGapMs === undefined ? {} : { switchGapMs }),
  };
}

function isList(spec: KnobSpec): spec is readonly KnobValue[] {
  return Array.isArray(spec);
}
