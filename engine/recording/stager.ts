import { dirname } from 'node:path';
import type { Logger } from '../core/log.js';
import type { MediaFolder } from './media-folder.js';
import type { StagedFile } from './staging.js';

/** Stages files for muxers, and warns once of each folder where that cannot be done. */
export class Stager {
  readonly #media: Pick<MediaFolder, 'stage'>;
  readonly #log: Logger;
  /** Folders of which it was said that muxers see all of them. */
  readonly #told = new Set<string>();

  constructor(media: Pick<MediaFolder, 'stage'>, log: Logger) {
    this.#media = media;
    this.#log = log;
  }

  stage(path: string): StagedFile {
    const staged = this.#media.stage(path);
    const folder = dirname(path);
    if (staged.direct && !this.#told.has(folder)) {
      this.#told.add(folder);
      this.#log.warn({ file: folder }, 'this disk has no links, so muxers see the whole folder that they write to');
    }
    return staged;
  }
}
