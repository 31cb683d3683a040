/** A model file carries its own checksum, so that a short or damaged one is known without a second file. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** ModelProto.doc_string (field 6, length-delimited) of 64 bytes; ONNX readers take it as a comment. */
const TAG = [(6 << 3) | 2, 64];
const SEAL_BYTES = TAG.length + 64;

/** The model's bytes with their SHA-256 behind them; the result is a valid ONNX model. */
export function sealModel(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Uint8Array.from(TAG), Buffer.from(checksumOf(bytes), 'latin1')]);
}

/** Whether the bytes are whole and as they were sealed. */
export function isSealed(bytes: Uint8Array): boolean {
  const end = bytes.length - SEAL_BYTES;
  if (end <= 0 || bytes[end] !== TAG[0] || bytes[end + 1] !== TAG[1]) return false;
  const seal = Buffer.from(bytes.buffer, bytes.byteOffset + end + TAG.length, 64).toString('latin1');
  return seal === checksumOf(bytes.subarray(0, end));
}

function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
