import type { WireSample } from './contract.js';
import type { SharedMemory } from './shared-memory.js';

export type GrpcTransfer =
  /** Pictures are in the messages. */
  | { readonly mode: 'embedded' }
  /** They are in memory that the server shares, on the same machine. */
  | { readonly mode: 'sharedMemory'; readonly sizeMiB: number };

/** A picture that a server can get at. */
export interface Placed {
  /** What the message says of it. */
  readonly content: Pick<WireSample, 'contentBytes' | 'contentReference'>;
  /** Gives its place to others. To be called once, when the server has no more use for it. */
  release(): void;
}

/** How pictures get to a server, and how many of them at a time. */
export interface PicturePlaces {
  /** Largest picture, in bytes, and whether shared memory sets that limit. */
  readonly room: number;
  readonly shared: boolean;
  /** Whether a picture of this length could be placed now. */
  fits(length: number): boolean;
  /** @returns undefined if there is no room now */
  place(data: Uint8Array): Placed | undefined;
}

export const sharedPlaces = (memory: SharedMemory): PicturePlaces => ({
  room: memory.size,
  shared: true,
  fits: (length) => memory.ranges.fits(length),
  place: (data) => {
    const range = memory.put(data);
    if (range === undefined) return undefined;
    return {
      content: { contentReference: { addressOffset: range.offset, lengthBytes: range.length } },
      release: () => memory.ranges.giveBack(range),
    };
  },
});

/** @param mostBytes of all pictures under way */
export const messagePlaces = (mostBytes: number): PicturePlaces => {
  let bytes = 0;
  const fits = (length: number): boolean => bytes + length <= mostBytes;
  return {
    room: mostBytes,
    shared: false,
    fits,
    place: (data) => {
      if (!fits(data.byteLength)) return undefined;
      bytes += data.byteLength;
      return {
        content: { contentBytes: { bytes: data } },
        release: () => {
          bytes -= data.byteLength;
        },
      };
    },
  };
};
