/** What is allowed and most likely not meant: a stage whose name is nearly a fact's, a repeat of what is not repeated. */
import { CATALOGUE } from '../../facts/catalogue.js';
import { distance } from '../../nearest.js';
import type { Problem, Rule } from '../../shapes/rule.js';
import { factsOf } from '../conditions.js';
import type { Findings, Judged } from './judged.js';

/** The stages that the catalogue names, without `frame.` and `Ms`. */
const STAGES = Object.keys(CATALOGUE).flatMap((fact) => stageOf(fact) ?? []);
/** From so many letters on two may be wrong, below it one: bots name stages `act` and `loot`. */
const LONG_NAME = 7;

/** A warning for each. */
export function findOddWords({ rules, draft, signals }: Judged): Findings {
  const problems = rules.flatMap((rule): Problem[] => {
    const at = (part: string): Pick<Problem, 'path' | 'line' | 'column'> => draft.locate(rule.id, [part]);
    const stages = ['when', 'until'].flatMap((part): Problem[] =>
      oddStages(part === 'when' ? rule.when : rule.until).flatMap((fact): Problem[] => {
        const meant = signals.has(fact) ? undefined : meantStage(fact);
        if (meant === undefined) return [];
        const message = `"${fact}" is read as a stage of the bot's own, did you mean "frame.${meant}Ms"?`;
        const expected = 'a fact of the catalogue, or a stage with a name less like one';
        return [{ ...at(part), code: 'odd-stage', rule: rule.id, message, expected, severity: 'warning' }];
      }),
    );
    if (rule.everyMs === null || rule.actions.some(({ kind }) => kind === 'step')) return stages;
    const message = '"every" repeats steps, and this rule has none';
    const expected = 'a step among its actions, or no "every"';
    return [
      ...stages,
      { ...at('every'), code: 'idle-every', rule: rule.id, message, expected, severity: 'warning' },
    ];
  });
  return { problems, undecided: 0 };
}

/** Names that only the family of a bot's own stages has. */
function oddStages(condition: Rule['until']): string[] {
  if (condition === null) return [];
  return [...factsOf(condition)].filter(
    (fact) => stageOf(fact) !== undefined && !Object.hasOwn(CATALOGUE, fact),
  );
}

function stageOf(fact: string): string | undefined {
  return /^frame\.(\w+)Ms$/.exec(fact)?.[1];
}

function meantStage(fact: string): string | undefined {
  const stage = stageOf(fact) ?? '';
  const most = stage.length >= LONG_NAME ? 2 : 1;
  return STAGES.find((known) => distance(stage, known) <= most);
}
