/** What people read of two rules that push a knob back and forth. */
import type { FactValue } from '../../shapes/reading.js';
import type { Place, Problem } from '../../shapes/rule.js';
import { PRIME } from '../logic/solve.js';
import type { Judged } from './judged.js';
import type { Mover } from './movers.js';
import type { Example, Push } from './push.js';
import { showPoint } from './show-point.js';
import { traceOf } from './trace.js';

/**
 * An example that was found, with its trace: an error where it is proved, a warning where it is possible. `unknown` is
 * what must be unknown for it.
 */
export function tellFound(
  push: Push,
  example: Example,
  unknown: readonly string[],
  judged: Judged,
  verdict: 'proved' | 'possible',
): Problem {
  const { before, after } = example;
  const moved = new Map(
    [...after].filter(([fact, value]) => before.get(fact) !== value && !judged.signals.has(fact)),
  );
  const { mine, other } = sidesOf(push, judged);
  const { knob } = push.down;
  const trace = traceOf(push, example, judged);
  const missing = unknown.filter((variable) => !variable.endsWith(PRIME));
  const values = new Map([...before].filter(([fact]) => !judged.signals.has(fact)));
  const at = showPoint(values, missing);
  const [who, whom] = mine === push.down ? ['it', `"${other.rule.id}"`] : [`"${other.rule.id}"`, 'it'];
  const what =
    moved.size === 0
      ? `at ${at} ${who} moves ${knob} down and ${whom} moves it up`
      : `at ${at} ${who} moves ${knob} down, which can make that ${showPoint(moved, [])}, where ${whom} moves it up again`;
  return {
    ...problemAt(mine, judged),
    message: `${verdict === 'proved' ? 'pushes' : 'may push'} ${knob} back and forth with "${other.rule.id}" (${placeOf(other.rule.place)}): ${what}`,
    expected: gapOf(push, moved, judged),
    ...(trace === null ? {} : { trace }),
    severity: verdict === 'proved' ? 'error' : 'warning',
  };
}

/** The warning where signals over time stand between. */
export function tellPossible(push: Push, overTime: readonly string[], judged: Judged): Problem {
  const { mine, other } = sidesOf(push, judged);
  return {
    ...problemAt(mine, judged),
    message: `may push ${push.down.knob} back and forth with "${other.rule.id}" (${placeOf(other.rule.place)}): whether ${overTime.join(' and ')}, measured over time, ${overTime.length === 1 ? 'keeps' : 'keep'} them apart cannot be told`,
    expected: 'a comparison with the fact itself beside it, far enough apart',
    severity: 'warning',
  };
}

/** The rule that is told of, and the other: the later folder's, where a person can mend it, else the one going down. */
function sidesOf({ down, up }: Push, { draft }: Judged): { mine: Mover; other: Mover } {
  const folderOf = ({ rule }: Mover): number =>
    draft.files.find(({ path }) => path === rule.place.path)?.folder ?? 0;
  return folderOf(up) > folderOf(down) ? { mine: up, other: down } : { mine: down, other: up };
}

function problemAt({ rule }: Mover, { draft }: Judged): Place & { code: string; rule: string } {
  return { ...draft.locate(rule.id, ['then']), code: 'ping-pong', rule: rule.id };
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
  return `conditions that are never both true, or hold: [ ${down.knob}.up ] in "${down.rule.id}"`;
}
