/** One connection to a writer, from the client's side: questions by number, answers in time, renewals. */
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import type { ExitPolicy } from './give-back.js';
import { lineCutter } from './lines.js';
import { proofOf } from './proof.js';
import { type ClientLine, printLine, WRITER_PROTOCOL, type WriterLine } from './protocol.js';

/** Both directions to a writer. */
export interface WriterStream {
  input: Readable;
  output: Writable;
  /** Lets go: a writer that lives sees the end, and gives back what it lent. */
  destroy(): void;
  /** Ends a writer that does not answer, as far as it is ours to end. */
  kill(): void;
}

/** What a client is, for as long as it lives. */
export interface ClientIdentity {
  session: string;
  onExit: ExitPolicy;
  leaseS: number;
  /** Shared with the writer, which then challenges; none where the system tells who connects. */
  secret?: string;
}

/** An answer to a numbered question. */
export type Answer = Extract<WriterLine, { kind: 'outcome' | 'given' }>;
type Question = Extract<ClientLine, { id: number }>;
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** How long a writer may take to greet, in ms: it gives back an old journal first, and a driver starts in 2 s. */
const GREET_WITHIN_MS = 15_000;

/** A greeted connection. */
export interface WriterLink {
  readonly writer: string;
  /** What happened before: an old journal, a lease that ended. */
  readonly notes: readonly string[];
  /** Resolves with why it is over. */
  readonly over: Promise<string>;
  /** Asks; null when the connection ends before the answer, or none comes within `ms`: then it is ended. */
  ask(question: Unnumbered<Question>, ms: number): Promise<Answer | null>;
  destroy(): void;
}

/** A name for a client, new for each. */
export function newSession(): string {
  return randomUUID();
}

/**
 * Says hello and waits for the welcome.
 * @throws Error with the writer's own sentence when it refuses, or when it does not answer in 15 s.
 */
export async function greetWriter(stream: WriterStream, identity: ClientIdentity): Promise<WriterLink> {
  const waiting = new Map<number, (answer: Answer | null) => void>();
  const cut = lineCutter();
  let nextId = 1;
  let renewing: NodeJS.Timeout | undefined;
  let challenged: (nonce: string) => void = () => {};
  let greeted: (welcome: Extract<WriterLine, { kind: 'welcome' }>) => void = () => {};
  let end: (why: string) => void = () => {};
  const over = new Promise<string>((resolve) => {
    end = resolve;
  });
  const send = (line: ClientLine): void => {
    if (!stream.output.destroyed) stream.output.write(printLine(line));
  };
  const stuck = (ms: number): void => {
    stream.kill();
    end(`the writer of cards did not answer within ${ms / 1000} s`);
  };
  stream.input.on('data', (bytes: Buffer) => {
    const lines = cut(bytes);
    if (lines === null) return end('the writer sent too long a line');
    for (const text of lines) {
      const line = read(text);
      if (line === null) return end('the writer sent what is no answer');
      if (line.kind === 'ended') return end(line.why);
      if (line.kind === 'challenge') challenged(line.nonce);
      else if (line.kind === 'welcome') greeted(line);
      else waiting.get(line.id)?.(line);
    }
  });
  for (const event of ['end', 'close', 'error'])
    stream.input.once(event, () => end('the connection to the writer ended'));
  stream.output.on('error', () => end('the connection to the writer broke'));
  let isOver = false;
  over.then(() => {
    isOver = true;
    clearInterval(renewing);
    for (const give of waiting.values()) give(null);
    stream.destroy();
  });

  const { secret, ...rest } = identity;
  const sayHello = (proof?: string): void =>
    send({
      kind: 'hello',
      protocol: WRITER_PROTOCOL,
      pid: process.pid,
      ...rest,
      ...(proof === undefined ? {} : { proof }),
    });
  if (secret === undefined) sayHello();
  else challenged = (nonce) => sayHello(proofOf(secret, nonce, identity.session));
  const timer = setTimeout(() => stuck(GREET_WITHIN_MS), GREET_WITHIN_MS);
  const welcome = await Promise.race([
    new Promise<Extract<WriterLine, { kind: 'welcome' }>>((resolve) => {
      greeted = resolve;
    }),
    over,
  ]);
  clearTimeout(timer);
  if (typeof welcome === 'string') throw new Error(welcome);
  renewing = setInterval(() => send({ kind: 'renew' }), (identity.leaseS * 1000) / 3);
  renewing.unref();

  return {
    writer: welcome.writer,
    notes: welcome.notes,
    over,
    ask(question, ms) {
      const id = nextId;
      nextId += 1;
      if (isOver) return Promise.resolve(null);
      return new Promise((resolve) => {
        const late = setTimeout(() => stuck(ms), ms);
        waiting.set(id, (answer) => {
          clearTimeout(late);
          waiting.delete(id);
          resolve(answer);
        });
        send({ ...question, id } as Question);
      });
    },
    destroy: () => end('closed'),
  };
}

function read(text: string): WriterLine | null {
  try {
    const line = JSON.parse(text) as WriterLine;
    return ['challenge', 'welcome', 'outcome', 'given', 'ended'].includes(line.kind) ? line : null;
  } catch {
    return null;
  }
}
