/** The live terminal view: the state in one sentence, then bars, stages, the card and the newest decisions. */
import pc from 'picocolors';
import { entryText, noticeText } from '../agent/index.js';
import { stageOf } from '../facts/stages.js';
import type { AgentState, DecisionEntry, Notice } from '../shapes/port.js';

/** Lines of the view, at most `width` columns each, without colour codes when `colour` is off. */
export function renderView(
  state: AgentState,
  entries: readonly DecisionEntry[],
  width: number,
  colour: boolean,
): string[] {
  const c = pc.createColors(colour);
  const lines = [
    c.bold(
      shorten(
        `evenkeel · ${state.card.name}${state.card.simulated ? ' (SIMULATED)' : ''} · profile ${state.profile} · level ${state.level} · mode ${state.mode}`,
        width,
      ),
    ),
    shorten(state.sentence, width),
    '',
    bar('load', number(state, 'frame.loadPercent'), 100, '% of the frame budget', width, c),
    bar('rate', number(state, 'frame.fps'), number(state, 'level.goalFps') ?? 0, 'fps of the goal', width, c),
    shorten(stagesLine(state), width),
    shorten(cardLine(state), width),
    shorten(machineLine(state), width),
    shorten(knobsLine(state), width),
    '',
    shorten(bookLine(state), width),
    ...state.notes.map((note) => c.yellow(shorten(`! ${note}`, width))),
    ...state.notices.map((notice) => noticeLine(notice, width, c)),
    '',
    c.bold('last decisions'),
    ...(entries.length === 0
      ? ['  none yet']
      : entries.toReversed().map((entry) => shorten(`  ${entryLine(entry)}`, width))),
  ];
  return lines;
}

/** One line for where there is no terminal: what changed hands in a second. */
export function renderLine(state: AgentState): string {
  return [state.sentence, knobsLine(state), cardLine(state)].filter((part) => part !== '').join(' | ');
}

/** `21:14:03 resolution 640 → 512 by resolution-down: a frame takes 117 % … [helped: …]`. */
function entryLine(entry: DecisionEntry): string {
  return `${clockTime(entry.wallMs)} ${entryText(entry)}`;
}

function clockTime(wallMs: number): string {
  return new Date(wallMs).toTimeString().slice(0, 8);
}

function number(state: AgentState, fact: string): number | undefined {
  const value = state.facts[fact]?.value;
  return typeof value === 'number' ? value : undefined;
}

function show(state: AgentState, fact: string, digits = 0): string {
  const value = number(state, fact);
  return value === undefined
    ? 'not available'
    : `${value.toFixed(digits)} ${state.facts[fact]?.unit ?? ''}`.trimEnd();
}

const BAR_WIDTH = 30;

function bar(
  name: string,
  value: number | undefined,
  goal: number,
  unit: string,
  width: number,
  c: ReturnType<typeof pc.createColors>,
): string {
  if (value === undefined || goal <= 0) return shorten(`${name.padEnd(6)} not available`, width);
  // The goal stands at two thirds, so that what lies above it can be seen.
  const tick = Math.round((BAR_WIDTH * 2) / 3);
  const filled = Math.min(BAR_WIDTH, Math.round((value / goal) * tick));
  const cells = Array.from({ length: BAR_WIDTH }, (_, i) => (i === tick ? '|' : i < filled ? '#' : '.')).join(
    '',
  );
  const text = shorten(
    `${name.padEnd(6)} [${cells}] ${value.toFixed(1)} / ${goal.toFixed(1)} ${unit}`,
    width,
  );
  const isBad = name === 'load' ? value > goal : value < goal * 0.95;
  return isBad ? c.yellow(text) : c.cyan(text);
}

function stagesLine(state: AgentState): string {
  const stages = Object.keys(state.facts)
    .map(stageOf)
    .filter((stage) => stage !== undefined)
    .flatMap((stage) => {
      const ms = number(state, `frame.${stage}Ms`);
      return ms === undefined ? [] : [`${stage} ${ms.toFixed(1)}`];
    });
  return stages.length === 0 ? 'stages not available' : `stages ${stages.join(' · ')} ms`;
}

function cardLine(state: AgentState): string {
  const tag = state.card.simulated ? 'gpu SIMULATED' : 'gpu';
  const limited = state.facts['gpu.limitedBy']?.value ?? 'not available';
  return `${tag} ${show(state, 'gpu.utilizationPercent')} · ${show(state, 'gpu.temperatureC')} · ${show(state, 'gpu.powerW')} of ${show(state, 'gpu.powerLimitW')} · limited by ${limited}`;
}

function machineLine(state: AgentState): string {
  return `machine cpu ${show(state, 'system.cpuPercent')} · memory ${show(state, 'system.memoryPercent')} · agent ${show(state, 'agent.cpuPercent', 1)}, ${show(state, 'agent.rssMib')}`;
}

function knobsLine(state: AgentState): string {
  const knobs = Object.entries(state.knobs)
    .filter(([name]) => name !== 'level')
    .map(
      ([name, { value, wouldBe }]) =>
        `${name} ${value}${wouldBe === undefined ? '' : ` (would be ${wouldBe})`}`,
    );
  return knobs.length === 0 ? 'no knobs offered' : knobs.join(' · ');
}

function bookLine({ book }: AgentState): string {
  const live = `rules of ${clockTime(Date.parse(book.loadedAt))} live, ${book.changedRules} changed`;
  return book.error === null
    ? live
    : `${live}; newest save refused: ${book.error.path}:${book.error.line}:${book.error.column}: ${book.error.message}`;
}

function noticeLine(notice: Notice, width: number, c: ReturnType<typeof pc.createColors>): string {
  const text = shorten(`! ${noticeText(notice)}`, width);
  if (notice.severity === 'critical') return c.red(text);
  return notice.severity === 'warning' ? c.yellow(text) : text;
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
