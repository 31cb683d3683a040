/** A rule of the book while overlays are being laid. */
import type { Mode } from '../shapes/port.js';
import type { BookFile } from '../shapes/rule.js';
import type { LocatedDocument, Path } from './document.js';

/** A rule of the schema's shape. */
export interface RawRule {
  id: string;
  priority?: number;
  safety?: boolean;
  when: Record<string, unknown>;
  for?: string;
  until?: Record<string, unknown>;
  every?: string;
  cooldown?: string;
  blind?: 'hold' | 'release';
  expect?: Record<string, { ratio: { atMost?: number; atLeast?: number } }>;
  then: Record<string, unknown>[];
  because: string;
}

/** Its YAML, the file it stands in and where, and the set it belongs to with its mode. */
export interface LaidRule {
  raw: RawRule;
  file: BookFile;
  document: LocatedDocument;
  path: Path;
  set: string;
  mode: Mode;
}
