/** What `GET /metrics` tells: every known fact, the knobs in force, and what was counted since the agent started. */
import { lookUpFact } from '../facts/catalogue.js';
import type { AgentCounts, AgentState, FactState } from '../shapes/port.js';
import type { MetricFamily, MetricSample } from './exposition.js';
import { metricOf } from './metric-names.js';

/**
 * The families of one scrape. A fact that is unknown has no sample, so a query sees a gap and never a 0. A word is a label of
 * a sample that is 1, under a name that ends in `_info`.
 */
export function metricsOf(state: AgentState, counts: AgentCounts): MetricFamily[] {
  return [
    ...runFamilies(state),
    ...countFamilies(state, counts),
    ...knobFamilies(state),
    ...ruleFamilies(state),
    ...factFamilies(state.facts),
  ];
}

function runFamilies({ version, mode, preset, profile, auto, cards, book }: AgentState): MetricFamily[] {
  const ofCard = cards.map(({ name, uuid, simulated }, place) => ({
    labels: { gpu: String(place), name, uuid, simulated: String(simulated) },
    value: 1,
  }));
  return [
    gauge('evenkeel_build_info', 'The version of the agent.', [{ labels: { version }, value: 1 }]),
    gauge('evenkeel_run_info', 'Whether rules are enforced, and by which preset and profile.', [
      { labels: { mode, preset: preset ?? '', profile }, value: 1 },
    ]),
    gauge('evenkeel_run_auto', '1 while rules act, 0 while a person froze all but safety rules.', [
      plain(auto),
    ]),
    gauge('evenkeel_card_info', 'The cards; 0 is the one that the bot computes on.', ofCard),
    gauge('evenkeel_book_loaded_timestamp_seconds', 'When the live rules went live.', [
      plain(Date.parse(book.loadedAt) / 1_000),
    ]),
    gauge('evenkeel_book_last_reload_successful', '0 while the newest save of the rules is refused.', [
      plain(book.error === null),
    ]),
  ];
}

function countFamilies({ knobs }: AgentState, counts: AgentCounts): MetricFamily[] {
  const { samples, frames, decisions, changes, reloads, lines } = counts;
  // What can be counted is told as 0 before it happens, so that the first time is an increase.
  const changed = { ...Object.fromEntries(Object.keys(knobs).map((knob) => [knob, 0])), ...changes };
  return [
    counter('evenkeel_ticks_total', 'Ticks: samples of all facts, each with a decision.', [plain(samples)]),
    counter(
      'evenkeel_frames_total',
      'Frames of the bot that is steered, by what became of them.',
      by('outcome', frames),
    ),
    counter('evenkeel_lines_accepted_total', 'Lines of bots that were taken in.', [plain(lines.accepted)]),
    counter('evenkeel_lines_rejected_total', 'Lines of bots that were refused.', [plain(lines.rejected)]),
    counter('evenkeel_lines_late_total', 'Frames among the accepted lines that were too old to use.', [
      plain(lines.late),
    ]),
    counter('evenkeel_lines_dropped_total', 'Frames that were lost because no tick came to fetch them.', [
      plain(lines.dropped),
    ]),
    counter('evenkeel_decisions_total', 'Ticks at which knobs, active rules or reasons changed.', [
      plain(decisions),
    ]),
    counter('evenkeel_knob_changes_total', 'Changes that were applied, by knob.', by('knob', changed)),
    counter(
      'evenkeel_book_reloads_total',
      'Saves of the rules, by what became of them.',
      by('outcome', reloads),
    ),
  ];
}

function knobFamilies({ knobs }: AgentState): MetricFamily[] {
  const all = Object.entries(knobs);
  const numbers = (read: (knob: AgentState['knobs'][string]) => string | number): MetricSample[] =>
    all.flatMap(([knob, state]) => {
      const value = read(state);
      return typeof value === 'number' ? [{ labels: { knob }, value }] : [];
    });
  return [
    gauge(
      'evenkeel_knob_in_force',
      'Values in force of knobs that are numbers.',
      numbers(({ value }) => value),
    ),
    gauge(
      'evenkeel_knob_decided',
      'Values that rules and people want of knobs that are numbers.',
      numbers(({ decided }) => decided),
    ),
    gauge(
      'evenkeel_knob_info',
      'The value in force of every knob, as a word.',
      all.map(([knob, { value }]) => ({ labels: { knob, value: String(value) }, value: 1 })),
    ),
  ];
}

function ruleFamilies({ rules }: AgentState): MetricFamily[] {
  const each = (value: (rule: AgentState['rules'][number]) => number | boolean): MetricSample[] =>
    rules.map((rule) => ({ labels: { rule: rule.id }, value: Number(value(rule)) }));
  return [
    counter(
      'evenkeel_rule_activations_total',
      'How often a rule began to act; a changed rule begins anew.',
      each(({ activations }) => activations),
    ),
    gauge(
      'evenkeel_rule_active',
      '1 while a rule acts.',
      each(({ state }) => state === 'active'),
    ),
    gauge(
      'evenkeel_rule_blind',
      '1 while a fact that a rule needs is unknown.',
      each(({ blind }) => blind),
    ),
  ];
}

/** The facts by the names of their metrics, in the order in which they were first heard. */
function factFamilies(facts: AgentState['facts']): MetricFamily[] {
  const families = new Map<string, MetricFamily>();
  const taken = new Set<string>();
  for (const [fact, state] of Object.entries(facts)) {
    const { value } = state;
    if (value === null) continue;
    const { name, type, labels, convert, help } = describe(fact, state);
    const isWord = typeof value === 'string';
    const told = {
      ...labels,
      ...(isWord ? { value } : {}),
      ...(state.quality === 'simulated' ? { simulated: 'true' } : {}),
    };
    // Two facts whose names differ in nothing that a metric's name can tell.
    const sample = `${name} ${JSON.stringify(labels)}`;
    const own = taken.has(sample) ? { ...told, fact } : told;
    taken.add(sample);
    const family = families.get(name) ?? { name, type, help, samples: [] };
    families.set(name, family);
    family.samples.push({ labels: own, value: isWord ? 1 : convert(Number(value)) });
  }
  return [...families.values()];
}

function describe(
  fact: string,
  { value, unit }: FactState,
): Pick<MetricFamily, 'name' | 'type' | 'help'> & Pick<ReturnType<typeof metricOf>, 'labels' | 'convert'> {
  const metric = metricOf(fact, unit);
  const meaning = lookUpFact(fact)?.meaning ?? 'a signal of the rules';
  const inUnit = metric.unit === '' ? '' : `, in ${metric.unit}`;
  return {
    ...metric,
    ...(typeof value === 'string' ? { name: `${metric.name}_info`, type: 'gauge' } : {}),
    help: `${metric.pattern}: ${meaning}${inUnit}`,
  };
}

function gauge(name: string, help: string, samples: MetricSample[]): MetricFamily {
  return { name, type: 'gauge', help, samples };
}

function counter(name: string, help: string, samples: MetricSample[]): MetricFamily {
  return { name, type: 'counter', help, samples };
}

function plain(value: number | boolean): MetricSample {
  return { labels: {}, value: Number(value) };
}

function by(label: string, values: Readonly<Record<string, number>>): MetricSample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}
