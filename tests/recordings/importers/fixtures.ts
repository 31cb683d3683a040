/** The logs that ship with the tests, written from the grammar of each format, and what they hold. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, readText } from '../../helpers/checkout.js';

/** One row of tests/cases/logs.yaml. */
export interface LogCase {
  log: string;
  text: string;
  format: string;
  samples: number;
  durationS: number;
  segments: number;
  start: string | null;
  /** `LINE: WHY` of each rejected row. */
  rejected?: string[];
  refused?: Record<string, number>;
  notes?: string[];
  /** Columns that no fact is read from, where the format tells them. */
  unused?: string[];
  /** `N: MIN to MAX, mean MEAN`, by fact. */
  facts: Record<string, string>;
  /** The words and claims of a fact, one for each sample that tells it. */
  words?: Record<string, (string | boolean)[]>;
}

const FOLDER = 'tests/recordings/fixtures';

/** Every case. */
export const LOG_CASES: LogCase[] = parse(readText('tests/cases/logs.yaml'));

/** The path of a fixture. */
export function fixture(name: string): string {
  return join(ROOT, FOLDER, name);
}

/** The fixtures that are logs of a format that is found by content. */
export const KNOWN_LOGS: string[] = readdirSync(join(ROOT, FOLDER)).filter(
  (name) => !name.endsWith('.map.yaml') && !/^(?:own-table|no-header)\./.test(name),
);
