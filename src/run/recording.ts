/** Where a run records, and what the run before left there. */
import { join } from 'node:path';
import { type Log, type NewRun, resumeRun } from '../agent/index.js';
import { EvenkeelError, reasonOf } from '../errors.js';
import { freeName, pruneRecordings } from '../recordings/folder.js';
import type { RecordingLine, StateLine } from '../recordings/format.js';
import { readLastState } from '../recordings/last-state.js';
import { type FolderLock, lockFolder } from '../recordings/lock.js';
import { type Identity, Scrubber } from '../recordings/scrub.js';
import { type Tidying, tidyRecordings } from '../recordings/tidy.js';
import { type RecordingWriter, startRecording } from '../recordings/writer.js';
import type { Settings } from '../settings/index.js';
import { makeFolder } from '../state-folder.js';

/** What the run before remembered, by the new run's clock; null to begin anew. */
export function resume(
  { recording }: Settings,
  stateFolder: string,
  run: NewRun,
  log: Log,
): StateLine | null {
  // Without a recording there would be none to replay from what was taken up.
  if (!recording.enabled) return null;
  const resumed = resumeRun(readLastState(folderOf(recording, stateFolder)), run);
  if ('why' in resumed) {
    log('debug', `begins anew: ${resumed.why}`);
    return null;
  }
  const active = Object.entries(resumed.state.rules).filter(([, { phase }]) => phase === 'active');
  const rules = active.length === 0 ? '' : `, ${active.map(([id]) => id).join(', ')} active`;
  log('info', `goes on from the run before, as it was ${Math.round(resumed.afterMs / 1000)} s ago${rules}`);
  return resumed.state;
}

/**
 * Makes room for a new recording and begins it; while it is written, what earlier runs left plain is compressed.
 * @throws EvenkeelError `badFile` when it cannot be made, `alreadyRunning` while another agent records there.
 */
export async function record(
  { recording }: Settings,
  stateFolder: string,
  identity: Identity,
  log: Log,
): Promise<RecordingWriter> {
  const parent = folderOf(recording, stateFolder);
  const lock = await lockRecordings(parent);
  const folder = freeName(parent, new Date());
  const { keepMib, keepDays } = recording;
  const makeRoom = (): void => {
    for (const removed of pruneRecordings(parent, { keepMib, keepDays, nowMs: Date.now(), running: folder }))
      log('info', `removed the old recording ${removed}`);
  };
  makeRoom();
  let tidying: Tidying | null = null;
  const onClosed = async (): Promise<void> => {
    await tidying?.stop();
    lock.release();
  };
  try {
    const writer = await startRecording(folder, {
      onFailure: (why) => log('error', `recording ended: ${why}; the agent goes on without`),
      onNote: (why) => log('warn', why),
      onSegment: makeRoom,
      onClosed,
      ...(recording.identify ? {} : { rewrite: rewriterOf(identity) }),
    });
    tidying = tidyRecordings(parent, folder);
    return writer;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Leaves out of each line what tells whose machine it is of. */
export function rewriterOf(identity: Identity): (line: RecordingLine) => RecordingLine {
  const scrubber = new Scrubber(identity);
  return (line) => scrubber.line(line);
}

async function lockRecordings(parent: string): Promise<FolderLock> {
  try {
    await makeFolder(parent);
  } catch (cause) {
    const remedy = 'name another folder with --record, or switch recording off with recording.enabled: false';
    throw new EvenkeelError('badFile', `cannot record into ${parent}: ${reasonOf(cause)}; ${remedy}`, {
      cause,
    });
  }
  return lockFolder(parent);
}

function folderOf({ folder }: Settings['recording'], stateFolder: string): string {
  return folder ?? join(stateFolder, 'recordings');
}
