/** The child's side: it alone calls the driver, for a call that never returns takes its process with it. */
import { reasonOf } from '../../errors.js';
import { describeCode } from './codes.js';
import { type NvmlLibrary, openLibrary } from './library.js';
import type { Question, Reply, ReplyBody } from './messages.js';
import { Session, type SessionOptions } from './session.js';

/** What a test puts in the driver's place. */
export interface ServeOptions extends Partial<Omit<SessionOptions, 'library' | 'pace'>> {
  loadLibrary?: () => Promise<NvmlLibrary>;
}

/** Answers the questions of one agent, in the order in which they come. */
export function serveNvml(options: ServeOptions = {}): (question: Question) => Promise<Reply> {
  const { loadLibrary = openLibrary, ...rest } = options;
  let session: Session | null = null;
  let library: NvmlLibrary | null = null;

  const open = async (question: Question & { kind: 'open' }): Promise<ReplyBody> => {
    library ??= await loadLibrary();
    // Initialisations are counted: one too many would keep a lost card from being found again.
    session?.close();
    session = null;
    const opened = new Session({ ...rest, library, pace: question.pace });
    const found = opened.open(question.known);
    if ('code' in found) return { kind: 'failed', why: `${library.path}: ${describeCode(found.code)}` };
    session = opened;
    const { driver, refused } = found;
    const cards = found.cards.map(({ inventory }) => inventory);
    return { kind: 'opened', cards, driver, library: library.path, refused };
  };

  const answer = async (question: Question): Promise<ReplyBody> => {
    if (question.kind === 'open') return open(question);
    if (session === null) return { kind: 'failed', why: 'no card was opened' };
    return { kind: 'read', cards: session.read(question.wanted), isSpent: session.isSpent };
  };

  return async (question) => {
    const body = await answer(question).catch(
      (error: unknown): ReplyBody => ({ kind: 'failed', why: reasonOf(error) }),
    );
    const { user, system } = process.cpuUsage();
    return { ...body, id: question.id, cpuUs: user + system };
  };
}
