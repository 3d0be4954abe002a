/** Scenes as cameras send them: coded anew, with the sizes of their units, and their pictures as a detector gets them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlaneInput } from '../../wasm/types.js';
import { encodeH264, readH264 } from '../common/h264-file.js';

/** Raw I420 of one size, without padding. */
export interface Raw {
  width: number;
  height: number;
  /** Pictures a second. */
  fps: number;
  pictures: readonly Uint8Array[];
}

export const RATES = ['vbr', 'cbr'] as const;
export type Rate = (typeof RATES)[number];

interface Coding {
  /** Seconds between keyframes. */
  gop: number;
  /** `vbr`: the same quality all the time; `cbr`: the same bit rate every second. */
  rate: Rate;
}

/** A scene behind an encoder, and under which policies it is watched. */
export interface Trial extends Coding {
  policies: readonly string[];
  verbose: boolean;
}

interface CodedUnit {
  key: boolean;
  bytes: number;
  quantiser: number | undefined;
  /** µs */
  pts: number;
}

/** What comes of a scene behind a camera's encoder. */
export interface Coded {
  fps: number;
  units: readonly CodedUnit[];
  plane(index: number): PlaneInput;
}

/** Wider pictures are made smaller when they are read. */
const MOST_WIDTH = 640;
const DETECTED_WIDTH = 320;
/** Of CBR: what cameras are set to, 0.8 Mb/s at 640×360 and 25 pictures a second. */
const BITS_PER_PIXEL = 0.14;
const CRF = 26;

/** Of raw pictures at a time. */
const MOST_BYTES = 2 ** 31;

const even = (value: number): number => 2 * Math.round(value / 2);
const bytesOf = (width: number, height: number): number => (width * height * 3) / 2;

interface Source {
  fps: number;
  sourceWidth: number;
  sourceHeight: number;
}

function readSize({ sourceWidth, sourceHeight }: Source): { width: number; height: number } {
  const width = even(Math.min(MOST_WIDTH, sourceWidth));
  return { width, height: even((width * sourceHeight) / sourceWidth) };
}

/** How many seconds of a video `readRaw` can read. */
export function mostSeconds(clip: Source): number {
  const { width, height } = readSize(clip);
  return Math.floor(MOST_BYTES / bytesOf(width, height)) / clip.fps;
}

/** Pictures of a video between two times, in seconds. */
export function readRaw(file: string, clip: Source, from: number, to: number): Raw {
  const { width, height } = readSize(clip);
  const [first, end] = [Math.round(from * clip.fps), Math.round(to * clip.fps)];
  const filter = `select='between(n,${first},${end - 1})',scale=${width}:${height}`;
  const out = execFileSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      file,
      '-an',
      '-fps_mode',
      'passthrough',
      '-vf',
      filter,
      '-pix_fmt',
      'yuv420p',
      '-f',
      'rawvideo',
      '-',
    ],
    { maxBuffer: MOST_BYTES },
  );
  return { width, height, fps: clip.fps, pictures: split(out, bytesOf(width, height)) };
}

function split(all: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.floor(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
}

/** The scene behind an encoder, without B-frames and with keyframes at even distances. */
export async function code(raw: Raw, { gop, rate }: Coding): Promise<Coded> {
  const { width, height, fps } = raw;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-adaptive-'));
  try {
    const file = join(folder, 'scene.h264');
    await encodeH264(file, raw, raw.pictures, {
      distance: Math.max(1, Math.round(gop * fps)),
      rate: rate === 'cbr' ? { bitsPerSecond: BITS_PER_PIXEL * width * height * fps } : { crf: CRF },
    });
    const detected = { width: DETECTED_WIDTH, height: even((DETECTED_WIDTH * height) / width) };
    return coded(file, fps, detected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function coded(file: string, fps: number, { width, height }: { width: number; height: number }): Coded {
  const units = readH264(file).units.map(({ key, payload, quantiser }, index): CodedUnit => {
    return { key, bytes: payload.byteLength, quantiser, pts: Math.round((index / fps) * 1e6) };
  });
  const raw = `${file}.yuv`;
  const scale = ['-vf', `scale=${width}:${height}:flags=area`, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', raw];
  execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', ...scale]);
  const pictures = split(readFileSync(raw), bytesOf(width, height));
  const luma = width * height;
  const plane = (index: number): PlaneInput => ({
    ...{ pts: units[index]!.pts, width, height, data: pictures[index]! },
    strides: [width, width / 2, width / 2],
    offsets: [0, luma, luma + luma / 4],
  });
  return { fps, units: units.slice(0, pictures.length), plane };
}
