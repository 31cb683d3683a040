/** Fills a graph's tensors from a seed, with arithmetic that is exact: the same bytes on every machine. */
import { elements, type TensorSpec } from './graph.js';

/** The values of one tensor as bytes; `index` is its place in the graph, so that no two tensors are alike. */
export function fillTensor(tensor: TensorSpec, seed: number, index: number): Uint8Array {
  const { values } = tensor;
  switch (values.kind) {
    case 'int64':
      return bytesOf(BigInt64Array.from(values.values, BigInt));
    case 'float':
      return bytesOf(Float32Array.from(values.values));
    case 'fill':
      return bytesOf(new Float32Array(elements(tensor)).fill(values.value));
    case 'random':
      return bytesOf(randomFloats(elements(tensor), values.bound, mix(seed, index)));
  }
}

/** Evenly distributed from −bound to bound, by Marsaglia's xorshift32 (Journal of Statistical Software 8, 2003). */
export function randomFloats(count: number, bound: number, start: number): Float32Array {
  const floats = new Float32Array(count);
  const scale = bound / 2 ** 31;
  // A state of 0 would stay 0.
  let state = start | 0 || 1;
  for (let i = 0; i < count; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    floats[i] = state * scale;
  }
  return floats;
}

/** Spreads seed and index over 32 bits with the finaliser of MurmurHash3, so that near seeds are unlike. */
function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function bytesOf(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
