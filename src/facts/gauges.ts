/** From a signal's source to what computes it. */
import type { SignalSource } from '../shapes/rule.js';
import { Ewma } from './ewma.js';
import { FoldGauge, isFolded } from './fold-gauge.js';
import { type Gauge, whyUnknown } from './gauge.js';
import { SlopeGauge } from './slope-gauge.js';
import { ValueGauge } from './value-gauge.js';

/** The gauge of a source, for ticks of `intervalMs`. */
export function gaugeOf(source: SignalSource, intervalMs: number): Gauge {
  switch (source.kind) {
    case 'scaled':
      return scaled(source.fact, source.times, source.plus);
    case 'age':
      return age(source.fact);
    case 'ewma':
      return new Ewma(source.fact, source.halfLifeMs);
    case 'slope':
      return new SlopeGauge(source.fact, source.overMs, source.perMs, intervalMs);
    default: {
      const { kind, fact, overMs } = source;
      return isFolded(fact)
        ? new FoldGauge(kind, fact, overMs, intervalMs)
        : new ValueGauge(kind, fact, overMs, intervalMs);
    }
  }
}

function scaled(fact: string, times: number, plus: number): Gauge {
  return {
    read({ facts }) {
      const value = facts.number(fact);
      return value === undefined ? whyUnknown(fact, facts) : value * times + plus;
    },
    clear() {},
  };
}

/** Seconds since the newest reading; known as well while that reading is stale. */
function age(fact: string): Gauge {
  return {
    read({ atMs, facts }) {
      const reading = facts.reading(fact);
      if (reading === undefined || reading.value === null) return `${fact} was never known`;
      return Math.max(0, atMs - reading.atMs) / 1_000;
    },
    clear() {},
  };
}
