/** docs/reference.md: every key, operator, action, signal, fact, knob and kind of mistake, out of the schemas and tables. */
import { isOrdered, TIER_WORDS, valuesOf } from './words.mjs';

const HEAD = `# Reference

<!-- Written by \`npm run schemas\` from the schemas and tables of the code. Change those. -->

What [rules.md](rules.md) teaches, as tables: [rule files](#rule-files), [conditions](#conditions), [signals](#signals),
[actions](#actions), [levels and frames](#levels-presets-and-frames), [rule tests](#rule-tests), [knobs](#knobs), [facts](#facts), [mistakes](#mistakes).`;

/** The text of the page. `schemas` by name, `tables` as they are loaded. */
export function referencePage({ rules, 'rule-test': tests }, { CATALOGUE, KNOBS, WEIGHT_KNOB, PROBLEMS }) {
  const { definitions: parts } = rules;
  const rows = (schema, root = rules) => keyTable(root, schema);
  return `${[
    HEAD,
    '## Rule files',
    sentence(rules),
    rows(rules),
    '### A rule',
    sentence(parts.rule),
    rows(parts.rule),
    '## Conditions',
    sentence(parts.condition),
    rows(parts.condition),
    sentence(parts.comparison),
    rows(parts.comparison),
    `The right side of an order or of \`is\` and \`isNot\` may be another fact. ${parts.operandFact.description}`,
    rows(parts.operandFact),
    '## Signals',
    sentence(parts.signal),
    rows(parts.signal),
    '## Actions',
    sentence(parts.action),
    rows(parts.action),
    '## Levels, presets and frames',
    sentence(parts.level),
    rows(parts.level),
    sentence(parts.preset),
    rows(parts.preset),
    sentence(parts.frames),
    rows(parts.frames),
    '## Rule tests',
    sentence(tests),
    rows(tests, tests),
    '### A test',
    sentence(tests.definitions.test),
    rows(tests.definitions.test, tests),
    `**A series.** ${tests.definitions.series.description}`,
    `**Answers.** ${tests.definitions.applied.description}`,
    '### An input',
    sentence(tests.definitions.input),
    rows(tests.definitions.input, tests),
    '### An expectation',
    sentence(tests.definitions.expectation),
    rows(tests.definitions.expectation, tests),
    '## Knobs',
    'What makes room for the frame is less load; the safe side is where an unknown may leave the knob; a probe spends margin in\nhope of gain. [decisions.md](decisions.md) says what each is for.',
    knobTable({ ...KNOBS, 'weights.FLAG': WEIGHT_KNOB }),
    '## Facts',
    "The families with a name inside are written the same way: `gpu.1.powerW` for another card, `inference.yolov8n.totalMs` for what is\nlast known of a model, `bots.NAME.frame.fps` for a bot that only watches, `state.weights.FLAG` for a weight that a rule or a\nperson steers, and `frame.lootMs` for a stage of the bot's own.",
    ...factTables(CATALOGUE),
    '## Mistakes',
    'Every mistake has a code, which `--json` tells and which stays the same between versions.',
    problemTable(PROBLEMS),
  ].join('\n\n')}\n`;
}

function sentence({ description }) {
  return description;
}

function keyTable(root, { properties, required = [] }) {
  const rows = Object.entries(properties)
    .filter(([key]) => !key.includes('.'))
    .map(([key, schema]) => {
      const must = required.includes(key) ? ' Required.' : '';
      return [`\`${key}\``, `${descriptionOf(root, schema)}${must}`, exampleOf(root, schema)];
    });
  return table(['key', 'meaning', 'example'], rows);
}

function layers(root, schema) {
  const referred = root.definitions?.[schema.$ref?.split('/').pop()];
  return referred === undefined ? [schema] : [schema, ...layers(root, referred)];
}

function descriptionOf(root, schema) {
  return layers(root, schema).find(({ description }) => description !== undefined)?.description ?? '';
}

function exampleOf(root, schema) {
  for (const { examples, enum: words } of layers(root, schema)) {
    if (words !== undefined) return words.map((word) => `\`${word}\``).join(' ');
    if (examples !== undefined) return `\`${flow(examples[0])}\``;
  }
  return '';
}

/** A value in YAML's flow style, as people write it. */
function flow(value) {
  if (Array.isArray(value)) return `[ ${value.map(flow).join(', ')} ]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, one]) => `${key}: ${flow(one)}`);
    return `{ ${entries.join(', ')} }`;
  }
  // What would end or begin something else in a map on one line is quoted.
  return typeof value === 'string' && /[{}[\],#]|: /.test(value) ? `"${value}"` : String(value);
}

function knobTable(KNOBS) {
  const rows = Object.entries(KNOBS).map(([name, knob]) => [
    `\`${name}\``,
    knob.meaning,
    knob.kind,
    knob.relief ?? '–',
    isOrdered(knob) ? (knob.safe ?? '–') : 'no order',
    knob.probe ?? '–',
    knob.ladder ? 'the next of the ladder' : String(knob.rung),
    [`${knob.settleMs / 1000} s`, ...(knob.settleFrames > 0 ? [`${knob.settleFrames} frames`] : [])].join(
      ', ',
    ),
    knob.hardware ? 'yes' : '',
  ]);
  return table(
    [
      'knob',
      'a value is',
      'kind',
      'less load',
      'safe side',
      'probe',
      'one rung',
      'settles in',
      'needs consent',
    ],
    rows,
  );
}

function factTables(CATALOGUE) {
  return [...groupBy(Object.entries(CATALOGUE))].flatMap(([group, facts]) => [
    `### \`${group}.\``,
    table(
      ['fact', 'meaning', 'values', 'known'],
      facts.map(([name, fact]) => [`\`${name}\``, fact.meaning, valuesOf(fact), TIER_WORDS[fact.tier]]),
    ),
  ]);
}

function groupBy(entries) {
  const groups = new Map();
  for (const entry of entries) {
    const [group = ''] = entry[0].split('.');
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  return groups;
}

function problemTable(PROBLEMS) {
  const rows = Object.entries(PROBLEMS).map(([code, { severity, means }]) => [
    `\`${code}\``,
    severity,
    means,
  ]);
  return table(['code', '', 'meaning'], rows);
}

function table(head, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
