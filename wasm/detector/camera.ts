/**
 * One camera's place in the pool. At most one picture is with a worker, and a few wait; a later picture takes the place of the
 * newest of them, and the loss is counted. Only patient pictures queue up.
 */
import { performance } from 'node:perf_hooks';
import { HEADER_BYTES, SLAB } from '../layout.js';
import type { MotionCamera, MotionCameraStats, MotionSettings, PlaneInput, SubmitOptions, Verdict } from '../types.js';
import { type DebugPicture, modelPicture, verdictPicture } from './debug-picture.js';
import { field } from './field.js';
import { type PictureRoom, placeIn, roomFor } from './pictures.js';
import { judgeTask, type MemberPool, type PoolMember } from './pool-member.js';
import { type PictureShape, pictureOf, readVerdict, writePicture, writeZones } from './slab-view.js';
import { WayBack } from './way-back.js';
import { type ZoneMap, zoneMap } from './zones.js';

export interface CameraHandlers {
  onVerdict(verdict: Verdict): void;
  onError(error: Error): void;
}

interface Slab {
  address: number;
  bytes: number;
  width: number;
  height: number;
  zones: ZoneMap;
}

interface Picture {
  slab: Slab;
  room: PictureRoom;
  /** Address of its first byte. */
  at: number;
  pts: number;
  shape: PictureShape;
  submitted: number;
  returnable: boolean;
  patient: boolean;
}

/** Patient pictures that wait at most: more than a group of pictures has, at the rate at which pictures are judged. */
const MOST_WAITING = 64;
/**
 * Others that wait at most. Where a thread or a decoder is held up for a moment, several come at once, and a detector that is idle can
 * judge them all; one that is too slow is behind by no more than these.
 */
const MOST_FRESH = 4;
/** After a debug picture was asked for, the judged pictures are kept for the next one for so long. */
const SHOWN_MS = 10_000;

export class PoolCamera implements MotionCamera, PoolMember {
  readonly stats: MotionCameraStats = { frames: 0, replaced: 0 };
  readonly #pool: MemberPool;
  readonly #settings: MotionSettings;
  readonly #handlers: CameraHandlers;
  #slab: Slab | undefined;
  readonly #waiting: Picture[] = [];
  #judging: Picture | undefined;
  /** The picture judged last, while debug pictures are being asked for. */
  #shown: Picture | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #judgedPts: number | undefined;
  readonly #wayBack = new WayBack<Slab>();
  #closed = false;
  #onJudged: (() => void) | undefined;

  constructor(pool: MemberPool, settings: MotionSettings, handlers: CameraHandlers) {
    this.#pool = pool;
    this.#settings = settings;
    this.#handlers = handlers;
  }

