/** What a writer answers to hello and to a wish. */
import type { SetOutcome } from './keeper.js';
import { isProof } from './proof.js';
import { type ClientLine, WRITER_PROTOCOL, type WriterLine } from './protocol.js';

/** A client's first line. */
export type Hello = Extract<ClientLine, { kind: 'hello' }>;

/** Why a hello is not taken, or null; `expected` gives the proof that a session must bring. */
export function refuseHello(
  { protocol, session, proof }: Hello,
  isSecond: boolean,
  expected: ((session: string) => string) | null,
): string | null {
  if (protocol !== WRITER_PROTOCOL)
    return `expected protocol ${WRITER_PROTOCOL}, got ${protocol}; update the older of the two`;
  if (expected !== null && !isProof(expected(session), proof)) return 'the client does not know the secret';
  return isSecond ? 'hello was said before' : null;
}

/** The line that tells how a wish ended. */
export function answerSet(id: number, outcome: SetOutcome): WriterLine {
  if (outcome.kind === 'ok') return { kind: 'outcome', id, ok: true, value: outcome.value };
  const { value, code, error } = outcome;
  return { kind: 'outcome', id, ok: false, value, code, error };
}
