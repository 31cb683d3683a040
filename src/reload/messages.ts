/** What the agent's thread and the thread that reads rules tell each other. */
import type { Profile } from '../shapes/profile.js';
import type { Book, Problem } from '../shapes/rule.js';

/** What to watch, and from where on; the worker's `workerData`. */
export interface WatchRequest {
  /** Folders over the shipped one, in order. */
  folders: readonly string[];
  profile: Profile;
  /** Content hash of the book that is live. */
  liveHash: string;
  /** A mistake was told that may be mended by now. */
  isRefused: boolean;
  /** Whether the rule tests beside the rules must pass. */
  withTests: boolean;
}

/** What the agent's thread asks of the reader. */
export type ToReader =
  | { kind: 'check' }
  /** Answered as soon as nothing else is being done. */
  | { kind: 'ping' }
  | { kind: 'close' };

/** What the reader tells; of one content either a book or its mistakes. */
export type FromReader =
  | { kind: 'pong' }
  | { kind: 'book'; book: Book; warnings: Problem[]; hash: string }
  | { kind: 'refused'; problems: Problem[] };
