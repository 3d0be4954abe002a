import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { SluiceError } from '../core/errors.js';
import { idNumber, tokenNumbers } from '../core/page-token.js';
import { MICROS_PER_SECOND, toIso, type UtcMicros } from '../core/time.js';
import type { EventCommitter } from '../events/types.js';
import { withFile } from '../mp4/boxes.js';
import type { ClipRecord } from './clip-index.js';
import type { ClipKeeping } from './clip-keeping.js';
import type { ClipList } from './clip-list.js';
import { clipPage, type PlacedClip } from './clip-page.js';
import type { ClipFile, ClipPage, ClipQuery, ClipResource } from './clip-resource.js';
import type { MediaFolder } from './media-folder.js';
import { layoutOf } from './mp4-layout.js';

export interface ClipsDeps {
  list: ClipList;
  media: MediaFolder;
  keeping: ClipKeeping;
  events: EventCommitter;
}

const DEFAULT_LIMIT = 100;

/** What a clip came from. */
export interface ClipOrigin {
  /** Empty for a clip that belongs to no sink yet. */
  pipeline: string;
  /** When its first picture was taken. */
  startUtc: UtcMicros;
  /** When what caused it happened; the same where that is not known, or is in an earlier file. */
  causedUtc: UtcMicros;
}

/** The clips of all FileSinks. */
export class Clips {
  readonly #deps: ClipsDeps;

  constructor(deps: ClipsDeps) {
    this.#deps = deps;
  }

  /**
   * A page of clips, newest first. Tokens stay valid when clips come and go between pages.
   * @throws SluiceError `ContinuationTokenInvalid`
   */
  list({ pipeline, range, limit = DEFAULT_LIMIT, continuationToken }: ClipQuery = {}): ClipPage {
    return clipPage(this.placed({ pipeline, range, limit: limit + 1, continuationToken }), limit);
  }

  /**
   * As `list`, with the place of each.
   * @throws SluiceError `ContinuationTokenInvalid`
   */
  placed({ pipeline, range, limit = DEFAULT_LIMIT, continuationToken }: ClipQuery): PlacedClip[] {
    const [startUtc, id] = continuationToken === undefined ? [] : tokenNumbers(continuationToken, 2);
    const after = startUtc === undefined ? undefined : { startUtc: startUtc as UtcMicros, id: id! };
    const found = this.#deps.list.page({ pipeline, range, after, limit });
    return found.map((clip) => ({ clip: this.#resource(clip), startUtc: clip.startUtc, id: clip.id }));
  }

  /** @throws SluiceError `ClipNotFound` */
  get(id: string): ClipResource {
    return this.#resource(this.#find(id));
  }

  /**
   * What can be played of a clip.
   * @throws SluiceError `ClipNotFound`; `ClipFileGone` if its file is not there, or nothing of it is complete yet
   */
  file(id: string): ClipFile {
    const clip = this.#find(id);
    const path = this.#deps.media.find(clip.path);
    const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
    const bytes = path !== undefined && clip.state === 'open' ? withFile(path, layoutOf).playableEnd : stats?.size;
    if (path === undefined || !stats || !bytes) {
      throw new SluiceError('ClipFileGone', `clip ${id} has no file that can be read`, {
        kind: 'notFound',
        where: { file: this.#deps.media.absolute(clip.path) },
        hint: clip.state === 'open' ? 'It has only just begun; try again.' : 'Another program has deleted or moved it.',
      });
    }
    // What is complete of an open clip stays as it is until the clip is over.
    const changed = clip.state === 'open' ? 'open' : Math.round(stats.mtimeMs).toString(36);
    return { path, bytes, version: `${clip.id}-${bytes.toString(36)}-${changed}`, name: basename(path) };
  }

  /** @throws SluiceError `ClipNotFound` */
  origin(id: string): ClipOrigin {
    const { pipeline, startUtc, preRoll = 0 } = this.#find(id);
    return { pipeline, startUtc, causedUtc: (startUtc + preRoll) as UtcMicros };
  }

  /**
   * The file's bytes, or a part of them.
   * @param range first and last byte; without it, the whole file
   * @throws SluiceError as `file`
   */
  stream(id: string, range?: { start: number; end: number }): Readable {
    const { path, bytes } = this.file(id);
    const { start, end } = { start: range?.start ?? 0, end: Math.min(range?.end ?? bytes, bytes - 1) };
    return start > end ? Readable.from([]) : createReadStream(path, { start, end });
  }

  /**
   * Deletes a clip and its file, and publishes `RecordingDeleted`.
   * @throws SluiceError `ClipNotFound`; `ClipProtected`; `ClipOpen` while it is being written; `ClipNotDeleted`
   */
  delete(id: string): void {
    const clip = this.#find(id);
    if (clip.protected) {
      throw new SluiceError('ClipProtected', `clip ${id} is protected`, {
        kind: 'conflict',
        hint: 'End the protection first: DELETE /clips/{id}/protect.',
      });
    }
    if (clip.state === 'open') {
      throw new SluiceError('ClipOpen', `clip ${id} is being written`, {
        kind: 'conflict',
        hint: 'Wait for its RecordingAvailable, or deactivate the pipeline.',
      });
    }
    this.#deps.media.restore();
    this.#deps.keeping.remove(clip);
  }

  /**
   * From now on, neither budget nor age removes it, and it cannot be deleted.
   * @throws SluiceError `ClipNotFound`; what SQLite says if it cannot be noted
   */
  protect(id: string): void {
    this.#note(id, (clip) => this.#deps.list.protect(clip, true));
  }

  /** @throws SluiceError as `protect` */
  unprotect(id: string): void {
    this.#note(id, (clip) => this.#deps.list.protect(clip, false));
  }

  /**
   * Notes that somebody has looked at it.
   * @throws SluiceError as `protect`
   */
  markSeen(id: string): void {
    this.#note(id, (clip) => this.#deps.list.see(clip));
  }

  #note(id: string, change: (id: number) => void): void {
    const clip = this.#find(id);
    this.#deps.events.commitNow(() => change(clip.id), []);
  }

  #find(id: string): ClipRecord {
    const number = idNumber(id);
    const clip = number === undefined ? undefined : this.#deps.list.get(number);
    if (clip) return clip;
    throw new SluiceError('ClipNotFound', `there is no clip '${id.slice(0, 40)}'`, {
      kind: 'notFound',
      hint: 'GET /clips lists the clips. It may have been deleted to make room.',
    });
  }

  #resource(clip: ClipRecord): ClipResource {
    const { id, pipeline, sink, topology, path, state, startUtc, endUtc, frames, correlationId, cause } = clip;
    const isOver = endUtc !== undefined && state !== 'open';
    return {
      id: String(id),
      pipeline,
      sink,
      ...(topology === undefined ? {} : { topology }),
      path: this.#deps.media.absolute(path),
      state,
      start: toIso(startUtc),
      ...(isOver ? { end: toIso(endUtc), duration: (endUtc - startUtc) / MICROS_PER_SECOND } : {}),
      bytes: isOver ? clip.bytes : this.#size(clip),
      ...(frames === undefined ? {} : { frames }),
      ...(correlationId === '' ? {} : { correlationId }),
      ...(cause ? { cause } : {}),
      incomplete: state === 'recovered' || state === 'failed',
      protected: clip.protected,
      seen: clip.seen,
    };
  }

  #size({ path }: ClipRecord): number {
    return statSync(this.#deps.media.absolute(path), { throwIfNoEntry: false })?.size ?? 0;
  }
}
