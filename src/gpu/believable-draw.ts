/** Draws that cannot be, whoever tells them. */

/** A laptop was seen to tell 593 W while idle: nothing draws so many times the highest limit of its card. */
const BELIEVED_SHARE = 1.5;

/** Why a card with this highest limit in W cannot draw so many W, or null; 0 where no limit is known. */
export function refuseDraw(drawW: number, highestLimitW: number): string | null {
  if (highestLimitW <= 0 || drawW <= BELIEVED_SHARE * highestLimitW) return null;
  return `${drawW} W cannot be, with a highest limit of ${highestLimitW} W`;
}
