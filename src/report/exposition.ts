/** Prometheus' text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */

/** The content type of the text. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** One value with its labels; those without labels have an empty record. */
export interface MetricSample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** All samples of one name. A counter only grows, and begins anew when the agent does. */
export interface MetricFamily {
  /** As Prometheus takes it: letters, digits and `_`; of a counter with `_total` at its end. */
  name: string;
  type: 'counter' | 'gauge';
  help: string;
  samples: MetricSample[];
}

/** The text of some families in their order; one without samples is left out. Names must be right, all else is escaped. */
export function expositionText(families: Iterable<MetricFamily>): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
    for (const { labels, value } of samples) lines.push(`${name}${labelText(labels)} ${numberText(value)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function labelText(labels: MetricSample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Go's ParseFloat, which reads it, takes every number as JavaScript writes it but for the infinite ones. */
function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
