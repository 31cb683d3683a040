/** A journal that somebody removes while its card is borrowed is not forgotten by whoever borrowed. */
import type { Journal } from './journal.js';
import type { JournalStore } from './journal-files.js';

/**
 * The same store, in which a journal that is gone reads as it was saved last through here. Only for as long as the card
 * is locked: afterwards another process may rightly end its journal.
 */
export function rememberJournal(store: JournalStore): JournalStore {
  const saved = new Map<string, Journal>();
  return {
    list: store.list,
    read(uuid) {
      const read = store.read(uuid);
      const journal = saved.get(uuid);
      return read.kind === 'none' && journal !== undefined ? { kind: 'journal', journal } : read;
    },
    save(journal) {
      store.save(journal);
      if (Object.keys(journal.settings).length === 0) saved.delete(journal.uuid);
      else saved.set(journal.uuid, journal);
    },
  };
}
