/** Proves that a secret is known without telling it: whoever took the writer's name learns nothing of use. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A challenge that was never given before. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/** What whoever knows the secret answers to a challenge: HMAC-SHA256 in hexadecimal. */
export function proofOf(secret: string, nonce: string, session: string): string {
  return createHmac('sha256', secret).update(`${nonce} ${session}`).digest('hex');
}

/** Whether two proofs are one, in a time that does not tell how far they agree. */
export function isProof(expected: string, got: string | undefined): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(got ?? '')];
  return a.length === b.length && timingSafeEqual(a, b);
}
