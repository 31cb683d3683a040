/** Bytes to lines, of a length that is bounded. */
import { LINE_LIMIT_BYTES } from './protocol.js';

/** Cuts what comes into lines; null once a line is longer than `LINE_LIMIT_BYTES`, and from then on. */
export function lineCutter(): (bytes: Buffer) => string[] | null {
  let rest: Buffer = Buffer.alloc(0);
  let isBroken = false;
  return (bytes) => {
    if (isBroken) return null;
    let data = Buffer.concat([rest, bytes]);
    const lines: string[] = [];
    for (let end = data.indexOf(0x0a); end >= 0; end = data.indexOf(0x0a)) {
      if (end > LINE_LIMIT_BYTES) break;
      const line = data.subarray(0, end).toString('utf8').trim();
      if (line !== '') lines.push(line);
      data = data.subarray(end + 1);
    }
    // A copy: a view would keep the whole piece that it came in.
    rest = Buffer.from(data);
    isBroken = rest.length > LINE_LIMIT_BYTES;
    return isBroken ? null : lines;
  };
}
