/** What an agent says, taken only as far as it is what the wire promises. */
import type { FrameRules } from '../shapes/rule.js';

/** A decision as it came; its values are checked where they are used. */
export interface Told {
  decision: Record<string, unknown>;
  revision: number;
  /** Null when they are not as promised. */
  frameRules: FrameRules | null;
}

/** What opens a session, with the decision that stands. */
export interface Welcome extends Told {
  session: string;
  leaseMs: number;
}

/** The answer to a hello, or null when it is none. */
export function readWelcome(body: unknown): Welcome | null {
  const told = readTold(body);
  if (told === null || !isRecord(body)) return null;
  const { session, leaseS } = body;
  if (typeof session !== 'string' || typeof leaseS !== 'number' || !(leaseS > 0)) return null;
  return { ...told, session, leaseMs: leaseS * 1000 };
}

/** A decision, or null when it is none. */
export function readTold(body: unknown): Told | null {
  if (!isRecord(body)) return null;
  const { decision, revision, frameRules } = body;
  if (!isRecord(decision) || typeof revision !== 'number') return null;
  return { decision, revision, frameRules: isFrameRules(frameRules) ? frameRules : null };
}

function isFrameRules(value: unknown): value is FrameRules {
  if (!isRecord(value) || !isRecord(value.weights) || !Array.isArray(value.never)) return false;
  const numbers = [value.maxImportance, value.maxSkipRun, value.maxAgeMs, ...Object.values(value.weights)];
  return numbers.every((number) => typeof number === 'number');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
