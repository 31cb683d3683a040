/** Names of stages and scene flags as the wire takes them. */

/** As bot-line.schema.json says it: what is beyond makes the agent refuse the whole line. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;

/** A loop names the same few over and over; a bot that makes names up at every frame does not fill the memory. */
const KEPT = 256;

const known = new Map<unknown, boolean>();

/** Whether the wire takes it; asked once for each name that a bot uses. */
export function isName(name: unknown): name is string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const isOne = typeof name === 'string' && NAME.test(name);
  if (known.size < KEPT) known.set(name, isOne);
  return isOne;
}
