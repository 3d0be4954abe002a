import { statSync, unlinkSync } from 'node:fs';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { EventCommitter } from '../events/types.js';
import type { NameKeeper } from './file-name.js';
import type { MediaFolder } from './media-folder.js';
import type { NameTable } from './name-table.js';

/** The rows of files, and the names that are noted for files without a row. */
export interface NameIndex {
  get(path: string): { state: string } | undefined;
  readonly names: Pick<NameTable, 'reserve' | 'release' | 'all'>;
}

export interface ReservedNamesDeps {
  index: NameIndex;
  media: MediaFolder;
  events: Pick<EventCommitter, 'commitNow'>;
  log: Logger;
}

/** Notes the name of each file before it exists, so that whatever a crash leaves behind is known. */
export class ReservedNames implements NameKeeper {
  readonly #deps: ReservedNamesDeps;

  constructor(deps: ReservedNamesDeps) {
    this.#deps = deps;
  }

  /** False if what is not over has the name, although its file may be gone. */
  claim(location: string): boolean {
    const { index, media, events } = this.#deps;
    const path = media.relative(location);
    if (index.get(path)?.state === 'open') return false;
    // Through the journal: after everything about an earlier file of this name that may still be waiting.
    events.commitNow(() => index.names.reserve(path), []);
    return true;
  }

  release(location: string): void {
    const { index, media, log } = this.#deps;
    try {
      index.names.release(media.relative(location));
    } catch (error) {
      log.warn({ file: location }, `a name stays reserved until the next start: ${messageOf(error)}`);
    }
  }

  /** Removes the empty file of what has not begun. If that fails, `releaseLeft` does it at the next start. */
  abandon(location: string): void {
    try {
      unlinkSync(location);
      this.release(location);
    } catch (error) {
      this.#deps.log.warn({ file: location }, `an empty file stays until the next start: ${messageOf(error)}`);
    }
  }
}

/** Names that the last run reserved and did not use: the files are empty and belong to no story. */
export const releaseLeft = ({ index, media, log }: Omit<ReservedNamesDeps, 'events'>): void => {
  for (const path of index.names.all()) {
    try {
      const file = media.find(path);
      // With something in it, it is not the file that was reserved.
      if (file && statSync(file).size === 0) unlinkSync(file);
      index.names.release(path);
    } catch (error) {
      log.error({ file: media.absolute(path) }, `an empty file cannot be removed: ${messageOf(error)}`);
    }
  }
};
