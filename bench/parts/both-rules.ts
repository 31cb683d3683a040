/** json-rules-engine asked both of each condition at every tick, whether it is true and whether it is false. */
import { ConditionEngine } from '#src/rules/condition-engine.js';
import type { ReferenceEvaluator } from '#src/rules/evaluate.js';
import type { Truth } from '#src/shapes/fired.js';
import type { Rule } from '#src/shapes/rule.js';

/**
 * The plain way, which the compiled conditions are held against: the live evaluator asks whether a condition is false
 * only where something is unknown.
 */
export function bothRules(rules: readonly Rule[]): ReferenceEvaluator {
  const asked = rules.flatMap(({ id, when, until }) => [
    { name: `${id}/when`, condition: when },
    ...(until === null ? [] : [{ name: `${id}/until`, condition: until }]),
  ]);
  const affirm = new ConditionEngine(asked, true);
  const deny = new ConditionEngine(asked, false);
  return {
    async evaluate(facts) {
      const affirmed = await affirm.run(facts);
      const denied = await deny.run(facts);
      const truth = (name: string): Truth =>
        affirmed.has(name) ? 'true' : denied.has(name) ? 'false' : 'unknown';
      return new Map(
        rules.map(({ id, until }) => [
          id,
          { when: truth(`${id}/when`), until: until === null ? null : truth(`${id}/until`) },
        ]),
      );
    },
  };
}
