/** What is right and still worth a word. */
import type { Profile } from '../../shapes/profile.js';
import type { Problem, Rule } from '../../shapes/rule.js';
import { factsOf } from '../conditions.js';

/** A warning for each rule that reads a fact this card cannot deliver. */
export function warnUnsupported(rules: readonly Rule[], profile: Profile): Problem[] {
  return rules.flatMap((rule) => {
    const facts = new Set([...factsOf(rule.when), ...(rule.until === null ? [] : factsOf(rule.until))]);
    return [...facts].flatMap((fact): Problem[] => {
      const why = profile.unsupported[fact];
      if (why === undefined) return [];
      const message = `"${fact}" is never known with the profile ${profile.name}: ${why}`;
      return [
        {
          ...rule.place,
          code: 'unsupported-fact',
          rule: rule.id,
          message,
          expected: 'a fact this card delivers',
          severity: 'warning',
        },
      ];
    });
  });
}
