/** Settings of cards that are borrowed, left over or kept, and who holds which card. */
import { compareBoots } from '../../hardware/boot.js';
import type { Journal } from '../../hardware/journal.js';
import type { JournalRead } from '../../hardware/journal-files.js';
import type { Settings } from '../../settings/index.js';
import type { Check } from './check.js';
import type { MachineKind } from './kind-of-machine.js';

/** What is known of one card. */
export interface BorrowedCard {
  uuid: string;
  journal: JournalRead;
  /** Who holds its lock; null where nobody does. */
  holder: string | null;
}

const NAME = 'borrowed settings';

/** Tells each journal and lock. A journal that cannot be used fails where writing is allowed: that card is not written. */
export function checkBorrowed(
  cards: readonly BorrowedCard[],
  {
    folder,
    boot,
    hardware,
    kind,
  }: { folder: string; boot: string; hardware: Settings['hardware']; kind: MachineKind },
): Check {
  const told = cards.flatMap((card) => tell(card, boot));
  const found = told.map(({ sentence }) => sentence).join('; ') || `none; journals would be in ${folder}`;
  const isUnusable = told.some(({ todo }) => todo === 'look');
  const isLeft = told.some(({ todo }) => todo === 'restore');
  const restore =
    kind === 'windows' ? 'in a terminal as administrator: evenkeel restore' : 'sudo evenkeel restore';
  return {
    name: NAME,
    ok: !isUnusable || hardware !== 'allow',
    found,
    // What cannot be used says itself what to do with it.
    remedy: isLeft
      ? restore
      : isUnusable
        ? 'do what is said of the journal; until then that card is not written'
        : null,
  };
}

function tell(
  { uuid, journal: read, holder }: BorrowedCard,
  boot: string,
): { sentence: string; todo?: 'restore' | 'look' }[] {
  if (read.kind === 'unusable') return [{ sentence: read.why, todo: 'look' }];
  if (read.kind === 'none')
    return holder === null ? [] : [{ sentence: `${holder} holds ${uuid} and has changed nothing` }];
  const settings = settingsOf(read.journal);
  const of = `${read.journal.card} (${uuid})`;
  if (holder !== null) return [{ sentence: `${holder} holds ${of} and has borrowed ${settings}` }];
  if (compareBoots(read.journal.boot, boot) === 'other')
    return [
      { sentence: `${of}: ${settings}, before the machine was started again: the driver has forgotten it` },
    ];
  return [{ sentence: `${of} still has ${settings}, and no program of Evenkeel holds it`, todo: 'restore' }];
}

function settingsOf({ settings }: Journal): string {
  return Object.entries(settings)
    .map(([knob, { found, ours, kept }]) => {
      const why = kept === undefined ? '' : ', kept on purpose';
      return `${knob} at ${ours.at(-1) ?? 'an unknown value'} (found at ${found}${why})`;
    })
    .join(', ');
}
