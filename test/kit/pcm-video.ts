/**
 * A small encoder of H.264 for what x264 does not make: macroblocks that come as they are, or are those of the picture
 * before. Pictures are frames in slices, or pairs of fields.
 */

/** Writes fields, most significant bit first. */
class BitWriter {
  #bits = '';

  u(value: number, count: number): this {
    if (count > 0) this.#bits += value.toString(2).padStart(count, '0');
    return this;
  }

  ue(value: number): this {
    const text = (value + 1).toString(2);
    return this.u(0, text.length - 1).u(value + 1, text.length);
  }

  /** Zeros up to the next whole byte. */
  align(): this {
    while (this.#bits.length % 8 !== 0) this.#bits += '0';
    return this;
  }

  /** The NAL unit, with its stop bit and with emulation prevention. */
  nal(header: number): Uint8Array {
    this.u(1, 1).align();
    const bytes = [header];
    let zeros = 0;
    for (let at = 0; at < this.#bits.length; at += 8) {
      const byte = Number.parseInt(this.#bits.slice(at, at + 8), 2);
      if (zeros >= 2 && byte <= 3) {
        bytes.push(3);
        zeros = 0;
      }
      bytes.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return Uint8Array.from(bytes);
  }
}

/** Macroblocks in a row, and rows of a frame. */
const PCM_WIDTH = 4;
const PCM_ROWS = 4;

const IDR = 0x65;
const PLAIN = 0x41;

export const pcmSets = (fields: boolean): Uint8Array[] => {
  const sps = new BitWriter().u(77, 8).u(0, 8).u(30, 8).ue(0).ue(4).ue(0).ue(4).ue(1).u(0, 1);
  sps.ue(PCM_WIDTH - 1).ue((fields ? PCM_ROWS / 2 : PCM_ROWS) - 1);
  if (fields) sps.u(0, 2);
  else sps.u(1, 1);
  sps.u(1, 1).u(0, 2);
  // No reordering of references, no weights; deblocking can be switched off.
  const pps = new BitWriter().ue(0).ue(0).u(0, 2).ue(0).ue(0).ue(0).u(0, 3).ue(0).ue(0).ue(0).u(0b100, 3);
  return [sps.nal(0x67), pps.nal(0x68)];
};

export interface PcmSlice {
  fields: boolean;
  bottom?: boolean;
  /** Of an IDR picture. */
  idr: boolean;
  /** Number of the picture since the last IDR picture. */
  number: number;
  /** The first row of macroblocks, and how many. */
  row: number;
  rows: number;
  /** Brightness of its first macroblock; undefined: all are those of the picture before. */
  luma: number | undefined;
  /** Whether a slice with new macroblocks may hold others as well. */
  predicted?: boolean;
}

export const pcmSlice = (slice: PcmSlice): Uint8Array => {
  const { fields, bottom = false, idr, number, row, rows, luma } = slice;
  const predicted = luma === undefined || slice.predicted === true;
  const bits = new BitWriter()
    .ue(row * PCM_WIDTH)
    .ue(predicted ? 0 : 2)
    .ue(0)
    .u(number % 256, 8);
  if (fields) bits.u(1, 1).u(bottom ? 1 : 0, 1);
  if (idr) bits.ue(0);
  bits.u((2 * number + (bottom ? 1 : 0)) % 256, 8);
  if (predicted) bits.u(0, 2);
  bits
    .u(0, idr ? 2 : 1)
    .ue(0)
    .ue(1);
  const count = rows * PCM_WIDTH;
  if (luma === undefined) bits.ue(count);
  else
    for (let n = 0; n < count; n++) {
      if (predicted) bits.ue(0);
      bits.ue(predicted ? 30 : 25).align();
      for (let byte = 0; byte < 384; byte++) bits.u(byte < 256 ? 30 + ((luma + 8 * n) % 200) : 128, 8);
    }
  return bits.nal(idr ? IDR : PLAIN);
};
