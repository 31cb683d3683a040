import { describe, expect, test } from 'vitest';
import { renderLine, renderView } from '../../src/commands/view.js';
import type { AgentState, DecisionEntry, FactState } from '../../src/shapes/port.js';

function fact(value: number | string, unit = ''): FactState {
  return { value, unit, quality: 'measured', ageMs: 0 };
}

function state(overrides: Partial<AgentState> = {}): AgentState {
  return {
    version: '0.1.0',
    session: 's',
    atMs: 1_000,
    wallMs: 1_700_000_000_000,
    level: 'balanced',
    preset: null,
    auto: true,
    mode: 'enforce',
    bot: { name: 'osrs', session: 'b', paused: false, frames: 10, observers: [] },
    knobs: {
      resolution: {
        value: 640,
        decided: 512,
        winner: 'resolution-down',
        reason: 'step',
        boundedBy: [],
        expiresAt: null,
        offer: { value: 640 },
      },
      powerLimitW: {
        value: 450,
        decided: 450,
        winner: 'base',
        reason: 'base',
        boundedBy: [],
        expiresAt: null,
        wouldBe: 320,
        offer: { value: 450 },
      },
    },
    facts: {
      'frame.loadPercent': fact(117.4, '%'),
      'frame.fps': fact(8.5, '1/s'),
      'level.goalFps': fact(10, '1/s'),
      'frame.yoloMs': fact(80.25, 'ms'),
      'frame.totalMs': fact(100, 'ms'),
      'gpu.utilizationPercent': fact(87, '%'),
      'gpu.limitedBy': fact('none'),
    },
    rules: [],
    notices: [],
    wouldBe: [],
    recommendations: [],
    book: { loadedAt: '2026-01-31T21:14:03.000Z', files: [], error: null, changedRules: 1 },
    profile: 'cpu',
    card: { name: 'Simulated RTX 4090', simulated: true },
    cards: [{ name: 'Simulated RTX 4090', uuid: 'GPU-0', simulated: true }],
    sentence: '8.5 fps of 10 · a frame takes 117 % of its time',
    simulated: ['gpu'],
    recording: null,
    notes: ['no rung reaches 60 FPS: the smallest gives about 43.0'],
    ...overrides,
  };
}

const entry: DecisionEntry = {
  atMs: 900,
  wallMs: 1_700_000_000_000,
  knob: 'resolution',
  from: 640,
  to: 512,
  winner: 'resolution-down',
  reason: 'step',
  because: 'a frame takes 117 % of its time',
  mode: 'enforce',
  facts: {},
  outcome: 'refused',
  grade: null,
};

describe('the live view', () => {
  test('keeps to the width, at any', () => {
    for (const width of [20, 40, 80, 200]) {
      for (const line of renderView(state(), [entry], width, false))
        expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test('says what is simulated, what would be done, what was refused and what cannot be reached', () => {
    const text = renderView(state(), [entry], 200, false).join('\n');
    expect(text).toContain('(SIMULATED)');
    expect(text).toContain('gpu SIMULATED 87 %');
    expect(text).toContain('powerLimitW 450 (would be 320)');
    expect(text).toContain('resolution 640 → 512 by resolution-down (refused): a frame takes 117 %');
    expect(text).toContain('! no rung reaches 60 FPS');
    expect(text).toMatch(/rules of \d\d:\d\d:\d\d live, 1 changed/);
  });

  test('says "not available" instead of showing zero for what is unknown', () => {
    const text = renderView(state({ facts: {} }), [], 200, false).join('\n');
    expect(text).toContain('load   not available');
    expect(text).toContain('stages not available');
    expect(text).not.toMatch(/\b0 (%|fps)/);
  });

  test('marks the goal on each bar, and colours only when asked', () => {
    const [load] = renderView(state(), [], 200, false).filter((line) => line.startsWith('load'));
    expect(load).toMatch(/^load {3}\[#{20}\|#{2}\.+\] 117\.4 \/ 100\.0/);
    expect(renderView(state(), [], 200, true).join('')).toContain('\x1b[');
    expect(renderView(state(), [], 200, false).join('')).not.toContain('\x1b[');
  });

  test('shows what rules recommend and warn of, what would be done, and grades', () => {
    const notice = { rule: 'heat', because: '3 °C left', sinceMs: 0 };
    const notices: AgentState['notices'] = [
      { ...notice, kind: 'alert', severity: 'critical', title: 'The card is hot' },
      { ...notice, kind: 'alert', severity: 'warning', title: 'The card is warm' },
      { ...notice, kind: 'recommend', title: 'Open a window' },
    ];
    const grade = {
      verdict: 'helped' as const,
      fact: 'inference.totalMs',
      expectedRatio: '0.72',
      ratio: 0.7,
      before: 10,
      after: 7,
      why: 'it stands',
      atMs: 2_000,
    };
    const entries: DecisionEntry[] = [
      { ...entry, outcome: 'applied', because: null, grade },
      { ...entry, mode: 'recommend', outcome: 'wouldBe' },
    ];
    const text = renderView(state({ notices }), entries, 200, false).join('\n');
    expect(text).toContain('! The card is hot (heat): 3 °C left');
    expect(text).toContain('! recommended by heat: Open a window: 3 °C left');
    expect(text).toContain(
      'by resolution-down [helped: inference.totalMs 0.70 of before, expected 0.72; it stands]',
    );
    expect(text).toContain('recommended: resolution 640 → 512 by resolution-down: a frame takes 117 %');
    const colours = renderView(state({ notices }), [], 200, true).filter((line) => line.includes('The card'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours.
    expect(colours.map((line) => /^\x1b\[(\d+)m/.exec(line)?.[1])).toEqual(['31', '33']);
  });

  test('shows where the newest save is wrong', () => {
    const error = { path: 'my/a.yaml', line: 3, column: 7, rule: null, message: 'unknown key "fro"' };
    const book = { ...state().book, error };
    expect(renderView(state({ book }), [], 200, false).join('\n')).toContain(
      'my/a.yaml:3:7: unknown key "fro"',
    );
  });
});

test('a line for where there is no terminal holds the sentence, the knobs and the card', () => {
  expect(renderLine(state())).toBe(
    '8.5 fps of 10 · a frame takes 117 % of its time | resolution 640 · powerLimitW 450 (would be 320) | gpu SIMULATED 87 % · not available · not available of not available · limited by none',
  );
});
