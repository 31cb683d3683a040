/** Real logs of other tools, which are not part of the project: where they lie, and what they should read as. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.js';

/** Figures of one column, in the log's unit and rounded to four decimals. */
export interface ReferenceMetric {
  n: number;
  min: number;
  mean: number;
  max: number;
  p95: number;
}

/** One file's figures, or one card's. */
export interface ReferenceStats {
  samples?: number;
  duration_s?: number;
  t_first?: number;
  metrics?: Record<string, ReferenceMetric>;
  gpus?: Record<string, ReferenceStats>;
  bad_rows?: number;
  perfcap_reason_counts?: Record<string, number>;
  note?: string;
}

const FOLDER: string = process.env.EVENKEEL_SAMPLE_LOGS ?? join(ROOT, '..', 'shared', 'recordings');

/** Why the tests that need them cannot run, or null. */
export const withoutSampleLogs: string | null = existsSync(join(FOLDER, 'reference.json'))
  ? null
  : `no sample logs in ${FOLDER}; name their folder in EVENKEEL_SAMPLE_LOGS`;

/** The path of a sample log. */
export function sampleLog(name: string): string {
  return join(FOLDER, name);
}

/** Every sample log's figures by its name. */
export function referenceFigures(): Record<string, ReferenceStats> {
  if (withoutSampleLogs !== null) return {};
  const { files } = JSON.parse(readFileSync(join(FOLDER, 'reference.json'), 'utf8')) as {
    files: Record<string, { stats: ReferenceStats }>;
  };
  return Object.fromEntries(Object.entries(files).map(([name, { stats }]) => [name, stats]));
}
