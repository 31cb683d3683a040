/** Decisions and what became of them, in words. */
import type { Grade, GradedChange } from '../shapes/decision.js';
import type { DecisionEntry } from '../shapes/port.js';

/** `resolution 640 → 512 by cool-down`, or what would have been. */
export function changeText({ knob, from, to, winner, outcome, mode }: DecisionEntry): string {
  const ended = outcome === 'refused' || outcome === 'superseded' ? ` (${outcome})` : '';
  const change = `${knob} ${from ?? '?'} → ${to} by ${winner}${ended}`;
  if (outcome !== 'wouldBe') return change;
  return mode === 'shadow' ? `in shadow: ${change}` : `recommended: ${change}`;
}

/** A change with its reason, and with its grade once there is one. */
export function entryText(entry: DecisionEntry): string {
  const { because, grade } = entry;
  const why = because === null ? '' : `: ${because}`;
  return `${changeText(entry)}${why}${grade === null ? '' : ` [${gradeText(grade)}]`}`;
}

/** `model yolov8s → yolov8n by model-down helped: inference.totalMs 0.58 of before, expected 0.43; it stands`. */
export function gradedText({ knob, from, to, by, grade }: GradedChange): string {
  return `${knob} ${from} → ${to} by ${by} ${gradeText(grade)}`;
}

const VERDICTS: Readonly<Record<Grade['verdict'], string>> = {
  helped: 'helped',
  noEffect: 'had no effect',
  harmed: 'did harm',
  void: 'was not judged',
};

/** `helped: inference.totalMs 0.58 of before, expected 0.43; it stands`; for what could not be judged the reason. */
export function gradeText({ verdict, fact, ratio, expectedRatio, why }: Grade): string {
  const measured = ratio === null ? [] : [`${fact} ${ratio.toFixed(2)} of before, expected ${expectedRatio}`];
  return `${VERDICTS[verdict]}: ${[...measured, why].join('; ')}`;
}
