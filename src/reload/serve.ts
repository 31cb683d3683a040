/** The thread that reads rules, from its own side: it watches the folders and tells each book that may go live. */
import type { MessagePort } from 'node:worker_threads';
import { type FolderContent, readFolders } from '../rules/folders.js';
import { watchBook } from '../rules/watch.js';
import { openJudge } from './judge.js';
import type { FromReader, ToReader, WatchRequest } from './messages.js';

/** Serves a port until it asks to close. */
export function serveReloads(port: MessagePort, request: WatchRequest): void {
  const { folders, profile, liveHash, isRefused, withTests } = request;
  const send = (message: FromReader): void => port.postMessage(message);
  const start = readStart(folders, withTests);
  const judge = openJudge(profile, withTests, start);
  const watch = watchBook(
    { folders, liveHash, isRefused, withTests, judge },
    {
      book: (book, warnings, hash) => send({ kind: 'book', book, warnings, hash }),
      refused: (problems) => send({ kind: 'refused', problems }),
    },
  );
  // The first judgement takes several times as long as any later one: it is made before somebody waits for it.
  if (start !== null) judge(start).catch(() => undefined);
  port.on('message', (message: ToReader) => {
    switch (message.kind) {
      case 'check':
        watch.check();
        break;
      case 'ping':
        send({ kind: 'pong' });
        break;
      case 'close':
        watch.close().finally(() => port.close());
    }
  });
}

function readStart(folders: readonly string[], withTests: boolean): FolderContent | null {
  try {
    return readFolders(folders, withTests);
  } catch {
    // A folder that is missing now is the watch's to tell.
    return null;
  }
}
