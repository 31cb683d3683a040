/** What schemas and pages say of a fact or a knob. */

/** How often a fact is read, by its tier. */
export const TIER_WORDS = {
  frame: 'from the frames of a tick',
  fast: 'read at every tick',
  slow: 'read every few seconds',
  rare: 'read every half minute',
  once: 'read once, at the start',
  tick: 'computed at every tick',
};

/** Above this a range says only that there is no upper end worth telling. */
const ENDLESS = 1e7;

/** The values a fact can have: `0 to 100 %`, `true or false`, `one of …`. */
export function valuesOf({ type, unit, range, words }) {
  if (type === 'boolean') return 'true or false';
  if (type === 'word') return words === undefined ? 'a word' : `one of ${words.join(', ')}`;
  const [min, max] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const values = max >= ENDLESS ? `${min} or more` : `${min} to ${max}`;
  return unit === '' ? values : `${values} ${unit === '1/s' ? 'a second' : unit}`;
}

/** One line for a fact. */
export function describeFact(definition) {
  return `${capital(definition.meaning)}: ${valuesOf(definition)}; ${TIER_WORDS[definition.tier]}.`;
}

/** One line for a knob. */
export function describeKnob({ meaning, relief, hardware }) {
  const lessLoad = relief === null ? '' : ` ${capital(relief)} is less load.`;
  const consent = hardware ? " Written only with a person's consent." : '';
  return `${capital(meaning)}.${lessLoad}${consent}`;
}

/** Whether one of a knob's values is more than another: only then there are caps, floors and ways. */
export function isOrdered({ safe, relief, type }) {
  return type === 'number' || safe !== null || relief !== null;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
