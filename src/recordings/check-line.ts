/** From text to a line of a recording, checked as far as its readers rely on it. */
import type { RecordingLine } from './format.js';

/** What a line of each kind must hold at least, so that who reads it does not trip over a broken one. */
const PARTS: Readonly<
  Record<RecordingLine['kind'], Readonly<Record<string, 'number' | 'string' | 'object'>>>
> = {
  header: { format: 'string' },
  book: { atMs: 'number', files: 'object' },
  state: { version: 'number', atMs: 'number', wallMs: 'number', rules: 'object', memory: 'object' },
  sample: { atMs: 'number', wallMs: 'number', readings: 'object', events: 'object' },
  decision: { line: 'string' },
  wouldBe: { atMs: 'number', mode: 'string', knob: 'string' },
  frame: { session: 'string', frame: 'object' },
  end: { atMs: 'number', digest: 'string' },
};

/** The line that a text is, or null. */
export function parseLine(text: string): RecordingLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : null;
  } catch {
    return null;
  }
}

function isLine(value: unknown): value is RecordingLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<string, unknown>;
  const parts = Object.hasOwn(PARTS, String(line.kind))
    ? PARTS[line.kind as RecordingLine['kind']]
    : undefined;
  if (parts === undefined) return false;
  for (const part in parts) {
    if (typeof line[part] !== parts[part] || line[part] === null) return false;
  }
  return true;
}
