/** A dry-run as one page: no script, no request to anywhere, readable by any browser for as long as there are any. */
import type { DryRunReport, Timeline } from '../shapes/dry-run.js';
import { Markup, markup } from './markup.js';
import { factChart, knobChart, ruleChart } from './page-charts.js';
import { STYLE } from './page-style.js';
import { decisionTable, differenceTables, knobTable, ruleTable } from './page-tables.js';
import { assumedLine, clock, headline, notTried, OPEN_LOOP } from './words.js';

/** What a page is made of. */
export interface PageParts {
  /** As the person named it. */
  log: string;
  report: DryRunReport;
  profile: string;
  timeline: Timeline;
  /** The other book's; null without one. */
  againstTimeline: Timeline | null;
  /** What else the reader should know. */
  notes: readonly string[];
}

/** The text of an HTML file. */
export function pageOf(parts: PageParts): string {
  const { log, report, profile, timeline, notes } = parts;
  const { difference, factsMissing, kind, decisions, digest, assumed } = report;
  const isBeside = difference !== undefined;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="evenkeel">
<title>Dry-run of ${log}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>Dry-run of ${log}</h1>
<p>${headline(report, profile)}${timeline.start === null ? null : markup`; from ${timeline.start}`}</p>
${kind === 'whatIf' ? markup`<p class="note" role="note">${OPEN_LOOP}</p>` : null}
${assumed.length === 0 ? null : markup`<p class="soft">${assumedLine(assumed)}</p>`}
${notes.map((note) => markup`<p class="soft">${note}</p>`)}
${untriedNote(report)}
${isBeside ? markup`<h2>What differs from the other book</h2>${differenceTables(difference)}` : null}
<h2>Over time</h2>
<p class="soft key"><span><i class="k-active"></i>value, or rule active</span><span><i class="k-blind"></i>rule not to be judged, or a gap</span><span><i class="k-mark"></i>a decision</span>${isBeside ? markup`<span><i class="k-other"></i>the other book</span>` : null}</p>
${charts(parts)}
<h2>Rules</h2>
${ruleTable(report)}
${factsMissing.length === 0 ? null : markup`<p>Facts the rules look at that were never known: ${factsMissing.join(', ')}.</p>`}
<h2>Knobs</h2>
${knobTable(report)}
<h2>Decisions</h2>
${decisionTable(timeline)}
<p>${decisions} lines of decisions, digest <code>${digest}</code></p>
</main>
</body>
</html>
`.text;
}

function untriedNote({ rules }: DryRunReport): Markup | null {
  const untried = notTried(rules).map(({ id }) => id);
  if (untried.length === 0) return null;
  return markup`<p class="note" role="note">Blind: not tried, as what they look at was never known: ${untried.join(', ')}. This says nothing for or against them.</p>`;
}

/** Knobs that did not move and rules that were never active say nothing over time. */
function charts({ timeline, againstTimeline }: PageParts): Markup[] {
  const axis = markup`<div class="axis" aria-hidden="true"><span>0</span><span>${clock(timeline.durationS / 2)}</span><span>${clock(timeline.durationS)}</span></div>`;
  const isMoved = ({ changes }: Timeline['knobs'][number]): boolean => changes.some((n) => n > 0);
  const isActive = ({ active }: Timeline['rules'][number]): boolean => active.some((share) => share > 0);
  const knobs = timeline.knobs.flatMap((track) => {
    const other = againstTimeline?.knobs.find(({ knob }) => knob === track.knob);
    return isMoved(track) || (other !== undefined && isMoved(other))
      ? [knobChart(track, other, timeline)]
      : [];
  });
  const ids = new Set(
    [...timeline.rules, ...(againstTimeline?.rules ?? [])].filter(isActive).map(({ id }) => id),
  );
  const rules = [...ids].flatMap((id) => {
    const ours = timeline.rules.find((track) => track.id === id);
    const other = againstTimeline?.rules.find((track) => track.id === id);
    return [
      ...(ours === undefined ? [] : [ruleChart(ours, '', timeline)]),
      ...(other === undefined ? [] : [ruleChart(other, 'with the other book', timeline)]),
    ];
  });
  return [...timeline.facts.map((track) => factChart(track, timeline)), ...knobs, ...rules, axis];
}
