/**
 * The detector on the calling thread, one frame at a time: for benchmarks, tests and looking into a recording. It is the
 * same kernel on the same slab as in the pool, so its verdicts are the same bit for bit.
 */
import { performance } from 'node:perf_hooks';
import { SLAB } from '../layout.js';
import type { MotionSettings, PlaneInput, SubmitOptions, Verdict } from '../types.js';
import { type DebugPicture, modelPicture, motionMask, verdictPicture } from './debug-picture.js';
import { field } from './field.js';
import { compileKernel, createMemory, instantiateKernel, type Kernel, type KernelBuild } from './kernel.js';
import { type PictureRoom, placeIn, roomFor } from './pictures.js';
import { pictureOf, readVerdict, setField, writePicture, writeZones } from './slab-view.js';
import { WayBack } from './way-back.js';
import { type ZoneMap, zoneMap } from './zones.js';

const SLAB_ADDRESS = 65536;

export class OfflineDetector {
  readonly kernel: Kernel;
  readonly memory: WebAssembly.Memory;
  readonly slab = SLAB_ADDRESS;
  readonly #settings: MotionSettings;
  #words: Int32Array<ArrayBufferLike>;
  #bytes: Uint8Array<ArrayBufferLike>;
  #width = 0;
  #height = 0;
  #room: PictureRoom = { address: 0, bytes: 0 };
  #zones: ZoneMap = { cells: new Uint8Array(), rules: [] };
  #pts: number | undefined;
  #place = { address: SLAB_ADDRESS, bytes: 0 };
  readonly #wayBack = new WayBack();

  /** `build` may be a module that was compiled elsewhere, from a changed source for instance. */
  constructor(settings: MotionSettings, build: KernelBuild | WebAssembly.Module = 'simd') {
    this.memory = createMemory(1 << 22, 1 << 29);
    this.kernel = instantiateKernel(typeof build === 'object' ? build : compileKernel(build), this.memory);
    this.#settings = settings;
    this.#words = new Int32Array(this.memory.buffer);
    this.#bytes = new Uint8Array(this.memory.buffer);
  }

  get words(): Int32Array<ArrayBufferLike> {
    return this.#words;
  }

  get bytes(): Uint8Array<ArrayBufferLike> {
    return this.#bytes;
  }

  judge(plane: PlaneInput, { returnable = false }: SubmitOptions = {}): Verdict {
    const { begin, end, shape } = pictureOf(plane);
    if (plane.width !== this.#width || plane.height !== this.#height || roomFor(end - begin) > this.#room.bytes) {
      this.#configure(plane.width, plane.height, end - begin);
    }
    if (returnable) this.#wayBack.note(this.#place, this.#bytes, this.#pts);
    const data = plane.data.subarray(begin, end);
    const at = placeIn(this.#room, data);
    this.#bytes.set(data, at);
    const elapsedMs = this.#pts === undefined ? 0 : (plane.pts - this.#pts) / 1000;
    writePicture(this.#words, SLAB_ADDRESS, { address: at, shape, elapsedMs });
    this.#pts = plane.pts;
    const began = performance.now();
    this.kernel.judge(SLAB_ADDRESS);
    const micros = (performance.now() - began) * 1000;
    setField(this.#words, SLAB_ADDRESS, SLAB.micros, Math.max(1, Math.round(micros)));
    return readVerdict({ words: this.#words, bytes: this.#bytes }, SLAB_ADDRESS, this.#zones, {
      pts: plane.pts,
      width: plane.width,
      height: plane.height,
      // Not rounded: what is measured here is a few microseconds.
      latencyMicros: micros,
    });
  }

  /** As in `MotionCamera`. */
  rewind(): boolean {
    const past = this.#wayBack.take(this.#place, this.#bytes);
    if (past !== undefined) this.#pts = past.judgedPts;
    return past !== undefined;
  }

  field(offset: number): number {
    return field(this.#words, SLAB_ADDRESS, offset);
  }

  /** The last frame's motion as 0 and 255. */
  mask(): Uint8Array {
    return motionMask(this.#words, this.#bytes, SLAB_ADDRESS);
  }

  picture(kind: 'verdict' | 'mean' | 'threshold' = 'verdict'): DebugPicture {
    if (kind === 'verdict')
      return verdictPicture(this.#words, this.#bytes, SLAB_ADDRESS, {
        at: SLAB_ADDRESS + this.field(SLAB.pictureAt),
        stride: this.field(SLAB.lumaStride),
      });
    return modelPicture(this.#words, this.#bytes, SLAB_ADDRESS, kind);
  }

  #configure(width: number, height: number, pictureBytes: number): void {
    const total = this.kernel.slabBytes(width, height);
    this.#room = { address: (SLAB_ADDRESS + total + 63) & ~63, bytes: roomFor(pictureBytes) };
    const missing = this.#room.address + this.#room.bytes - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / 65536));
      this.#words = new Int32Array(this.memory.buffer);
      this.#bytes = new Uint8Array(this.memory.buffer);
    }
    this.#bytes.fill(0, SLAB_ADDRESS, SLAB_ADDRESS + total);
    this.kernel.configure(SLAB_ADDRESS, width, height);
    this.#width = width;
    this.#height = height;
    this.#pts = undefined;
    this.#place = { address: SLAB_ADDRESS, bytes: total };
    this.#zones = zoneMap(this.#settings, {
      width,
      height,
      cellsX: this.field(SLAB.cellsX),
      cellsY: this.field(SLAB.cellsY),
      cellStride: this.field(SLAB.cellStride),
    });
    writeZones(this.#words, this.#bytes, SLAB_ADDRESS, this.#zones);
  }
}