  submit(plane: PlaneInput, options: SubmitOptions = {}): 'taken' | 'replaced' {
    if (this.#closed) throw new Error('the motion camera is closed');
    const { begin, end, shape } = pictureOf(plane);
    const slab = this.#slabFor(plane);
    const { returnable = false, patient = false } = options;
    const idle = this.#waiting.length === 0 && this.#judging === undefined;
    const replaced = this.#replaceable(patient);
    const room = this.#roomFor(end - begin, replaced);
    // No view where it would be of the whole plane: that is a thousand objects a second.
    const data = begin === 0 && end === plane.data.length ? plane.data : plane.data.subarray(begin, end);
    const at = placeIn(room, data);
    this.#pool.slabs.bytes.set(data, at);
    const submitted = performance.now();
    this.#waiting.push({ slab, room, at, pts: plane.pts, shape, submitted, returnable, patient });
    if (idle) this.#pool.ready(this);
    return replaced ? 'replaced' : 'taken';
  }

  begin(): number | undefined {
    if (this.#judging !== undefined) return undefined;
    const picture = this.#waiting.shift();
    if (picture === undefined) return undefined;
    this.#judging = picture;
    const { slab, shape } = picture;
    const { words, bytes } = this.#pool.slabs;
    if (picture.returnable) this.#wayBack.note(slab, bytes, this.#judgedPts);
    const elapsedMs = this.#judgedPts === undefined ? 0 : (picture.pts - this.#judgedPts) / 1000;
    writePicture(words, slab.address, { address: picture.at, shape, elapsedMs });
    this.#judgedPts = picture.pts;
    return judgeTask(slab.address);
  }

  end(error?: Error): void {
    const picture = this.#judging;
    if (picture === undefined) return;
    this.#judging = undefined;
    const { slab } = picture;
    const words = this.#pool.slabs.words;
    this.#keepShown(picture);
    if (this.#closed) {
      this.#release(slab);
      this.#onJudged?.();
      return;
    }
    const failed =
      error ?? (field(words, slab.address, SLAB.micros) < 0 ? new Error('motion kernel failed') : undefined);
    this.stats.frames++;
    const verdict =
      failed === undefined
        ? readVerdict(this.#pool.slabs, slab.address, slab.zones, {
            pts: picture.pts,
            width: slab.width,
            height: slab.height,
            latencyMicros: Math.round((performance.now() - picture.submitted) * 1000),
          })
        : undefined;
    if (slab !== this.#slab) this.#release(slab);
    else if (failed !== undefined) this.#configure(slab);
    if (this.#waiting.length > 0) this.#pool.ready(this);
    if (verdict !== undefined) this.#tell(verdict);
    else if (failed !== undefined) this.#handlers.onError(failed);
  }

  /** What fails in the handler is an error of this camera, and not of those that were judged along with it. */
  #tell(verdict: Verdict): void {
    try {
      this.#handlers.onVerdict(verdict);
    } catch (error) {
      this.#handlers.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  rewind(): boolean {
    const slab = this.#slab;
    const past = slab && !this.#judging ? this.#wayBack.take(slab, this.#pool.slabs.bytes) : undefined;
    if (past === undefined) return false;
    this.#judgedPts = past.judgedPts;
    this.#dropWaiting();
    return true;
  }

  debugPicture(kind: 'verdict' | 'mean' | 'threshold' = 'verdict'): DebugPicture | undefined {
    const slab = this.#slab;
    const { words, bytes } = this.#pool.slabs;
    if (slab === undefined || this.stats.frames === 0) return undefined;
    if (kind !== 'verdict') return modelPicture(words, bytes, slab.address, kind);
    this.#lookedAt = performance.now();
    const shown = this.#shown?.slab === slab ? this.#shown : undefined;
    const luma = shown === undefined ? undefined : { at: shown.at, stride: shown.shape.strideY };
    return verdictPicture(words, bytes, slab.address, luma);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      const slab = this.#slab;
      this.#slab = undefined;
      if (slab !== undefined && this.#judging?.slab !== slab) this.#release(slab);
      this.#dropWaiting();
      this.#keepShown(undefined);
      this.#pool.detached(this);
    }
    if (this.#judging === undefined) return;
    await new Promise<void>((resolve) => {
      const before = this.#onJudged;
      this.#onJudged = () => {
        before?.();
        resolve();
      };
    });
  }

  /** The slab for pictures of this size: for another size another one, with a new model. Throws OutOfSlabs. */
  #slabFor(plane: PlaneInput): Slab {
    const old = this.#slab;
    if (old !== undefined && old.width === plane.width && old.height === plane.height) return old;
    if (plane.width < 16 || plane.height < 16 || plane.width > 4096 || plane.height > 4096) {
      throw new RangeError(`pictures of ${plane.width}x${plane.height} are not judged: 16 to 4096 a side`);
    }
    const { kernel, slabs } = this.#pool;
    const total = kernel.slabBytes(plane.width, plane.height);
    const address = slabs.take(total);
    const slab: Slab = {
      address,
      bytes: total,
      width: plane.width,
      height: plane.height,
      zones: { cells: new Uint8Array(), rules: [] },
    };
    this.#configure(slab);
    this.#slab = slab;
    if (old !== undefined && this.#judging?.slab !== old) this.#release(old);
    return slab;
  }

  /** Whether the picture that has waited least is dropped for the next. */
  #replaceable(patient: boolean): boolean {
    if (this.#waiting.length >= MOST_WAITING) return true;
    const earlier = this.#waiting.at(-MOST_FRESH);
    return earlier !== undefined && !patient && !earlier.patient && !this.#waiting.at(-1)!.patient;
  }

  /** Room for the next picture: that of the one that it replaces, if it fits. Throws OutOfSlabs. */
  #roomFor(bytes: number, replaces: boolean): PictureRoom {
    const before = replaces ? this.#waiting.pop() : undefined;
    if (before === undefined) return this.#pool.pictures.take(bytes);
    this.stats.replaced++;
    if (before.room.bytes === roomFor(bytes)) return before.room;
    this.#pool.pictures.give(before.room);
    return this.#pool.pictures.take(bytes);
  }

  #dropWaiting(): void {
    for (const { room } of this.#waiting.splice(0)) this.#pool.pictures.give(room);
  }

  /** Frees the picture that was kept, and keeps this one if a debug picture was asked for lately. */
  #keepShown(picture: Picture | undefined): void {
    const before = this.#shown;
    this.#shown = undefined;
    if (before !== undefined) this.#pool.pictures.give(before.room);
    if (picture === undefined) return;
    if (!this.#closed && performance.now() - this.#lookedAt < SHOWN_MS) this.#shown = picture;
    else this.#pool.pictures.give(picture.room);
  }

  #configure(slab: Slab): void {
    const { kernel, slabs } = this.#pool;
    slabs.bytes.fill(0, slab.address, slab.address + HEADER_BYTES);
    kernel.configure(slab.address, slab.width, slab.height);
    const words = slabs.words;
    slab.zones = zoneMap(this.#settings, {
      width: slab.width,
      height: slab.height,
      cellsX: field(words, slab.address, SLAB.cellsX),
      cellsY: field(words, slab.address, SLAB.cellsY),
      cellStride: field(words, slab.address, SLAB.cellStride),
    });
    writeZones(words, slabs.bytes, slab.address, slab.zones);
    this.#judgedPts = undefined;
    this.#wayBack.clear();
  }

  #release(slab: Slab): void {
    this.#pool.slabs.give(slab.address, slab.bytes);
  }
}
