/** What a run tells: a live view on a terminal, a line a second elsewhere, JSON lines when asked. */
import type { Agent, Log, Totals } from '../agent/index.js';
import type { AgentEvent, AgentState } from '../shapes/port.js';
import type { Io } from './io.js';
import { printJson } from './print-json.js';
import { openScreen, type Screen } from './screen.js';
import { renderLine, renderView } from './view.js';

/** How often people are told, in ms. */
const LINE_EVERY_MS = 1_000;
const DRAW_EVERY_MS = 500;
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
/** Log lines that the view shows below the decisions. */
const SHOWN_LINES = 5;
const NEWEST = 5;

/** Where a run's events go, whichever way they are told. */
export interface Output {
  log: Log;
  /** What people are told as long as no bot is there; nothing in JSON. */
  hint(text: string): void;
  event(event: AgentEvent, agent: Agent): void;
  totals(totals: Totals): void;
  /** Gives the terminal back. */
  close(): void;
}

/** The live view where a terminal is there to draw on and JSON is not asked for; lines elsewhere. */
export function openOutput(
  io: Io,
  { isJson, logLevel }: { isJson: boolean; logLevel: (typeof LEVELS)[number] },
): Output {
  const screen: Screen | null = io.isTerminal && !isJson ? openScreen(io.stdout) : null;
  const kept: string[] = [];
  let hint: readonly string[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const log: Log = (level, message) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(logLevel)) return;
    const line = `${new Date().toTimeString().slice(0, 8)} ${level} ${message}`;
    if (screen === null) io.stderr(`${line}\n`);
    else {
      kept.push(line);
      kept.splice(0, kept.length - SHOWN_LINES);
    }
  };
  const everyMs = screen === null ? LINE_EVERY_MS : DRAW_EVERY_MS;
  const isDue = (): boolean => {
    const nowMs = performance.now();
    // A tick comes a little early or late; half an interval is close enough.
    if (nowMs - lastMs < everyMs * 0.9) return false;
    lastMs = nowMs;
    return true;
  };
  const show = (state: AgentState, agent: Agent): void => {
    if (isJson) printJson(io, stateLine(state));
    else if (screen === null) io.stdout(`${renderLine(state)}\n`);
    else {
      const width = process.stdout.columns ?? 80;
      const colour = io.env.NO_COLOR === undefined || io.env.NO_COLOR === '';
      const view = renderView(state, agent.decisions(-1).slice(-NEWEST), width, colour);
      screen.draw([
        ...view,
        '',
        ...(state.bot === null ? hint : []),
        ...kept.map((line) => line.slice(0, width)),
      ]);
    }
  };
  return {
    log,
    hint(text) {
      if (screen !== null) hint = text.split('\n');
      else if (!isJson) io.stdout(text);
    },
    event(event, agent) {
      if (event.kind === 'sample') {
        if (isDue()) show(event.state, agent);
      } else if (isJson && event.kind === 'decision')
        for (const entry of event.entries) printJson(io, { kind: 'decision', ...entry });
      else if (isJson && event.kind === 'reload') printJson(io, { kind: 'reload', book: event.book });
    },
    totals(totals) {
      if (isJson) printJson(io, totals);
      else io.stdout(totalsText(totals));
    },
    close() {
      screen?.close();
      // What was only on the screen is gone with it: errors must stay readable.
      if (screen !== null) for (const line of kept) io.stderr(`${line}\n`);
    },
  };
}

/** One second of a run as a JSON line. */
function stateLine(state: AgentState): object {
  const { atMs, sentence, level, mode, knobs, facts, simulated } = state;
  const fact = (name: string): unknown => facts[name]?.value ?? null;
  return {
    kind: 'state',
    atMs,
    sentence,
    level,
    mode,
    fps: fact('frame.fps'),
    loadPercent: fact('frame.loadPercent'),
    totalMs: fact('frame.totalMs'),
    knobs: Object.fromEntries(Object.entries(knobs).map(([name, { value }]) => [name, value])),
    active: state.rules.filter((rule) => rule.state === 'active').map((rule) => rule.id),
    simulated,
  };
}

function totalsText(totals: Totals): string {
  const { frames, processed, skipped, dropped, samples, decisions, changes, stages, digest, recording } =
    totals;
  const changed = Object.entries(changes).map(([knob, n]) => `${knob} ${n}`);
  const lines = [
    `${frames} frames: ${processed} processed, ${skipped} skipped, ${dropped} dropped; ${samples} samples, ${decisions} decisions`,
    `changes applied: ${changed.length === 0 ? 'none' : changed.join(', ')}`,
    ...Object.entries(stages).map(
      ([name, { p50Ms, p95Ms, p99Ms }]) => `  ${name}: p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms`,
    ),
    ...(totals.simulated.length > 0 ? [`SIMULATED: ${totals.simulated.join(', ')}`] : []),
    `digest ${digest}`,
    `recording ${recording ?? 'none'}`,
  ];
  return `${lines.join('\n')}\n`;
}
