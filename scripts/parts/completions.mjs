/**
 * Writes the names that the code knows into the schemas, so that editors offer them: facts, knobs and the ids of the
 * shipped rules, each with what it means. What is right does not change by them: every one would pass without.
 */
import { describeFact, describeKnob, isOrdered } from './words.mjs';

/** Lays the names of `tables` into the schemas, by their names, in place of those that stand there. */
export function addCompletions(schemas, tables) {
  completeRules(schemas.rules, tables);
  completeProfile(schemas.profile, tables);
  completeRuleTests(schemas['rule-test'], tables);
}

function completeRules(schema, { CATALOGUE, KNOBS, WEIGHT_KNOB, ruleIds }) {
  const { condition, factName, knobValues, action, weights, frames } = schema.definitions;
  const operators = Object.entries(condition.properties).filter(([name]) => !name.includes('.'));
  const facts = Object.entries(CATALOGUE).map(([name, fact]) => [
    name,
    { description: describeFact(fact), ...comparisonOf(fact) },
  ]);
  condition.properties = Object.fromEntries([...operators, ...facts]);
  factName.defaultSnippets = Object.entries(CATALOGUE)
    .filter(([, { type }]) => type === 'number')
    .map(([name, fact]) => ({ label: name, description: describeFact(fact), body: name }));
  const knobs = withWeights(KNOBS, WEIGHT_KNOB, CATALOGUE);
  knobValues.properties = knobProperties(knobs, '#/definitions/value');
  action.properties.step.properties = knobProperties(knobs, '#/definitions/rungs');
  action.properties.hold.items.defaultSnippets = Object.entries(knobs)
    .filter(([, knob]) => isOrdered(knob))
    .flatMap(([name, knob]) =>
      ['up', 'down'].map((way) => ({
        label: `${name}.${way}`,
        description: `No steps and no climbing ${way}. ${describeKnob(knob)}`,
        body: `${name}.${way}`,
      })),
    );
  const flags = Object.entries(CATALOGUE).filter(([name]) => name.startsWith('scene.'));
  weights.properties = Object.fromEntries(
    flags.map(([name, { meaning }]) => [
      name.slice('scene.'.length),
      { description: `Weight of a frame of which is true: ${meaning}.`, ...weights.additionalProperties },
    ]),
  );
  frames.properties.never.items.defaultSnippets = flags.map(([name, { meaning }]) => {
    const flag = name.slice('scene.'.length);
    return { label: flag, description: `Frames of which is true: ${meaning}.`, body: flag };
  });
  completeOverlays(schema.properties, ruleIds);
}

/** The shipped rules are what an overlay changes. */
function completeOverlays({ disable, tune }, ruleIds) {
  disable.items.defaultSnippets = ruleIds.map(({ id, file }) => ({
    label: id,
    description: `Switches off this rule of ${file}.`,
    body: id,
  }));
  tune.properties = Object.fromEntries(
    ruleIds.map(({ id, file }) => [
      id,
      { description: `Other numbers for this rule of ${file}.`, $ref: '#/definitions/tuned' },
    ]),
  );
}

function completeProfile(schema, { CATALOGUE, KNOBS }) {
  const { knobs } = schema.definitions;
  knobs.properties = Object.fromEntries(
    Object.entries(KNOBS)
      .filter(([, { type, ladder }]) => type === 'number' && !ladder)
      .map(([name, knob]) => [name, { description: describeKnob(knob), $ref: '#/definitions/knob' }]),
  );
  const { unsupported } = schema.properties;
  unsupported.properties = Object.fromEntries(
    Object.entries(CATALOGUE)
      .filter(([name]) => /^(gpu|system)\./.test(name))
      .map(([name, fact]) => [
        name,
        { description: `Why there is none. ${describeFact(fact)}`, ...unsupported.additionalProperties },
      ]),
  );
}

function completeRuleTests({ definitions }, { CATALOGUE, KNOBS, WEIGHT_KNOB, ruleIds }) {
  const { facts, start, expectation } = definitions;
  facts.properties = describeEach(CATALOGUE, describeFact, { $ref: '#/definitions/series' });
  start.properties = describeEach(KNOBS, describeKnob, start.additionalProperties);
  const { knobs, winner, waits, changes, wouldBe, grades, facts: seen, rule } = expectation.properties;
  const all = withWeights(KNOBS, WEIGHT_KNOB, CATALOGUE);
  for (const one of [knobs, winner, waits, changes, wouldBe, grades]) {
    one.properties = describeEach(all, describeKnob, one.additionalProperties);
  }
  seen.properties = describeEach(CATALOGUE, describeFact, seen.additionalProperties);
  rule.defaultSnippets = ruleIds.map(({ id, file }) => ({
    label: id,
    description: `A rule of ${file}.`,
    body: id,
  }));
}

/** The table with a weight for each flag of the scene. */
function withWeights(KNOBS, WEIGHT_KNOB, CATALOGUE) {
  const weights = Object.entries(CATALOGUE).flatMap(([name, { meaning }]) => {
    const [, flag] = /^scene\.(.*)$/.exec(name) ?? [];
    if (flag === undefined) return [];
    return [
      [`weights.${flag}`, { ...WEIGHT_KNOB, meaning: `weight of a frame of which is true: ${meaning}` }],
    ];
  });
  return { ...KNOBS, ...Object.fromEntries(weights) };
}

function describeEach(table, describe, schema) {
  return Object.fromEntries(
    Object.entries(table).map(([name, one]) => [name, { description: describe(one), ...schema }]),
  );
}

function knobProperties(KNOBS, $ref) {
  return describeEach(KNOBS, describeKnob, { $ref });
}

/** What the fact is compared with; where its values are a closed list, they are offered. */
function comparisonOf({ type, words }) {
  const $ref = '#/definitions/comparison';
  const examples = type === 'boolean' ? [true, false] : words;
  if (examples === undefined) return { $ref };
  // Editors do not look beside a $ref, so what is offered here stands in a schema of its own.
  const one = { examples };
  const lists = { type: 'array', items: one };
  const properties = type === 'boolean' ? { is: one } : { is: one, isNot: one, oneOf: lists, noneOf: lists };
  return { type: 'object', properties, allOf: [{ $ref }] };
}
