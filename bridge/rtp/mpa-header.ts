/** What the header of an MPEG audio frame says (ISO 11172-3 2.4.1.3, 13818-3). */
export interface MpaFrame {
  /** Length in bytes, header included. */
  length: number;
  samples: number;
  /** Samples per second. */
  rate: number;
}

const RATES = [44_100, 48_000, 32_000];
/** kbit/s by index, for layers I, II and III of MPEG-1, then for layer I and for II and III of MPEG-2. */
const MPEG1_RATES: readonly (readonly number[])[] = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
];
const MPEG2_LAYER_1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
const MPEG2_LAYER_23 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** By the two bits of the version: 2.5, reserved, 2, 1. How often the rates are halved. */
const HALVED = [2, undefined, 1, 0] as const;

/** Reads the header at `at`; undefined if there is none, or one of a frame whose length it does not say. */
export const readMpaHeader = (bytes: Uint8Array, at: number): MpaFrame | undefined => {
  if (bytes.length - at < 4 || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const halved = HALVED[(bytes[at + 1]! >> 3) & 3];
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const baseRate = RATES[(bytes[at + 2]! >> 2) & 3];
  if (halved === undefined || layer === 4 || baseRate === undefined) return undefined;
  const table = halved === 0 ? MPEG1_RATES[layer - 1]! : layer === 1 ? MPEG2_LAYER_1 : MPEG2_LAYER_23;
  const bitRate = 1000 * (table[bytes[at + 2]! >> 4] ?? 0);
  if (bitRate === 0) return undefined;
  const rate = baseRate >> halved;
  const padding = (bytes[at + 2]! >> 1) & 1;
  if (layer === 1) return { length: 4 * (Math.floor((12 * bitRate) / rate) + padding), samples: 384, rate };
  const samples = layer === 3 && halved > 0 ? 576 : 1152;
  return { length: Math.floor((samples * bitRate) / (8 * rate)) + padding, samples, rate };
};
