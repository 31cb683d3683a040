/** Seeded random numbers: the same seed gives the same scene on every machine. */
export interface Random {
  /** Evenly from `min` up to `max`, `max` left out. */
  between(min: number, max: number): number;
  /** A whole number from `min` up to `max`, both included. */
  whole(min: number, max: number): number;
}

/** Marsaglia's xorshift32 (Journal of Statistical Software 8, 2003). */
export function createRandom(seed: number): Random {
  // Multiplied by the golden ratio in 32 bits so that small seeds start far apart; 0 would stay 0.
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  // The first draws of near seeds are still alike.
  for (let draw = 0; draw < 8; draw += 1) next();
  return {
    between: (min, max) => min + next() * (max - min),
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
  };
}
