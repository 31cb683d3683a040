/** One client of a writer: what it says is checked, what it borrowed is given back when it ends, however it does. */
import type { Readable, Writable } from 'node:stream';
import { reasonOf } from '../errors.js';
import { answerSet, type Hello, refuseHello } from './answers.js';
import type { Desk } from './desk.js';
import type { ExitPolicy } from './give-back.js';
import type { Borrower, Returned } from './lent-cards.js';
import { lineCutter } from './lines.js';
import { newNonce, proofOf } from './proof.js';
import { parseClientLine, printLine, WRITER_PROTOCOL, type WriterLine } from './protocol.js';

/** The two directions to a client: a socket, or the standard streams of a child. */
export interface ClientStream {
  input: Readable;
  output: Writable;
  /** Ends the connection, whatever still waits in it. */
  destroy(): void;
}

/** What a client is served with. */
export interface ServeOptions {
  desk: Desk;
  /** Who serves: `evenkeel gpu-helper (pid 12)`. */
  name: string;
  /** What hello must prove to know; none where the system tells who connects. */
  secret?: string;
  /** Sentences for a session that was here before, or about old journals; they are told once. */
  notesFor: (session: string) => string[];
  /** What ended how, for the log and for the session when it comes back. */
  ended: (session: string | null, why: string, returned: Returned) => void;
}

/** How long a client may take to say hello, in ms. */
const HELLO_WITHIN_MS = 2_000;
/** Answers that a client does not read, in bytes; more end it. */
const MAX_UNREAD_BYTES = 262_144;

/** Serves one client until it ends; resolves once what it borrowed has been tried to give back. Never rejects. */
export async function serveClient(stream: ClientStream, options: ServeOptions): Promise<void> {
  const { desk } = options;
  const borrower: Borrower = { name: 'a client' };
  const cut = lineCutter();
  const waiting: string[] = [];
  let hello: Hello | null = null;
  let busy: Promise<void> | null = null;
  let isOver = false;
  let tellEnd: (policy: ExitPolicy | null, why: string) => void = () => {};
  const over = new Promise<{ policy: ExitPolicy | null; why: string }>((resolve) => {
    tellEnd = (policy, why) => {
      isOver = true;
      resolve({ policy, why });
    };
  });
  let silence: NodeJS.Timeout = setTimeout(() => refuse('expected hello within 2 s'), HELLO_WITHIN_MS);

  const send = (line: WriterLine): void => {
    if (stream.output.destroyed || stream.output.writableEnded) return;
    stream.output.write(printLine(line));
    if (stream.output.writableLength > MAX_UNREAD_BYTES) tellEnd(null, 'the client reads no answers');
  };
  const refuse = (why: string): void => {
    send({ kind: 'ended', why });
    tellEnd(null, why);
  };
  const restartLease = (): void => {
    clearTimeout(silence);
    if (hello === null || isOver) return;
    const { leaseS } = hello;
    silence = setTimeout(() => refuse(`nothing was heard for ${leaseS} s`), leaseS * 1000);
  };

  const { secret } = options;
  const nonce = newNonce();
  const expected = secret === undefined ? null : (session: string) => proofOf(secret, nonce, session);
  if (expected !== null) send({ kind: 'challenge', nonce });
  const greet = (line: Hello): void => {
    const refusal = refuseHello(line, hello !== null, expected);
    if (refusal !== null) {
      refuse(refusal);
      return;
    }
    hello = line;
    borrower.name = `an agent (pid ${line.pid})`;
    const notes = options.notesFor(line.session);
    send({ kind: 'welcome', protocol: WRITER_PROTOCOL, writer: options.name, leaseS: line.leaseS, notes });
  };
  const obey = async (text: string): Promise<void> => {
    const parsed = parseClientLine(text);
    if ('why' in parsed) return refuse(parsed.why);
    const { line } = parsed;
    if (line.kind === 'hello') return greet(line);
    if (hello === null) return refuse('expected hello first');
    switch (line.kind) {
      case 'renew':
        return;
      case 'set':
        return send(answerSet(line.id, await desk.set(borrower, line.uuid, line.knob, line.value)));
      case 'forget':
        await desk.forget(borrower, line.uuid, line.knob);
        return send({ kind: 'given', id: line.id, given: [], problems: [] });
      case 'return':
        return send({ kind: 'given', id: line.id, ...(await desk.end(borrower, hello.onExit, line.uuid)) });
      case 'restore':
        return send({ kind: 'given', id: line.id, ...(await desk.restore('too')) });
      case 'bye': {
        const returned = await desk.end(borrower, hello.onExit);
        send({ kind: 'given', id: line.id, ...returned });
        return tellEnd(hello.onExit, 'bye');
      }
    }
  };
  const work = async (): Promise<void> => {
    stream.input.pause();
    for (let text = waiting.shift(); text !== undefined && !isOver; text = waiting.shift()) {
      clearTimeout(silence);
      await obey(text).catch((error: unknown) => refuse(`the writer failed: ${reasonOf(error)}`));
    }
    restartLease();
    busy = null;
    stream.input.resume();
  };

  stream.input.on('data', (bytes: Buffer) => {
    if (isOver) return;
    const lines = cut(bytes);
    if (lines === null) return refuse('a line is too long');
    waiting.push(...lines);
    if (lines.length > 0) busy ??= work();
  });
  for (const event of ['end', 'close', 'error'])
    stream.input.once(event, () => tellEnd(null, 'the connection ended without a word'));
  stream.output.on('error', () => tellEnd(null, 'the connection broke'));

  const { policy, why } = await over;
  clearTimeout(silence);
  await busy;
  // Whoever leaves without a word gets all given back, whatever it wished for a clean end.
  const returned = await desk
    .end(borrower, policy ?? 'restore')
    .catch((error: unknown) => ({ given: [], problems: [reasonOf(error)] }));
  options.ended((hello as Hello | null)?.session ?? null, why, returned);
  stream.destroy();
}
