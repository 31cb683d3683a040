/** A place for model files, a compiled worker, and blank frames. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Frame } from '../../src/models/index.js';

/** Workers run what `npm run build` made: Node does not read TypeScript. */
export const WORKER_ENTRY: URL = new URL('../../dist/models/inference-worker.js', import.meta.url);
export const MODELS_ENTRY: URL = new URL('../../dist/models/index.js', import.meta.url);

/** A folder that is removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-models-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function blankFrame(width = 320, height = 180, channels: 3 | 4 = 4): Frame {
  return { data: new Uint8Array(width * height * channels), width, height };
}
