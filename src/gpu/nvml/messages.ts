/** What the agent asks of the child that reads the cards, and what the child answers. */
import type { CardInventory } from '../../shapes/gpu.js';
import type { Pace, Wanted } from './reader.js';
import type { CardReading } from './session.js';

/** One question at a time; the answer bears its number. */
export type Question = { id: number } & QuestionBody;
/** A question without its number. */
export type QuestionBody =
  /** `known`: the cards of the child before, which are looked for where they are not there. */
  { kind: 'open'; pace: Pace; known: CardInventory[] } | { kind: 'read'; wanted: Wanted };

/** What the child answers; `cpuUs` is its processor time since it started. */
export type Reply = { id: number; cpuUs: number } & ReplyBody;
/** An answer without its number. */
export type ReplyBody =
  | {
      kind: 'opened';
      cards: CardInventory[];
      driver: string;
      /** What was loaded. */
      library: string;
      /** Cards that could not be opened, and why. */
      refused: string[];
    }
  | { kind: 'failed'; why: string }
  /** `isSpent`: another process would do better than this one. */
  | { kind: 'read'; cards: CardReading[]; isSpent: boolean };
