/** One document of all that a running agent tells, for who looks at it later. */
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** What is exported, each as its read of the HTTP API answers. */
export interface ExportDocument {
  /** ISO 8601 in UTC. */
  at: string;
  snapshot: unknown;
  knobs: unknown;
  bottleneck: unknown;
  recommendations: unknown;
  /** Those since the agent's start, the newest 1,000. */
  decisions: unknown;
}

/**
 * Writes the document as JSON, whole or not at all: a reader never sees half of it. Its absolute path.
 * @throws the file system's error.
 */
export async function writeExport(file: string, document: ExportDocument): Promise<string> {
  const path = resolve(file);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${JSON.stringify(document, null, 2)}\n`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return path;
}
