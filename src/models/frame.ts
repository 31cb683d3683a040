/** What a frame must be before its buffer is handed to a worker. */
import { EvenkeelError } from '../errors.js';
import type { Frame } from './messages.js';

/** The frame with a buffer of its own (copied when it is part of a larger one); refused when its length is wrong. */
export function checkFrame(frame: Frame): Frame {
  const { data, width, height } = frame;
  const pixels = width * height;
  if (data.length === 0 || (data.length !== pixels * 4 && data.length !== pixels * 3)) {
    throw new EvenkeelError(
      'outOfRange',
      `expected ${pixels * 4} bytes (RGBA) or ${pixels * 3} (RGB) for a frame of ${width} × ${height}, got ${data.length}` +
        (data.length === 0 ? '; a frame that is being inferred is not at hand until its result is' : ''),
      { details: { width, height, bytes: data.length } },
    );
  }
  return data.byteLength === data.buffer.byteLength ? frame : { ...frame, data: data.slice() };
}
