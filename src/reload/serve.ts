/** The thread that reads rules, from its own side: it watches the folders and tells each book that may go live. */
import type { MessagePort } from 'node:worker_threads';
import { readFolders } from '../rules/folders.js';
import { watchBook } from '../rules/watch.js';
import { type Judge, openJudge } from './judge.js';
import type { FromReader, ToReader, WatchRequest } from './messages.js';

/** Serves a port until it asks to close. */
export function serveReloads(port: MessagePort, request: WatchRequest): void {
  const { folders, profile, liveHash, isRefused, withTests } = request;
  const send = (message: FromReader): void => port.postMessage(message);
  const judge = openJudge(profile, withTests);
  const watch = watchBook(
    { folders, liveHash, isRefused, withTests, judge },
    {
      book: (book, warnings, hash) => send({ kind: 'book', book, warnings, hash }),
      refused: (problems) => send({ kind: 'refused', problems }),
    },
  );
  warmUp(folders, withTests, judge);
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

/** The first judgement takes several times as long as any later one: it is made before somebody waits for it. */
function warmUp(folders: readonly string[], withTests: boolean, judge: Judge): void {
  try {
    judge(readFolders(folders, withTests)).catch(() => undefined);
  } catch {
    // A folder that is missing now is the watch's to tell.
  }
}
