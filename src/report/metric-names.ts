/** What a fact is called as a metric: `gpu.1.powerW` is `evenkeel_gpu_power_watts{gpu="1"}`, in Prometheus' base units. */
import { CATALOGUE } from '../facts/catalogue.js';
import { flagOf } from '../shapes/weight-knob.js';

/** A fact's name and unit as a metric has them. */
export interface FactMetric {
  name: string;
  type: 'counter' | 'gauge';
  labels: Record<string, string>;
  /** The fact's name, with what is a label in capitals: `gpu.N.powerW`. */
  pattern: string;
  /** The unit of the values that is not in the name; empty where it is, or where there is none. */
  unit: string;
  /** Turns a value in the fact's unit into one in the metric's. */
  convert(value: number): number;
}

interface BaseUnit {
  /** How fact names write the unit, at their end. */
  said: string;
  /** How metric names do. */
  base: string;
  /** How many of the base there are in one. */
  times?: number;
  /** How many make one of the base. */
  per?: number;
}

/**
 * Units of the catalogue, and what https://prometheus.io/docs/practices/naming/#base-units asks for in their place. Rates of
 * frames keep their name: Prometheus has no base unit for them.
 */
const UNITS: Readonly<Record<string, BaseUnit>> = {
  '%': { said: 'Percent', base: 'ratio', per: 100 },
  ms: { said: 'Ms', base: 'seconds', per: 1_000 },
  s: { said: 'S', base: 'seconds' },
  MiB: { said: 'Mib', base: 'bytes', times: 1_048_576 },
  'MB/s': { said: 'MegabytesPerS', base: 'bytes_per_second', times: 1_000_000 },
  '°C': { said: 'C', base: 'celsius' },
  W: { said: 'W', base: 'watts' },
  MHz: { said: 'Mhz', base: 'hertz', times: 1_000_000 },
  J: { said: 'J', base: 'joules' },
  px: { said: 'Px', base: 'pixels' },
};

/** Facts that only grow. */
const COUNTERS: ReadonlySet<string> = new Set(['gpu.energyJ']);

/** A fact as a metric. `unit` is the fact's, as the catalogue or the signal has it. */
export function metricOf(fact: string, unit: string): FactMetric {
  const { path, last, labels, pattern } = placeOf(fact);
  const base = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  const isCounter = COUNTERS.has(pattern.replace('gpu.N.', 'gpu.'));
  const name = [...path, ...(base === undefined ? [last] : withoutUnit(last, base.said))]
    .map(snake)
    .filter((word) => word !== '');
  if (base !== undefined) name.push(base.base);
  if (isCounter) name.push('total');
  const { times = 1, per = 1 } = base ?? {};
  return {
    name: ['evenkeel', ...name].join('_'),
    type: isCounter ? 'counter' : 'gauge',
    labels,
    pattern,
    unit: base === undefined ? unit : '',
    convert: (value) => (per === 1 ? value * times : shortest(value / per)),
  };
}

/** What was told in decimals stays so: 14.2 ms are 0.0142 s and not 0.014199999999999999. */
function shortest(value: number): number {
  return Number(value.toPrecision(15));
}

interface Place {
  path: string[];
  last: string;
  labels: Record<string, string>;
  pattern: string;
}

/** Cards are told apart by a label; models, observing bots and weights too, under a name that no sum or mean shares. */
function placeOf(fact: string): Place {
  const [, card, ofCard] = /^gpu\.(\d+)\.(\w+)$/.exec(fact) ?? [];
  if (card !== undefined && ofCard !== undefined)
    return { path: ['gpu'], last: ofCard, labels: { gpu: card }, pattern: `gpu.N.${ofCard}` };
  const [, bot, ofBot] = /^bots\.([\w-]+)\.(.+)$/.exec(fact) ?? [];
  if (bot !== undefined && ofBot !== undefined) {
    const { path, last, labels, pattern } = placeOf(ofBot);
    return { path: ['bots', ...path], last, labels: { bot, ...labels }, pattern: `bots.NAME.${pattern}` };
  }
  const [, model, ofModel] = /^inference\.([\w.-]+)\.(\w+)$/.exec(fact) ?? [];
  if (model !== undefined && ofModel !== undefined)
    return {
      path: ['inference', 'model'],
      last: ofModel,
      labels: { model },
      pattern: `inference.MODEL.${ofModel}`,
    };
  const flag = fact.startsWith('state.') ? flagOf(fact.slice('state.'.length)) : null;
  if (flag !== null)
    return { path: ['state'], last: 'weight', labels: { flag }, pattern: 'state.weights.FLAG' };
  const parts = fact.split('.');
  const last = parts.pop() ?? '';
  // A signal of that group may be of any card.
  const isOfCard = parts[0] === 'gpu' && Object.hasOwn(CATALOGUE, fact);
  return { path: parts, last, labels: isOfCard ? { gpu: '0' } : {}, pattern: fact };
}

/** `temperature` of `temperatureC`; a time in which it will be so, as in `temperatureC30s`, stays. */
function withoutUnit(name: string, said: string): string[] {
  const [, stem, ahead = ''] = new RegExp(`^(.*)${said}(\\d+s)?$`).exec(name) ?? [];
  return stem === undefined ? [name] : [stem, ahead];
}

function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\W/g, '_')
    .toLowerCase();
}
