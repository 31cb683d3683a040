/** A recording as a run leaves it: two minutes under a load that comes and goes, the encoder busy for half of them. */
import { SETTINGS } from '../../bench/parts/drive.js';
import { TICK_MS, Traffic } from '../../bench/parts/traffic.js';
import { Core } from '../../src/agent/core.js';
import { startRecording } from '../../src/recordings/writer.js';
import { hashFiles } from '../../src/rules/book.js';
import { shippedBook, shippedFiles, shippedProfile, shippedProfileFiles } from '../helpers/shipped.js';
import { HEADER } from '../recordings/helpers.js';

const TICKS = 240;

/** Writes it into a new folder of this name. */
export async function recordEvening(folder: string): Promise<void> {
  const profile = shippedProfile('rtx-4090');
  const core = new Core(SETTINGS, profile, shippedBook(profile));
  const writer = await startRecording(folder, {
    onFailure: (why) => {
      throw new Error(why);
    },
  });
  const files = shippedFiles();
  writer.write({
    ...HEADER,
    settings: { ...SETTINGS },
    profile: { ...HEADER.profile, name: profile.name, files: shippedProfileFiles() },
  });
  writer.write({ kind: 'book', atMs: 0, hash: hashFiles(files), files });
  const traffic = new Traffic(1, profile);
  for (let i = 0; i < TICKS; i++) {
    const sample = traffic.next();
    sample.readings['gpu.encoderPercent'] = [i < TICKS / 2 ? 20 : 0, 'measured', 0];
    const result = await core.tick(sample);
    traffic.answer(result);
    writer.write(sample);
    if (result.digestLine !== null) writer.write({ kind: 'decision', line: result.digestLine });
  }
  writer.write({ kind: 'end', atMs: TICKS * TICK_MS, samples: TICKS, digest: core.digest.value() });
  await writer.close();
}
