/** What people read of two rules that push a knob back and forth. */
import type { FactValue } from '../../shapes/reading.js';
import type { Place, Problem } from '../../shapes/rule.js';
import { PRIME } from '../logic/solve.js';
import type { Judged } from './judged.js';
import type { Example, Push } from './push.js';
import { showPoint } from './show-point.js';
import { traceOf } from './trace.js';

/** The error of a proof, with its example and trace. `unknown` is what must be unknown for it. */
export function tellProved(
  push: Push,
  example: Example,
  unknown: readonly string[],
  judged: Judged,
): Problem {
  const { before, after } = example;
  const moved = new Map(
    [...after].filter(([fact, value]) => before.get(fact) !== value && !judged.signals.has(fact)),
  );
  const { down, up } = push;
  const trace = traceOf(push, example, judged);
  const missing = unknown.filter((variable) => !variable.endsWith(PRIME));
  const values = new Map([...before].filter(([fact]) => !judged.signals.has(fact)));
  const place = placeOf(up.rule.place);
  const what =
    moved.size === 0
      ? `at ${showPoint(values, missing)} it moves ${down.knob} down and "${up.rule.id}" moves it up`
      : `at ${showPoint(values, missing)} it moves ${down.knob} down, which can make that ${showPoint(moved, [])}, where "${up.rule.id}" moves it up again`;
  return {
    ...problemAt(push, judged),
    message: `pushes ${down.knob} back and forth with "${up.rule.id}" (${place}): ${what}`,
    expected: gapOf(push, moved, judged),
    ...(trace === null ? {} : { trace }),
    severity: 'error',
  };
}

/** The warning where signals over time stand between. */
export function tellPossible(push: Push, overTime: readonly string[], judged: Judged): Problem {
  const { down, up } = push;
  return {
    ...problemAt(push, judged),
    message: `may push ${down.knob} back and forth with "${up.rule.id}" (${placeOf(up.rule.place)}): whether ${overTime.join(' and ')}, measured over time, ${overTime.length === 1 ? 'keeps' : 'keep'} them apart cannot be told`,
    expected: 'a comparison with the fact itself beside it, far enough apart',
    severity: 'warning',
  };
}

function problemAt({ down }: Push, { draft }: Judged): Place & { code: string; rule: string } {
  return { ...draft.locate(down.rule.id, ['then']), code: 'ping-pong', rule: down.rule.id };
}

function placeOf({ path, line, column }: Place): string {
  return `${path}:${line}:${column}`;
}

/** What would keep both apart, with how far a rung moves the first fact that it moves. */
function gapOf({ down, rungs }: Push, moved: ReadonlyMap<string, FactValue>, { responseOf }: Judged): string {
  const response = responseOf(down.knob, rungs);
  for (const fact of moved.keys()) {
    const ratio = response.ratioOf(fact);
    if (ratio === null || ratio === undefined) continue;
    const [least, most] = ratio.map((value) => String(Number(value.toPrecision(3))));
    const by = rungs === 1 ? `one rung of ${down.knob}` : `${down.knob}`;
    return `conditions that ${by} cannot bridge: it makes ${fact} ${least} to ${most} times what it was`;
  }
  return 'conditions that are never both true';
}
