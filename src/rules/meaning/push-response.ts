/** What a rung may do to the facts, as claims about them before and after. */
import type { Formula } from '../logic/atoms.js';
import { PRIME } from '../logic/solve.js';
import type { Judged } from './judged.js';
import type { Ratio } from './moves.js';
import type { Push } from './push.js';
import type { Response } from './responses.js';
import { linear } from './worlds.js';

/** A prediction of the next rung, and the load there: it may be off by this much (rules.md, Ping-pong). */
const PREDICTION: Ratio = [0.85, 1.15];
const LOAD = 'frame.loadPercent';

/** Each fact that is spoken of before and after moves inside its ratio. What is unknown stays unknown. */
export function ratios(
  variables: ReadonlySet<string>,
  absent: ReadonlySet<string>,
  response: Response,
  isVisible: boolean,
): Formula[] {
  return [...variables].flatMap((fact) => {
    const after = `${fact}${PRIME}`;
    const ratio = variables.has(after) ? response.ratioOf(fact) : undefined;
    if (ratio === null || ratio === undefined) return [];
    return [within(after, fact, isVisible ? largerHalf(ratio) : ratio, absent)];
  });
}

/** Away from 1, where nothing moves. */
function largerHalf([least, most]: Ratio): Ratio {
  if (most === 1) return [least, Math.sqrt(least)];
  return least === 1 ? [Math.sqrt(most), most] : [least, most];
}

/** `variable` is `of` times something inside the ratio, or both are unknown where a rule asks for that. */
function within(variable: string, of: string, [least, most]: Ratio, absent: ReadonlySet<string>): Formula {
  const says = 'what a rung moves';
  const both: Formula = {
    kind: 'and',
    parts: [
      linear({ [of]: least, [variable]: -1 }, 0, false, says),
      linear({ [variable]: 1, [of]: -most }, 0, false, says),
    ],
  };
  if (!absent.has(variable) && !absent.has(of)) return both;
  const neither = [variable, of].map(
    (name): Formula => ({ kind: 'known', variable: name, known: false, says }),
  );
  return { kind: 'or', parts: [both, { kind: 'and', parts: neither }] };
}

/**
 * A rung up takes the load to what was predicted of it, a rung down likewise. Of several rungs the first is
 * predicted; the others add what they may.
 */
export function predictions(
  { down: { knob }, rungs }: Push,
  variables: ReadonlySet<string>,
  absent: ReadonlySet<string>,
  { responseOf }: Judged,
): Formula[] {
  if (knob !== 'model' && knob !== 'resolution') return [];
  const further = rungs === 1 ? 1 : responseOf(knob, rungs === null ? null : rungs - 1).steepness;
  const up = `predicted.${knob}UpLoadPercent${PRIME}`;
  const down = `predicted.${knob}DownLoadPercent`;
  const parts: Formula[] = [];
  const after = `${LOAD}${PRIME}`;
  const isPredicted = variables.has(up) || variables.has(down);
  if (variables.has(up)) parts.push(within(LOAD, up, [PREDICTION[0], PREDICTION[1] * further], absent));
  if (variables.has(down)) parts.push(within(after, down, [PREDICTION[0] / further, PREDICTION[1]], absent));
  // The load on the other side of the rung, which the ratio of the load is of.
  if (isPredicted) parts.push(...[LOAD, after].map(atLeastNothing));
  return parts;
}

function atLeastNothing(variable: string): Formula {
  return linear({ [variable]: -1 }, 0, false, 'a load');
}
