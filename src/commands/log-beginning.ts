/** What a recording says of itself before its rules can be chosen: whose profile and rules, and who offered knobs. */
import { EvenkeelError } from '../errors.js';
import type { BookLine, HeaderLine, RecordingLine } from '../recordings/format.js';
import { readBatches } from '../recordings/reader.js';
import type { TickEvent } from '../shapes/sample.js';

/** A run writes its book before the first sample, and a decision after it. */
const SAMPLES_TO_KNOW = 2;
/** A bot's hello, and a device's offer. */
const KINDS_OF_OFFER = 2;

/** What a recording says of itself. */
export interface Beginning {
  header: HeaderLine;
  /** The rules that it began with. */
  book: BookLine | null;
  /** False where samples were recorded alone, without rules and so without decisions. */
  isOfRun: boolean;
  /** The offers that it brings of its own. */
  offers: ReadonlySet<TickEvent['kind']>;
}

/**
 * Reads the first samples; for the offers on until every kind was seen, so to the end where a bot or a card never came.
 * A run whose book was torn is still known by its decisions.
 * @throws EvenkeelError `badFile` when it cannot be read, `badRecording` as `readBatches` does.
 */
export async function beginningOf(log: string, withOffers: boolean): Promise<Beginning> {
  const offers = new Set<TickEvent['kind']>();
  let header: HeaderLine | null = null;
  let book: BookLine | null = null;
  let samples = 0;
  let isOfRun = false;
  reading: for await (const lines of readBatches(log, { rejectedRows: 0, reasons: [] })) {
    for (const line of lines) {
      if (line.kind === 'header') header = line;
      else if (line.kind === 'book') book ??= line;
      else if (line.kind === 'sample') samples++;
      isOfRun ||= isOfRules(line);
      if (samples >= SAMPLES_TO_KNOW && !isOfRun) break reading;
      addOffers(line, offers);
      if (isOfRun && (!withOffers || offers.size === KINDS_OF_OFFER)) break reading;
    }
  }
  if (header === null) throw new EvenkeelError('badRecording', `expected ${log} to begin with a header line`);
  return { header, book, isOfRun, offers };
}

function isOfRules({ kind }: RecordingLine): boolean {
  return kind !== 'header' && kind !== 'sample' && kind !== 'frame';
}

function addOffers(line: RecordingLine, offers: Set<TickEvent['kind']>): void {
  for (const event of line.kind === 'sample' ? line.events : [])
    if (event.kind === 'device' || (event.kind === 'hello' && event.controls)) offers.add(event.kind);
}
