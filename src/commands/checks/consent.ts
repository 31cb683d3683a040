/** Whether a person has allowed that settings of the card are written. */
import type { Settings } from '../../settings/index.js';
import { type Check, fine } from './check.js';

/** Tells it; nothing about consent is ever a failure. */
export function checkConsent(hardware: Settings['hardware'], isDemo: boolean): Check {
  const name = 'consent to write';
  if (isDemo)
    return fine(name, `hardware: ${hardware}; the demo writes to no real card, whatever is allowed`);
  if (hardware === 'allow') return fine(name, 'hardware: allow; limits of the card may be written');
  const remedy = 'hardware: allow in evenkeel.yaml, or --allow-hardware, lets the agent write limits';
  const found = `hardware: ${hardware}; nothing is written, the decision says what it would write`;
  return { name, ok: true, found, remedy };
}
