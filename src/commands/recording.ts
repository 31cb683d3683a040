/** Where a run records, and what the run before left there. */
import { join } from 'node:path';
import { type Log, type NewRun, resumeRun } from '../agent/index.js';
import { freeName, pruneRecordings } from '../recordings/folder.js';
import type { StateLine } from '../recordings/format.js';
import { readLastState } from '../recordings/last-state.js';
import { type RecordingWriter, startRecording } from '../recordings/writer.js';
import type { Settings } from '../settings/index.js';

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
 * Makes room for a new recording and begins it.
 * @throws EvenkeelError `badFile` when it cannot be made.
 */
export async function record(
  { recording }: Settings,
  stateFolder: string,
  log: Log,
): Promise<RecordingWriter> {
  const parent = folderOf(recording, stateFolder);
  for (const removed of pruneRecordings(parent, recording.keepMib))
    log('info', `removed the old recording ${removed}`);
  return startRecording(freeName(parent, new Date()), (why) =>
    log('error', `recording ended: ${why}; the agent goes on without`),
  );
}

function folderOf({ folder }: Settings['recording'], stateFolder: string): string {
  return folder ?? join(stateFolder, 'recordings');
}
