/** What a writer of cards and its client say to each other: one JSON object a line, the same to child and helper. */
import { reasonOf } from '../errors.js';
import type { CardKnob } from '../shapes/gpu.js';
import { EXIT_POLICIES, type ExitPolicy } from './give-back.js';
import type { GivenBack } from './give-entry-back.js';
import { isCardKnob } from './journal.js';
import { isUuid } from './journal-files.js';

/** Version of the protocol; both sides must speak the same. */
export const WRITER_PROTOCOL = 1;
/** Longest line in bytes, either way; an answer about eight cards with all settings stays below. */
export const LINE_LIMIT_BYTES = 16_384;
/** Silence after which a lease ends unless said, in s; a client renews three times within it. */
export const LEASE_S = 10;
/** The shortest and longest lease, in s. */
export const LEASE_RANGE_S = [1, 300] as const;

/** What a client says. */
export type ClientLine =
  /**
   * Comes first, or after the challenge where there is one. `session` is the client's own name for itself, the same
   * after a lost connection.
   */
  | {
      kind: 'hello';
      protocol: number;
      session: string;
      pid: number;
      onExit: ExitPolicy;
      leaseS: number;
      proof?: string;
    }
  | { kind: 'set'; id: number; uuid: string; knob: CardKnob; value: number }
  /** What is in force is another program's: it stays, and nothing of it is given back. */
  | { kind: 'forget'; id: number; uuid: string; knob: CardKnob }
  /** Ends the borrowing of one card as `onExit` says. */
  | { kind: 'return'; id: number; uuid: string }
  /** Gives back all that is journaled of all cards, whoever has them; also what was kept on purpose. */
  | { kind: 'restore'; id: number }
  | { kind: 'renew' }
  /** A clean end: what is borrowed ends as `onExit` said. Without it the end is a crash, and all is given back. */
  | { kind: 'bye'; id: number };

/** What a writer says. */
export type WriterLine =
  /** Comes first where both sides share a secret; hello then proves that the client knows it. */
  | { kind: 'challenge'; nonce: string }
  /** Answers hello. `notes` are sentences about what happened before: an old journal, a lease that ended. */
  | { kind: 'welcome'; protocol: number; writer: string; leaseS: number; notes: string[] }
  | { kind: 'outcome'; id: number; ok: true; value: number }
  | { kind: 'outcome'; id: number; ok: false; value: number | null; code: string; error: string }
  /** Answers return, restore, forget and bye; `problems` are sentences about what could not be done. */
  | { kind: 'given'; id: number; given: GivenBack[]; problems: string[] }
  /** The lease is over, and why; the connection closes after it. */
  | { kind: 'ended'; why: string };

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isCard = (value: unknown): boolean => typeof value === 'string' && isUuid(value);
const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isWord = (value: unknown): boolean => typeof value === 'string' && /^[\w-]{1,100}$/.test(value);
const isLease = (value: unknown): boolean =>
  Number.isFinite(value) && Number(value) >= LEASE_RANGE_S[0] && Number(value) <= LEASE_RANGE_S[1];
const optional =
  (check: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || check(value);

const SHAPES: Readonly<Record<ClientLine['kind'], Shape>> = {
  hello: {
    // Another version is answered with a sentence, so it must be readable.
    protocol: isId,
    session: isWord,
    pid: isId,
    onExit: (value) => EXIT_POLICIES.some((policy) => policy === value),
    leaseS: isLease,
    proof: optional(isWord),
  },
  set: { id: isId, uuid: isCard, knob: isCardKnob, value: isNumber },
  forget: { id: isId, uuid: isCard, knob: isCardKnob },
  return: { id: isId, uuid: isCard },
  restore: { id: isId },
  renew: {},
  bye: { id: isId },
};

/** Reads a client's line; `why` is what was expected. Kinds and keys that are not known are refused. */
export function parseClientLine(text: string): { line: ClientLine } | { why: string } {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (error) {
    return { why: `expected JSON: ${reasonOf(error)}` };
  }
  const kind = typeof line === 'object' && line !== null ? (line as { kind?: unknown }).kind : undefined;
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind))
    return { why: `expected a kind among ${Object.keys(SHAPES).join(', ')}` };
  const shape = SHAPES[kind as ClientLine['kind']];
  const values = line as Record<string, unknown>;
  for (const [key, check] of Object.entries(shape)) {
    if (!check(Object.hasOwn(values, key) ? values[key] : undefined))
      return { why: `expected another ${key} of ${kind}` };
  }
  const unknown = Object.keys(values).find((key) => key !== 'kind' && !Object.hasOwn(shape, key));
  if (unknown !== undefined) return { why: `${kind} has no "${unknown}"` };
  return { line: line as ClientLine };
}

/** A line as it is sent. */
export function printLine(line: ClientLine | WriterLine): string {
  return `${JSON.stringify(line)}\n`;
}
