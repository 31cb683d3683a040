/** The thread that reads rules, from its own side: it watches the folders and tells each book that may go live. */
import type { MessagePort } from 'node:worker_threads';
import { watchBook } from '../rules/watch.js';
import { openJudge } from './judge.js';
import type { FromReader, ToReader, WatchRequest } from './messages.js';

/** Serves a port until it asks to close. */
export function serveReloads(port: MessagePort, request: WatchRequest): void {
  const { folders, profile, liveHash, isRefused, withTests } = request;
  const send = (message: FromReader): void => port.postMessage(message);
  const watch = watchBook(
    { folders, liveHash, isRefused, withTests, judge: openJudge(profile, withTests) },
    {
      book: (book, warnings, hash) => send({ kind: 'book', book, warnings, hash }),
      refused: (problems) => send({ kind: 'refused', problems }),
    },
  );
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
