/**
 * The detector on the calling thread, one frame at a time: for benchmarks, tests and looking into a recording. It is the
 * same kernel on the same slab as in the pool, so its verdicts are the same bit for bit.
 */
import { performance } from 'node:perf_hooks';
import * as L from '../layout.js';
import type { MotionSettings, PlaneInput, Verdict } from '../types.js';
import { type DebugPicture, modelPicture, motionMask, verdictPicture } from './debug-picture.js';
import { compileKernel, createMemory, instantiateKernel, type Kernel, type KernelBuild } from './kernel.js';
import { type PictureRoom, placeIn, roomFor } from './pictures.js';
import { field, pictureOf, readVerdict, setField, writeZones } from './slab-view.js';
import { type ZoneMap, zoneMap } from './zones.js';

const SLAB = 65536;

export class OfflineDetector {
  readonly kernel: Kernel;
  readonly memory: WebAssembly.Memory;
  readonly slab = SLAB;
  readonly #settings: MotionSettings;
  #words: Int32Array<ArrayBufferLike>;
  #bytes: Uint8Array<ArrayBufferLike>;
  #width = 0;
  #height = 0;
  #room: PictureRoom = { address: 0, bytes: 0 };
  #zones: ZoneMap = { cells: new Uint8Array(), rules: [] };
  #pts: number | undefined;

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

  judge(plane: PlaneInput): Verdict {
    const { begin, end, shape } = pictureOf(plane);
    if (plane.width !== this.#width || plane.height !== this.#height || roomFor(end - begin) > this.#room.bytes) {
      this.#configure(plane.width, plane.height, end - begin);
    }
    const data = plane.data.subarray(begin, end);
    const at = placeIn(this.#room, data);
    this.#bytes.set(data, at);
    const set = (offset: number, value: number): void => setField(this.#words, SLAB, offset, value);
    set(L.F_PICTURE, at - SLAB);
    set(L.F_STRIDE_Y, shape.strideY);
    set(L.F_STRIDE_C, shape.strideC);
    set(L.F_OFFSET_U, shape.offsetU);
    set(L.F_OFFSET_V, shape.offsetV);
    set(L.F_ELAPSED_MS, this.#pts === undefined ? 0 : Math.max(0, Math.round((plane.pts - this.#pts) / 1000)));
    this.#pts = plane.pts;
    const began = performance.now();
    this.kernel.judge(SLAB);
    const micros = (performance.now() - began) * 1000;
    set(L.F_MICROS, Math.max(1, Math.round(micros)));
    return readVerdict(this.#words, SLAB, this.#zones, {
      pts: plane.pts,
      width: plane.width,
      height: plane.height,
      // Not rounded: what is measured here is a few microseconds.
      latencyMicros: micros,
    });
  }

  field(offset: number): number {
    return field(this.#words, SLAB, offset);
  }

  /** The last frame's motion as 0 and 255. */
  mask(): Uint8Array {
    return motionMask(this.#words, this.#bytes, SLAB);
  }

  picture(kind: 'verdict' | 'mean' | 'limit' = 'verdict'): DebugPicture {
    if (kind === 'verdict')
      return verdictPicture(this.#words, this.#bytes, SLAB, {
        at: SLAB + this.field(L.F_PICTURE),
        stride: this.field(L.F_STRIDE_Y),
      });
    return modelPicture(this.#words, this.#bytes, SLAB, kind);
  }

  #configure(width: number, height: number, pictureBytes: number): void {
    const total = this.kernel.slabBytes(width, height);
    this.#room = { address: (SLAB + total + 63) & ~63, bytes: roomFor(pictureBytes) };
    const missing = this.#room.address + this.#room.bytes - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / 65536));
      this.#words = new Int32Array(this.memory.buffer);
      this.#bytes = new Uint8Array(this.memory.buffer);
    }
    this.#bytes.fill(0, SLAB, SLAB + total);
    this.kernel.configure(SLAB, width, height);
    this.#width = width;
    this.#height = height;
    this.#pts = undefined;
    this.#zones = zoneMap(this.#settings, {
      width,
      height,
      cellsX: this.field(L.F_CELLS_X),
      cellsY: this.field(L.F_CELLS_Y),
      cellStride: this.field(L.F_CELL_STRIDE),
    });
    writeZones(this.#words, this.#bytes, SLAB, this.#zones);
  }
}
