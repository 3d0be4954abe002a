/** Loading of the compiled kernels. The same file serves the main thread, the workers and the tests. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { instantiateSync } from '@assemblyscript/loader';

/** What the kernels export. Slabs and other addresses are byte offsets into the shared memory. */
export interface Kernel extends Record<string, unknown> {
  slabBytes(width: number, height: number): number;
  configure(slab: number, width: number, height: number): void;
  judge(slab: number): number;
  // Stages of a judgement, for tests and for measuring them one by one.
  sense(slab: number): void;
  /** `run`: address of a Run, which says where the arrays are. */
  senseRow(run: number): void;
  learn(slab: number, turn: number, rows: number): void;
  learnRow(run: number, rates: number): void;
  relight(model: number, mean8: number, pixels: number, gain: number, offset: number): void;
  mark(slab: number): number;
  join(slab: number, tenths: number): number;
  changedCells(slab: number): number;
  gainOf(slab: number): number;
  chromaOf(slab: number): number;
  sharpnessOf(slab: number): number;
  identical(slab: number): number;
  shiftOf(slab: number): number;
  // The tracker.
  trackSlabBytes(width: number, height: number): number;
  configureTracks(slab: number, width: number, height: number): void;
  follow(slab: number): number;
  // Its stages, for tests.
  readWindow(window: number, pixel: number, stride: number, fx: number, fy: number): void;
  maskWindow(window: number, pixel: number, stride: number, fx: number, fy: number, least: number): void;
  learnRow16(background: number, picture: number, sixteens: number, step: number, contrast: number): number;
  countDifferent(
    blob: number,
    picture: number,
    background: number,
    stride: number,
    width: number,
    height: number,
    contrast: number,
  ): void;
  differenceOf(template: number, picture: number, stride: number, width: number, height: number): number;
  compareWindow(window: number, pixel: number, stride: number, fx: number, fy: number): void;
  halve(
    source: number,
    sourceStride: number,
    target: number,
    targetStride: number,
    width: number,
    height: number,
  ): void;
  assign(costs: number, rows: number, columns: number, notes: number): void;
  rowOf(notes: number, columns: number, column: number): number;
}

export type KernelBuild = 'simd' | 'scalar';

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES = 65536;

/** A file that the build makes, under dist/; also when this file runs as TypeScript source, as in tests. */
export function builtFile(name: string): URL {
  const source = import.meta.url.endsWith('.ts');
  return new URL(source ? `../../dist/wasm/${name}` : `../${name}`, import.meta.url);
}

/** Reads and compiles one build. Throws when it has not been built. */
export function compileKernel(build: KernelBuild): WebAssembly.Module {
  const file = builtFile(`motion.${build}.wasm`);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new Error(`the motion kernels are not built: ${fileURLToPath(file)} (run npm run build)`, { cause });
  }
  return new WebAssembly.Module(bytes);
}

/** True when this engine runs the vector build. */
export function simdSupported(): boolean {
  return WebAssembly.validate(new Uint8Array(readFileSync(builtFile('motion.simd.wasm'))));
}

export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const abort = (): void => {
    throw new Error('the motion kernel aborted');
  };
  return instantiateSync<Kernel>(module, { env: { memory, abort } }).exports;
}

/** A shared memory that can grow to `maximumBytes`. */
export function createMemory(initialBytes: number, maximumBytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({
    initial: Math.max(16, Math.ceil(initialBytes / PAGE_BYTES)),
    maximum: Math.max(16, Math.ceil(maximumBytes / PAGE_BYTES)),
    shared: true,
  });
}
