/**
 * The same inputs under other rules: recorded hellos, persons' and devices' inputs are obeyed, recorded outcomes are
 * left out, and each change counts as applied at the next tick. How the metrics would have answered nobody can know.
 */
import type { RecordingLine } from '../recordings/format.js';
import type { Profile } from '../shapes/profile.js';
import type { Book } from '../shapes/rule.js';
import type { Sample, TickEvent } from '../shapes/sample.js';
import { Core } from './core.js';
import { OFFLINE, type Recorded, type ReplayTick } from './replay.js';
import type { CoreOptions } from './tick-types.js';

/**
 * Runs `book` over the samples of a recording, in mode enforce and with consent. `standIns` arrive with the first
 * sample: the offers of a profile, for a log without a bot or a card.
 */
export async function* whatIf(
  lines: AsyncIterable<RecordingLine>,
  recorded: Recorded,
  profile: Profile,
  book: Book,
  options: CoreOptions = { ...OFFLINE, ledger: false },
  standIns: readonly TickEvent[] = [],
): AsyncGenerator<ReplayTick> {
  let core: Core | null = null;
  let owed: readonly TickEvent[] = standIns;
  for await (const line of lines) {
    if (line.kind === 'header') {
      recorded.header = line;
      // What-if asks what rules would do; consent was for the run that was recorded.
      core = new Core({ ...line.settings, mode: 'enforce', consent: true }, profile, book, options);
    }
    if (line.kind !== 'sample' || core === null) continue;
    const sample: Sample = {
      ...line,
      events: [...owed, ...line.events.filter(({ kind }) => kind !== 'applied' && kind !== 'readBack')],
    };
    const result = await core.tick(sample);
    owed = result.changes
      .filter(({ knob }) => knob !== 'level')
      .map(
        ({ knob, to }): TickEvent => ({
          kind: 'applied',
          knob,
          value: to,
          ok: true,
          tookMs: 0,
          revision: result.decision.revision,
        }),
      );
    yield { core, sample, result };
  }
}
