/**
 * One camera's tracker in the pool. One picture is with a worker; others wait in order. Of pictures without detections only
 * the newest waits, since a tracker that is behind loses little by a longer step; pictures with detections all do.
 */
import { performance } from 'node:perf_hooks';
import { field } from '../detector/field.js';
import { type PictureRoom, placeIn } from '../detector/pictures.js';
import { followTask, type MemberPool, type PoolMember } from '../detector/pool-member.js';
import { type PictureShape, pictureOf } from '../detector/slab-view.js';
import { HEADER_BYTES, TRACK_SLAB } from '../layout.js';
import type {
  Detection,
  PlaneInput,
  TrackerCamera,
  TrackerCameraStats,
  TrackerHandlers,
  TrackerSettings,
  Tracks,
} from '../types.js';
import { ACCURACY, type AccuracyStep } from './accuracy.js';
import {
  type Findings,
  findingsOf,
  readTracks,
  type TrackMemory,
  toldIds,
  trackMemory,
  writeAccuracy,
  writeStep,
} from './slab-view.js';

interface Slab {
  readonly address: number;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
}

interface Waiting {
  readonly room: PictureRoom;
  /** Address of its first byte. */
  readonly at: number;
  readonly shape: PictureShape;
  readonly size: { readonly width: number; readonly height: number };
  readonly pts: number;
  readonly findings: Findings | null;
  readonly submitted: number;
}

export class PoolTracker implements TrackerCamera, PoolMember {
  readonly stats: TrackerCameraStats = { frames: 0, replaced: 0 };
  readonly #pool: MemberPool;
  readonly #step: AccuracyStep;
  readonly #handlers: TrackerHandlers;
  #slab: Slab | undefined;
  #waiting: Waiting[] = [];
  #following: Waiting | undefined;
  #views: TrackMemory | undefined;
  #pts: number | undefined;
  #lastId = 0;
  /** Objects of an earlier slab, which nobody follows any more. */
  #lost: number[] = [];
  #closed = false;
  #onEnd: (() => void) | undefined;

  constructor(pool: MemberPool, { accuracy }: TrackerSettings, handlers: TrackerHandlers) {
    this.#pool = pool;
    this.#step = ACCURACY[accuracy];
    this.#handlers = handlers;
  }

  submit(plane: PlaneInput, detections: readonly Detection[] | null): 'taken' | 'replaced' {
    if (this.#closed) throw new Error('the tracker is closed');
    const { begin, end, shape } = pictureOf(plane);
    const { width, height } = plane;
    if (width < 16 || height < 16 || width > 4096 || height > 4096) {
      throw new RangeError(`pictures of ${width}x${height} are not looked at: 16 to 4096 a side`);
    }
    const data = plane.data.subarray(begin, end);
    const replaced = this.#replace();
    const room = this.#pool.pictures.take(end - begin);
    const at = placeIn(room, data);
    this.#pool.slabs.bytes.set(data, at);
    const findings = detections === null ? null : findingsOf(detections);
    const submitted = performance.now();
    this.#waiting.push({ room, at, shape, size: { width, height }, pts: plane.pts, findings, submitted });
    if (this.#waiting.length === 1 && this.#following === undefined) this.#pool.ready(this);
    return replaced ? 'replaced' : 'taken';
  }

  /** Drops the newest picture that waits, if nothing was found in it. */
  #replace(): boolean {
    const newest = this.#waiting.at(-1);
    if (newest === undefined || newest.findings !== null || this.#following === undefined) return false;
    this.#waiting.pop();
    this.#pool.pictures.give(newest.room);
    this.stats.replaced++;
    return true;
  }

  begin(): number | undefined {
    const next = this.#waiting[0];
    if (next === undefined || this.#following !== undefined) return undefined;
    const slab = this.#slabFor(next.size);
    if (slab === undefined) return undefined;
    this.#waiting.shift();
    this.#following = next;
    writeStep(this.#memory, slab.address, {
      picture: { address: next.at, shape: next.shape },
      elapsedMicros: this.#pts === undefined ? 0 : next.pts - this.#pts,
      findings: next.findings,
    });
    this.#pts = next.pts;
    return followTask(slab.address);
  }

  end(error?: Error): void {
    const picture = this.#following;
    const slab = this.#slab;
    if (picture === undefined || slab === undefined) return;
    this.#following = undefined;
    this.#pool.pictures.give(picture.room);
    if (this.#closed) {
      this.#release();
      this.#onEnd?.();
      return;
    }
    this.stats.frames++;
    const micros = field(this.#memory.words, slab.address, TRACK_SLAB.micros);
    const failed = error ?? (micros < 0 ? new Error('tracker kernel failed') : undefined);
    const tracks = failed === undefined ? this.#read(slab, picture) : undefined;
    if (failed !== undefined) this.#forget();
    if (this.#waiting.length > 0) this.#pool.ready(this);
    if (tracks !== undefined) this.#tell(tracks);
    else if (failed !== undefined) this.#handlers.onError(failed);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const { room } of this.#waiting.splice(0)) this.#pool.pictures.give(room);
      if (this.#following === undefined) this.#release();
      this.#pool.detached(this);
    }
    if (this.#following === undefined) return;
    await new Promise<void>((resolve) => {
      const before = this.#onEnd;
      this.#onEnd = () => {
        before?.();
        resolve();
      };
    });
  }

  #read(slab: Slab, { pts, findings, submitted }: Waiting): Tracks {
    const latencyMicros = Math.round((performance.now() - submitted) * 1000);
    const tracks = readTracks(this.#memory, slab.address, { pts, findings, latencyMicros });
    tracks.ended.unshift(...this.#lost.splice(0));
    return tracks;
  }

  /** What fails in the handler is an error of this camera, and not of those that were looked at along with it. */
  #tell(tracks: Tracks): void {
    try {
      this.#handlers.onTracks(tracks);
    } catch (error) {
      this.#handlers.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Views of the pool's memory, which are others after it has grown. */
  get #memory(): TrackMemory {
    const { slabs } = this.#pool;
    if (this.#views?.words !== slabs.words) this.#views = trackMemory({ words: slabs.words, bytes: slabs.bytes });
    return this.#views as TrackMemory;
  }

  /** The slab for pictures of this size; for another size another one, in which nobody is followed yet. */
  #slabFor(size: Waiting['size']): Slab | undefined {
    const old = this.#slab;
    if (old !== undefined && old.width === size.width && old.height === size.height) return old;
    if (old !== undefined) this.#forget();
    const { kernel, slabs } = this.#pool;
    const bytes = kernel.trackSlabBytes(size.width, size.height);
    try {
      const address = slabs.take(bytes);
      slabs.bytes.fill(0, address, address + HEADER_BYTES);
      kernel.configureTracks(address, size.width, size.height);
      this.#slab = { address, bytes, ...size };
    } catch (error) {
      for (const { room } of this.#waiting.splice(0)) this.#pool.pictures.give(room);
      this.#handlers.onError(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
    writeAccuracy(this.#memory, this.#slab.address, this.#step, this.#lastId);
    this.#pts = undefined;
    return this.#slab;
  }

  /** Ends all objects. */
  #forget(): void {
    const slab = this.#slab;
    if (slab === undefined) return;
    this.#lost.push(...toldIds(this.#memory, slab.address));
    this.#lastId = Math.max(this.#lastId, field(this.#memory.words, slab.address, TRACK_SLAB.lastId));
    this.#release();
  }

  #release(): void {
    const slab = this.#slab;
    this.#slab = undefined;
    if (slab !== undefined) this.#pool.slabs.give(slab.address, slab.bytes);
  }
}
