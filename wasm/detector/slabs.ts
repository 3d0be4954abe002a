/** Cuts the shared memory into slabs: first fit, neighbours joined again when they are freed, grown on demand. */
import { PAGE_BYTES } from './kernel.js';

interface Span {
  begin: number;
  bytes: number;
}

export class OutOfSlabs extends Error {
  readonly code = 'motionMemoryFull';
}

export class Slabs {
  /** Called when there is no room: it may give slabs back, and the search is repeated. */
  onFull: (() => void) | undefined;
  readonly #memory: WebAssembly.Memory;
  readonly #maximum: number;
  #free: Span[];
  #top: number;
  #bytes: Uint8Array<ArrayBufferLike>;
  #words: Int32Array<ArrayBufferLike>;

  /** The first page is not used, so that no slab has address 0. */
  constructor(memory: WebAssembly.Memory, maximumBytes: number) {
    this.#memory = memory;
    this.#maximum = Math.floor(maximumBytes / PAGE_BYTES) * PAGE_BYTES;
    this.#free = [];
    this.#top = PAGE_BYTES;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
  }

  /** Views of the whole memory. They are replaced when it grows: do not keep them. */
  get bytes(): Uint8Array<ArrayBufferLike> {
    return this.#bytes;
  }

  get words(): Int32Array<ArrayBufferLike> {
    return this.#words;
  }

  get memoryBytes(): number {
    return this.#bytes.length;
  }

  /** Address of a slab, a multiple of 64. Its bytes are not cleared. Throws OutOfSlabs. */
  take(wanted: number): number {
    const bytes = (wanted + 63) & ~63;
    let address = this.#place(bytes);
    if (address === undefined) {
      this.onFull?.();
      address = this.#place(bytes);
    }
    if (address === undefined) throw new OutOfSlabs(`the motion memory is full: ${this.#maximum} bytes`);
    return address;
  }

  #place(bytes: number): number | undefined {
    const index = this.#free.findIndex((span) => span.bytes >= bytes);
    if (index >= 0) {
      const span = this.#free[index] as Span;
      const address = span.begin;
      if (span.bytes === bytes) this.#free.splice(index, 1);
      else this.#free[index] = { begin: span.begin + bytes, bytes: span.bytes - bytes };
      return address;
    }
    // A free span at the very end is used up first.
    const last = this.#free.at(-1);
    const tail = last !== undefined && last.begin + last.bytes === this.#top ? last : undefined;
    const address = tail === undefined ? this.#top : tail.begin;
    const end = address + bytes;
    if (end > this.#maximum) return undefined;
    if (end > this.#bytes.length) {
      this.#memory.grow(Math.ceil((end - this.#bytes.length) / PAGE_BYTES));
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#words = new Int32Array(this.#memory.buffer);
    }
    if (tail !== undefined) this.#free.pop();
    this.#top = end;
    return address;
  }

  give(address: number, wanted: number): void {
    const bytes = (wanted + 63) & ~63;
    let at = this.#free.findIndex((span) => span.begin > address);
    if (at < 0) at = this.#free.length;
    this.#free.splice(at, 0, { begin: address, bytes });
    this.#joinAt(at);
    this.#joinAt(at - 1);
  }

  #joinAt(index: number): void {
    const a = this.#free[index];
    const b = this.#free[index + 1];
    if (a === undefined || b === undefined || a.begin + a.bytes !== b.begin) return;
    this.#free.splice(index, 2, { begin: a.begin, bytes: a.bytes + b.bytes });
  }
}
