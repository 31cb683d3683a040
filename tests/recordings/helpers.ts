/** Lines of a recording, for the tests of `src/recordings/`. */
import { FORMAT, FORMAT_VERSION, type HeaderLine, type RecordingLine } from '../../src/recordings/format.js';
import { type ReadReport, readRecording } from '../../src/recordings/reader.js';
import type { Sample } from '../../src/shapes/sample.js';

export const HEADER: HeaderLine = {
  kind: 'header',
  format: FORMAT,
  version: FORMAT_VERSION,
  agentVersion: '0.1.0',
  startedAt: '2026-01-02T03:04:05.000Z',
  settings: {
    intervalMs: 500,
    tierMs: { frame: 500, fast: 500, slow: 5_000, rare: 30_000, tick: 500 },
    mode: 'enforce',
    level: 'balanced',
    consent: false,
  },
  profile: { name: 'cpu', files: [], overlay: { limits: {}, level: {}, knobs: {} } },
  card: { name: 'none', simulated: false },
  simulated: [],
};

export function sampleAt(atMs: number, parts: Partial<Sample> = {}): Sample {
  return {
    kind: 'sample',
    atMs,
    wallMs: 1_700_000_000_000 + atMs,
    cause: 'interval',
    readings: {},
    events: [],
    ...parts,
  };
}

/** Everything a recording gives, and what was skipped. */
export async function readAll(path: string): Promise<{ lines: RecordingLine[]; report: ReadReport }> {
  const report: ReadReport = { rejectedRows: 0, reasons: [] };
  const lines: RecordingLine[] = [];
  for await (const line of readRecording(path, report)) lines.push(line);
  return { lines, report };
}
