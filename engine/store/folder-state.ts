import { statSync } from 'node:fs';
import { systemCode } from '../core/errors.js';
import type { DataFiles } from './data-files.js';

/** Whether the data folder still has the files that the engine holds open. */
export type FolderState =
  | { kind: 'whole' }
  | { kind: 'folderGone'; path: string }
  | { kind: 'fileGone'; path: string }
  /** Another file has the name. */
  | { kind: 'fileReplaced'; path: string }
  | { kind: 'unreachable'; path: string; code: string };

type Identity = { dev: number; ino: number } | undefined;

const identityOf = (path: string): Identity => statSync(path, { throwIfNoEntry: false });

/** Compares the files behind their names with those that were there when it was made. */
export class FolderLook {
  readonly #folder: string;
  readonly #known: ReadonlyArray<readonly [path: string, identity: Identity]>;

  /** Make it while the files are open. */
  constructor(files: DataFiles) {
    this.#folder = files.folder;
    // The write-ahead log too: SQLite goes on writing to one that was deleted.
    this.#known = [files.database, files.lock, files.wal].map((path) => [path, identityOf(path)] as const);
  }

  /** Takes a few system calls. */
  look(): FolderState {
    for (const [path, known] of this.#known) {
      if (!known) continue;
      try {
        const now = identityOf(path);
        if (!now) return identityOf(this.#folder) ? { kind: 'fileGone', path } : this.#gone();
        if (now.dev !== known.dev || now.ino !== known.ino) return { kind: 'fileReplaced', path };
      } catch (error) {
        const code = systemCode(error) ?? 'unknown';
        return code === 'ENOTDIR' ? this.#gone() : { kind: 'unreachable', path, code };
      }
    }
    return { kind: 'whole' };
  }

  #gone(): FolderState {
    return { kind: 'folderGone', path: this.#folder };
  }
}
