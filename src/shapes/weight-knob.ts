/** The family of knobs `weights.FLAG`: what a flag of the scene multiplies the importance of a frame by. */

const PREFIX = 'weights.';

/** The names of scene flags on the wire (schemas/bot-line.schema.json). */
const FLAG = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;

/** The least and the most a weight can be (schemas/bot-decision.schema.json). */
export const WEIGHT_RANGE: readonly [min: number, max: number] = [0, 10];

/** The knob of a scene flag. */
export function weightKnob(flag: string): string {
  return PREFIX + flag;
}

/** The scene flag that a knob weighs; null for any other knob. */
export function flagOf(knob: string): string | null {
  if (!knob.startsWith(PREFIX)) return null;
  const flag = knob.slice(PREFIX.length);
  return FLAG.test(flag) ? flag : null;
}
