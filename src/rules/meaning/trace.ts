/** A proof as a rule test: YAML that passes as long as both rules push a knob back and forth. */
import type { FactValue } from '../../shapes/reading.js';
import type { Condition, Rule } from '../../shapes/rule.js';
import type { Draft, Judged } from './judged.js';
import type { Example, Push } from './push.js';
import { type Timeline, timelineOf } from './replay-push.js';

/**
 * The test, with paths of rule files as messages tell them; null where one of the rules does not become active within
 * an hour.
 */
export function traceOf(push: Push, example: Example, { draft, profile, signals }: Judged): string | null {
  const timeline = timelineOf(push, example);
  if (timeline === null) return null;
  const { down, up } = push;
  const [first, second] = [down.rule.id, up.rule.id];
  const facts = new Set([...example.before.keys(), ...example.after.keys(), ...example.absent]);
  const given = [...facts]
    .filter((fact) => !signals.has(fact))
    .sort()
    .map((fact) => `      ${fact}: ${series(example.before.get(fact), example.after.get(fact), timeline)}\n`);
  const firstAt = timeline.beforeTicks - 1;
  return `# yaml-language-server: $schema=https://evenkeel.dev/schemas/rule-test.schema.json
# "${first}" and "${second}" push ${down.knob} back and forth: what one does makes the other true.
rules: [ ${listedFiles(push, draft).map(quote).join(', ')} ]
profile: ${quote(profile.name)}
interval: 1s
tests:
  - name: ${first} and ${second} push ${down.knob} back and forth
${given.length === 0 ? '' : `    given:\n${given.join('')}`}    expect:
      - { at: ${firstAt}s, rule: ${first}, is: active }
      - { at: ${firstAt + timeline.afterTicks}s, rule: ${second}, is: active }
`;
}

/** One value for the whole test where it stands still. */
function series(
  before: FactValue | undefined,
  after: FactValue | undefined,
  { beforeTicks, afterTicks }: Timeline,
): string {
  if (before === after) return typeof before === 'string' ? JSON.stringify(token(before)) : token(before);
  return JSON.stringify(`${token(before)}x${beforeTicks} ${token(after)}x${afterTicks}`);
}

function token(value: FactValue | undefined): string {
  if (value === undefined) return '_';
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** What can stand in a YAML list as it is, else in quotes. */
function quote(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text);
}

/** The files that both rules stand in and that laid something over them; all of the book where they use names. */
function listedFiles({ down, up }: Push, { files, overrides, signals }: Draft): string[] {
  const rules = [down.rule, up.rule];
  const own = new Set(signals.map(({ name }) => name));
  const usesNames = rules.some((rule) =>
    [rule.when, ...(rule.until === null ? [] : [rule.until])].some((condition) => hasNames(condition, own)),
  );
  const wanted = new Set([
    ...rules.map(({ place }) => place.path),
    ...overrides.filter(({ id }) => isOneOf(rules, id)).flatMap(({ file, over }) => [file, over]),
  ]);
  // A listed file may also switch off or tune rules of others, which must then be there.
  let size = 0;
  while (size !== wanted.size) {
    size = wanted.size;
    for (const { file, over } of overrides) if (wanted.has(file)) wanted.add(over);
  }
  return files
    .filter(({ path }) => usesNames || wanted.has(path))
    .map(({ path, folder }) => (folder === 0 ? `shipped:${path.split('/').pop() ?? path}` : path));
}

function isOneOf(rules: readonly Rule[], id: string): boolean {
  return rules.some((rule) => rule.id === id);
}

/** Whether a condition speaks of named conditions or of signals of the book. */
function hasNames(condition: Condition, signals: ReadonlySet<string>): boolean {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.children.some((child) => hasNames(child, signals));
    case 'not':
      return hasNames(condition.child, signals);
    case 'ref':
      return true;
    default:
      return (
        signals.has(condition.fact) ||
        ('right' in condition && 'fact' in condition.right && signals.has(condition.right.fact))
      );
  }
}
