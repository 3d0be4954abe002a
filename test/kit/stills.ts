import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { StreamCaps, VideoCodec } from '../../bridge/types.js';
import { collectPackets } from './gdp-collector.js';
import { tempDir } from './temp-dir.js';

/** Some pictures of a moving pattern, as they come from a camera. */
export interface EncodedPictures {
  codec: VideoCodec;
  caps: StreamCaps;
  /** The first is a keyframe, with parameter sets. */
  units: Buffer[];
}

export interface EncodedPicturesOptions {
  codec?: VideoCodec;
  size?: string;
  /** Arguments of ffmpeg's encoder. */
  encoder?: readonly string[];
  filter?: string;
  pixels?: string;
  frames?: number;
}

const ENCODERS: Readonly<Record<VideoCodec, readonly string[]>> = {
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0'],
  h265: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:bframes=2'],
  mjpeg: ['-c:v', 'mjpeg', '-q:v', '3'],
};

export const encodedPictures = (options: EncodedPicturesOptions = {}): EncodedPictures => {
  const { codec = 'h264', size = '320x180', encoder = [], filter = 'null', pixels = 'yuv420p', frames = 5 } = options;
  const dir = tempDir();
  const [file, gdp] = [join(dir, 'pictures.mkv'), join(dir, 'pictures.gdp')];
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25,${filter}`, '-frames:v', String(frames)],
    ...['-pix_fmt', codec === 'mjpeg' ? 'yuvj420p' : pixels, ...ENCODERS[codec], ...encoder, file],
  ]);
  const parsed =
    codec === 'mjpeg'
      ? ['image/jpeg']
      : [`${codec}parse`, 'config-interval=-1', '!', `video/x-${codec},stream-format=byte-stream,alignment=au`];
  execFileSync('gst-launch-1.0', [
    ...['-q', 'filesrc', `location=${file}`, '!', 'matroskademux', '!', ...parsed, '!', 'gdppay', '!'],
    ...['filesink', `location=${gdp}`],
  ]);
  const { units, caps } = collectPackets([readFileSync(gdp)]);
  return { codec, caps: parseCaps(caps.at(-1) ?? ''), units: units.map(({ payload }) => Buffer.from(payload)) };
};

const FORMATS: Readonly<Record<VideoCodec, string>> = { h264: 'h264', h265: 'hevc', mjpeg: 'mjpeg' };

/** The last of these pictures as ffmpeg decodes it, at a size, 3 bytes a pixel. */
export const rgbOfUnits = (codec: VideoCodec, units: readonly Uint8Array[], width: number, height: number): Buffer =>
  rgb(FORMATS[codec], Buffer.concat(units), width, height);

export const rgbOfJpeg = (jpeg: Uint8Array, width: number, height: number): Buffer => rgb('mjpeg', jpeg, width, height);

const rgb = (format: string, bytes: Uint8Array, width: number, height: number): Buffer => {
  const path = join(tempDir(), 'picture');
  writeFileSync(path, bytes);
  const all = execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', format, '-i', path, '-vf', `scale=${width}:${height}:flags=area+accurate_rnd`],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
    ],
    { maxBuffer: 1 << 28 },
  );
  return all.subarray(-width * height * 3);
};

/** What the header of a JPEG says of its size. */
export const jpegSize = (jpeg: Buffer): { width: number; height: number } => {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] === 0xc0) return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
  }
  throw new Error('no baseline JPEG');
};
