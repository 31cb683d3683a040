/** The operating system's word that something in folders may have changed; what it was, a look at them tells. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { watch } from 'chokidar';
import { isReadName, sourcesOf } from './folders.js';

/** Folders that are listened to, until closed. */
export interface FolderEvents {
  close(): Promise<void>;
}

/** Begins to tell of changes. `failed` is told when the system gives up, as on a drive that went away. */
export type OpenFolderEvents = (
  folders: readonly string[],
  changed: () => void,
  failed: () => void,
) => FolderEvents;

/**
 * Folders are watched, not files, so that renames and symlink swaps are seen. Drafts and other files that lie beside
 * the rules tell nothing, however often they are written.
 */
export const openFolderEvents: OpenFolderEvents = (folders, changed, failed) => {
  const roots = new Set(folders.map((folder) => resolve(folder)));
  const watcher = watch(
    sourcesOf(folders).map(({ folder }) => folder),
    {
      ignoreInitial: true,
      // Kubernetes keeps the files in a folder below, and swaps a link to it.
      depth: 1,
      // Hidden names are editors' own, but for the watched folder itself and Kubernetes' `..data`.
      ignored: (path) => !roots.has(resolve(path)) && /[/\\]\.[^/\\.][^/\\]*$/.test(path),
    },
  );
  watcher.on('all', (kind, path) => {
    const isFile = kind === 'add' || kind === 'change' || kind === 'unlink';
    if (!isFile || isReadName(basename(path)) || path.includes('..data')) changed();
  });
  // What was saved before the watch stood is seen now.
  watcher.on('ready', changed);
  watcher.on('error', failed);
  return watcher;
};

/** Device and number of each folder: another one of the same name has others, and must be watched anew. */
export function identityOf(folders: readonly string[]): string {
  return folders
    .map((folder) => {
      const stats = statOf(folder);
      return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`;
    })
    .join(' ');
}

function statOf(folder: string): { dev: number; ino: number } | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
