/** Reads a recording line by line, in flat memory; a torn or broken line is skipped and counted, never fatal. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';
import { FORMAT, FORMAT_VERSION, type RecordingLine } from './format.js';

/** Read at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;

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
  end: { atMs: 'number', digest: 'string' },
};

/** What reading found besides the lines; filled while they are read. */
export interface ReadReport {
  /** Lines that are no JSON or of no known kind; a torn last line is one. */
  rejectedRows: number;
  /** Where and why, at most the first ten. */
  reasons: string[];
}

/**
 * The lines of a recording, a folder or a single file.
 * @throws EvenkeelError `badFile` when there is none, `badRecording` when it is of another format or version.
 */
export async function* readRecording(path: string, report: ReadReport): AsyncGenerator<RecordingLine> {
  let isFirst = true;
  for (const file of await filesOf(path)) {
    let row = 0;
    for await (const text of linesOf(file)) {
      row++;
      if (text.trim() === '') continue;
      const line = parseLine(text);
      if (line === null) {
        if (isFirst) throw unknownFormat(path, text);
        report.rejectedRows++;
        if (report.reasons.length < 10)
          report.reasons.push(`${file}:${row}: no complete line of a recording`);
        continue;
      }
      if (isFirst) checkHeader(line, path);
      else if (line.kind === 'header') {
        throw new EvenkeelError(
          'badRecording',
          `${file}:${row}: another recording begins here; expected one, give them one at a time`,
        );
      }
      isFirst = false;
      yield line;
    }
  }
  if (isFirst) throw unknownFormat(path, '');
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => name.endsWith('.ndjson')).sort();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (cause) {
    throw new EvenkeelError(
      'badFile',
      `expected a recording at ${path}, but it cannot be read: ${reasonOf(cause)}`,
      { cause },
    );
  }
  throw new EvenkeelError(
    'badFile',
    `expected a recording in ${path}, but the folder holds no .ndjson file; name the recording's own folder`,
  );
}

/**
 * The lines of a file. Split at line feeds and nothing else: the texts of rule files may hold what Unicode takes for
 * the end of a line, and JSON leaves it as it is.
 */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const text = `expected a recording at ${file}, but it cannot be read: ${reasonOf(cause)}`;
    throw new EvenkeelError('badFile', text, { cause });
  }
  if (rest !== '') yield rest;
}

function parseLine(text: string): RecordingLine | null {
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

function checkHeader(line: RecordingLine, path: string): void {
  if (line.kind !== 'header' || line.format !== FORMAT) {
    throw new EvenkeelError(
      'badRecording',
      `expected ${path} to begin with a header line of ${FORMAT}, got a line of kind "${line.kind}"`,
    );
  }
  if (line.version !== FORMAT_VERSION) {
    throw new EvenkeelError(
      'badRecording',
      `${path} has format version ${line.version}, this agent reads ${FORMAT_VERSION}; use the agent that wrote it (${line.agentVersion ?? 'it does not say which'})`,
    );
  }
}

function unknownFormat(path: string, text: string): EvenkeelError {
  const seen = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 60));
  return new EvenkeelError(
    'badFile',
    `expected a recording of Evenkeel at ${path}, but it begins with ${seen}`,
  );
}
