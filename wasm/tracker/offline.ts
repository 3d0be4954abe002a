/**
 * The tracker on the calling thread, one picture at a time: for benchmarks and tests. It is the same kernel on the same slab
 * as in the pool, so its boxes are the same bit for bit.
 */
import { performance } from 'node:perf_hooks';
import { field } from '../detector/field.js';
import { compileKernel, createMemory, instantiateKernel, type Kernel, type KernelBuild } from '../detector/kernel.js';
import { type PictureRoom, placeIn, roomFor } from '../detector/pictures.js';
import { pictureOf } from '../detector/slab-view.js';
import { TRACK_SLAB } from '../layout.js';
import type { Detection, PlaneInput, TrackerSettings, Tracks } from '../types.js';
import { ACCURACY, type AccuracyStep } from './accuracy.js';
import {
  findingsOf,
  readTracks,
  type TrackMemory,
  toldIds,
  trackMemory,
  writeAccuracy,
  writeStep,
} from './slab-view.js';

const SLAB_ADDRESS = 65536;

export class OfflineTracker {
  readonly kernel: Kernel;
  readonly slab = SLAB_ADDRESS;
  readonly #wasm: WebAssembly.Memory;
  readonly #step: AccuracyStep;
  #memory: TrackMemory;
  #width = 0;
  #height = 0;
  #room: PictureRoom = { address: 0, bytes: 0 };
  #pts: number | undefined;
  #lastId = 0;
  #lost: number[] = [];

  /** `build` may be a module that was compiled elsewhere; `step` replaces parts of what the accuracy means. */
  constructor(
    settings: TrackerSettings,
    build: KernelBuild | WebAssembly.Module = 'simd',
    step: Partial<AccuracyStep> = {},
  ) {
    this.#wasm = createMemory(1 << 22, 1 << 29);
    this.kernel = instantiateKernel(typeof build === 'object' ? build : compileKernel(build), this.#wasm);
    this.#step = { ...ACCURACY[settings.accuracy], ...step };
    this.#memory = this.#views();
  }

  get memory(): TrackMemory {
    return this.#memory;
  }

  track(plane: PlaneInput, detections: readonly Detection[] | null): Tracks {
    const { begin, end, shape } = pictureOf(plane);
    if (plane.width !== this.#width || plane.height !== this.#height || roomFor(end - begin) > this.#room.bytes) {
      this.#configure(plane.width, plane.height, end - begin);
    }
    const data = plane.data.subarray(begin, end);
    const address = placeIn(this.#room, data);
    this.#memory.bytes.set(data, address);
    const findings = detections === null ? null : findingsOf(detections);
    writeStep(this.#memory, SLAB_ADDRESS, {
      picture: { address, shape },
      elapsedMicros: this.#pts === undefined ? 0 : plane.pts - this.#pts,
      findings,
    });
    this.#pts = plane.pts;
    const began = performance.now();
    this.kernel.follow(SLAB_ADDRESS);
    const micros = (performance.now() - began) * 1000;
    const tracks = readTracks(this.#memory, SLAB_ADDRESS, { pts: plane.pts, findings, latencyMicros: micros });
    tracks.trackMicros = micros;
    tracks.ended.unshift(...this.#lost.splice(0));
    return tracks;
  }

  #views(): TrackMemory {
    const { buffer } = this.#wasm;
    return trackMemory({ words: new Int32Array(buffer), bytes: new Uint8Array(buffer) });
  }

  #configure(width: number, height: number, pictureBytes: number): void {
    if (this.#width > 0) {
      this.#lost = toldIds(this.#memory, SLAB_ADDRESS);
      this.#lastId = field(this.#memory.words, SLAB_ADDRESS, TRACK_SLAB.lastId);
    }
    const total = this.kernel.trackSlabBytes(width, height);
    this.#room = { address: (SLAB_ADDRESS + total + 63) & ~63, bytes: roomFor(pictureBytes) };
    const missing = this.#room.address + this.#room.bytes - this.#wasm.buffer.byteLength;
    if (missing > 0) {
      this.#wasm.grow(Math.ceil(missing / 65536));
      this.#memory = this.#views();
    }
    this.kernel.configureTracks(SLAB_ADDRESS, width, height);
    writeAccuracy(this.#memory, SLAB_ADDRESS, this.#step, this.#lastId);
    this.#width = width;
    this.#height = height;
    this.#pts = undefined;
  }
}
