/** Just enough PNG to write masks and pictures and to read 8-bit label images. */
import { crc32, deflateSync, inflateSync } from './zip.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** `channels` 1: grey, 3: RGB; eight bits each. */
export function encodePng(width: number, height: number, data: Uint8Array, channels: 1 | 3): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = channels === 1 ? 0 : 2;
  const row = width * channels;
  const raw = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) raw.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', new Uint8Array()),
  ]);
}

export interface GreyPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Reads an 8-bit PNG that is not interlaced; of colour only the first channel, of a palette its red. */
export function decodePng(file: Uint8Array): GreyPicture {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG');
  let width = 0;
  let height = 0;
  let channels = 1;
  let palette: Uint8Array | undefined;
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      if (data[8] !== 8 || data[12] !== 0) throw new Error('only 8-bit PNGs that are not interlaced');
      channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[data[9] as 0 | 2 | 3 | 4 | 6] ?? 1;
    } else if (type === 'PLTE') palette = data;
    else if (type === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const row = width * channels;
  const lines = unfilter(raw, row, height, channels);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const value = lines[i * channels] as number;
    grey[i] = palette === undefined ? value : (palette[value * 3] ?? 0);
  }
  return { width, height, data: grey };
}

function unfilter(raw: Uint8Array, row: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const kind = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const value = raw[y * (row + 1) + 1 + x] as number;
      const a = x >= channels ? (out[y * row + x - channels] as number) : 0;
      const b = y > 0 ? (out[(y - 1) * row + x] as number) : 0;
      const c = x >= channels && y > 0 ? (out[(y - 1) * row + x - channels] as number) : 0;
      out[y * row + x] = value + predicted(kind ?? 0, a, b, c);
    }
  }
  return out;
}

function predicted(kind: number, a: number, b: number, c: number): number {
  if (kind === 1) return a;
  if (kind === 2) return b;
  if (kind === 3) return (a + b) >> 1;
  if (kind !== 4) return 0;
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
