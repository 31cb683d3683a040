/** What limits the frame rate, with the figures that say so. */
import { stageOf } from '../facts/stages.js';
import type { BottleneckAnswer } from '../shapes/generated/answers.js';
import type { AgentState } from '../shapes/port.js';
import { numberOf, wordOf } from './fact-values.js';

/** The fact `state.bottleneck` beside the load, the stages of a frame (longest first) and what limits the card. */
export function bottleneckOf({ atMs, wallMs, facts }: AgentState): BottleneckAnswer {
  const frameMs = numberOf(facts['frame.totalMs']);
  const bottleneck = wordOf(facts['state.bottleneck']);
  const why = facts['state.bottleneck']?.why;
  return {
    at: new Date(wallMs).toISOString(),
    atMs,
    bottleneck,
    ...(bottleneck === null && why !== undefined ? { why } : {}),
    loadPercent: numberOf(facts['frame.loadPercent']),
    otherLoadPercent: numberOf(facts['frame.otherLoadPercent']),
    goalFps: numberOf(facts['level.goalFps']),
    frameMs,
    stages: stagesOf(facts, frameMs),
    limitedBy: wordOf(facts['gpu.limitedBy']),
  };
}

function stagesOf(facts: AgentState['facts'], frameMs: number | null): BottleneckAnswer['stages'] {
  const stages = Object.entries(facts).flatMap(([fact, state]) => {
    const name = stageOf(fact);
    const ms = numberOf(state);
    return name === undefined || ms === null ? [] : [{ name, ms }];
  });
  return stages
    .sort((a, b) => b.ms - a.ms || (a.name < b.name ? -1 : 1))
    .map(({ name, ms }) => ({
      name,
      ms,
      percent: frameMs === null || frameMs === 0 ? null : (100 * ms) / frameMs,
    }));
}
