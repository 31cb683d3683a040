import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markup } from '../../src/report/markup.js';
import { type PageParts, pageOf } from '../../src/report/page.js';
import { timelineText, wrap } from '../../src/report/timeline-text.js';
import { range } from '../../src/report/words.js';
import type { DryRunReport, Timeline } from '../../src/shapes/dry-run.js';

function timelineOf(name: string): Timeline {
  return {
    cellS: 1,
    cells: 4,
    durationS: 4,
    start: '2026-01-02T03:04:05.000Z',
    gapsS: [2],
    facts: [
      {
        fact: 'gpu.temperatureC',
        unit: '°C',
        min: [60, null, 70, 80],
        max: [61, null, 72, 80],
        mean: [60, null, 71, 80],
      },
    ],
    knobs: [{ knob: name, rungs: null, values: [450, 450, 320, 320], changes: [0, 0, 1, 0] }],
    rules: [{ id: name, active: [0, 0, 0.5, 1], blind: [1, 0, 0, 0] }],
    marks: [{ atS: 2, knob: name, from: 450, to: 320, rule: name }],
    moreMarks: 3,
  };
}
function partsOf(name: string): PageParts {
  const timeline = timelineOf(name);
  const outcome = {
    samples: 4,
    durationS: 4,
    segments: 2,
    factsMissing: [name],
    rules: [
      { id: name, activations: 1, activeS: 1.5, blindS: 1, tried: true, lacks: [name] },
      { id: `${name}2`, activations: 0, activeS: 0, blindS: 4, tried: false, lacks: [name] },
    ],
    knobs: { [name]: { changes: 1, timeAtS: { 450: 2, 320: 2 } } },
    decisions: 2,
    digest: 'abc',
  };
  const difference: DryRunReport['difference'] = {
    same: 0,
    comes: 1,
    goes: 0,
    moves: 0,
    changes: 0,
    decisions: [
      {
        kind: 'comes',
        knob: name,
        atS: 2,
        againstAtS: null,
        byS: null,
        from: 450,
        to: 320,
        againstTo: null,
        byValue: null,
        rule: name,
        againstRule: null,
      },
    ],
    rules: [{ id: name, activations: 1, againstActivations: null, activeS: 1, againstActiveS: null }],
  };
  const report: DryRunReport = {
    kind: 'whatIf',
    rejectedRows: 0,
    assumed: [{ what: 'bot', profile: name, knobs: { [name]: name } }],
    ...outcome,
    against: outcome,
    difference,
  };
  return { log: name, report, profile: name, timeline, againstTimeline: timeline, notes: [name] };
}

/** Tags of a page in their order, without those that need no end. */
function tagsOf(page: string): string[] {
  return [...page.matchAll(/<(\/?[a-z0-9]+)[^>]*?(\/?)>/g)].flatMap(([, tag = '', slash]) =>
    slash === '/' || tag === 'meta' ? [] : [tag],
  );
}

describe('the page of a dry-run', () => {
  const page = pageOf(partsOf('power'));

  test('asks nobody for anything and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|https?:/i);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });

  test('closes every element that it opens', () => {
    const open: string[] = [];
    for (const tag of tagsOf(page)) {
      if (!tag.startsWith('/')) open.push(tag);
      else expect(`/${open.pop()}`).toBe(tag);
    }
    expect(open).toEqual([]);
  });

  test('says that an open loop does not know the answer, what was not tried, and what comes', () => {
    expect(page).toContain('cannot be known from a log');
    expect(page).toContain('Blind: not tried, as what they look at was never known: power2.');
    expect(page).toContain('1 come with these rules');
    expect(page).toContain('and 3 more');
  });

  test('has a name for its language, each picture, table head and scrolling part', () => {
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('name="viewport"');
    expect(page.match(/<svg /g)?.length).toBe(page.match(/role="img" aria-label="[^"]+"/g)?.length);
    for (const [tag] of page.matchAll(/<th[ >][^>]*/g)) expect(tag).toMatch(/scope="(?:col|row)"/);
    for (const [tag] of page.matchAll(/<div class="scroll"[^>]*/g))
      expect(tag).toMatch(/tabindex="0" role="region" aria-label="[^"]+"/);
    expect([...page.matchAll(/<h(\d)/g)].map(([, level]) => level)).toEqual(['1', '2', '2', '2', '2', '2']);
  });

  test('draws decisions of one cell once, however many there were', () => {
    const parts = partsOf('power');
    const [mark] = parts.timeline.marks;
    if (mark === undefined) throw new Error('expected a mark');
    const many = Array.from({ length: 500 }, () => mark);
    const drawn = pageOf({ ...parts, timeline: { ...parts.timeline, marks: many } });
    expect(drawn.match(/class="mark" d="[^"]*"/g)).toEqual(['class="mark" d="M2.5 0V60"']);
  });

  test('sets heads of numbers over their numbers', () => {
    expect(page).toContain('<th scope="col" class="n">From</th>');
    expect(page).toContain('<td class="s">not tried</td>');
  });

  test('shows whatever logs and rules say as words', () => {
    const tags = tagsOf(page);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const hostile = pageOf(partsOf(`${text}"'><script>&`));
        expect(tagsOf(hostile)).toEqual(tags);
        expect(hostile).not.toContain('<script');
      }),
      { numRuns: 50 },
    );
    expect(markup`<b>${`a<b>&"'\u0000`}</b>`.text).toBe('<b>a&lt;b&gt;&amp;&quot;&#39;\ufffd</b>');
  });
});

describe('the timeline in the terminal', () => {
  test('is as wide as the terminal at most, and tells active, partly active and blind apart without colours', () => {
    for (const width of [40, 60, 100, 200]) {
      const lines = timelineText(timelineOf('power'), width);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
    const rule = timelineText(timelineOf('power'), 60).find((line) => line.includes('?'));
    expect(rule).toMatch(/^power +\?+·+▒+█+$/);
  });

  test('shows the other book beside, and where they differ', () => {
    const { timeline, report } = partsOf('power');
    const difference = report.difference as NonNullable<DryRunReport['difference']>;
    const others = (lines: readonly string[]): string[] =>
      lines.filter((line) => line.startsWith('  with the other book'));
    // What is the same with both is shown once.
    expect(others(timelineText(timeline, 100, { timeline, difference }))).toEqual([]);
    const still = { knob: 'power', rungs: null, values: [450, 450, 450, 450], changes: [0, 0, 0, 0] };
    const resting = { id: 'power', active: [0, 0, 0, 0], blind: [0, 0, 0, 0] };
    const other = { ...timeline, knobs: [still], rules: [resting] };
    const lines = timelineText(timeline, 100, { timeline: other, difference });
    // On one scale: what never moved stands as high as the knob stood before it was lowered.
    expect(lines.find((line) => /^power +[▁█]/.test(line))).toMatch(/^power +█+▁+ /);
    expect(others(lines)).toEqual([
      expect.stringMatching(/^ +with the other book +█+ 450 → 450$/),
      expect.stringMatching(/^ +with the other book +·+ 0 s active$/),
    ]);
    expect(lines.find((line) => line.startsWith('differences'))).toMatch(/^differences +·+\+·+$/);
  });

  test('tells a fact that stood still by one figure', () => {
    expect(range(38.81, 38.82, '°C')).toBe('38.8 °C');
    expect(range(0, 0, '')).toBe('0');
    expect(range(60, 80.12, '°C')).toBe('60 to 80.1 °C');
  });

  test('breaks lines at words', () => {
    expect(wrap('  one two three', 9, 4)).toEqual(['  one two', '    three']);
  });
});
