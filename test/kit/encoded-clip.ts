import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { EncodedUnit, StreamCaps, VideoCodec } from '../../bridge/types.js';
import { collectPackets } from './gdp-collector.js';

export interface ClipOptions {
  frames?: number;
  width?: number;
  height?: number;
  gop?: number;
  bframes?: number;
  codec?: VideoCodec;
  /** More of x264's own settings, `key=value:…`. */
  x264?: string;
  /** `ramp`: frame n is evenly as bright as `rampLuma(n)`. `test`: a moving test picture. `noise`: one that stands still and is hard to encode. */
  picture?: 'ramp' | 'test' | 'noise';
}

export interface EncodedClip {
  caps: StreamCaps;
  /** In decoding order, as they come from a camera; times in µs from 0, 25 frames a second. */
  units: EncodedUnit[];
}

export const FRAME_MICROS = 40_000;

/** Brightness of frame `n` of a ramp, which tells a decoded picture's number: 4 apart, 50 values. */
export const rampLuma = (n: number): number => 20 + 4 * (n % 50);

/** Encodes a clip with ffmpeg and cuts it into access units with GStreamer, as rtspsrc would deliver them. */
export const encodeClip = (options: ClipOptions = {}): EncodedClip => {
  const { frames = 50, width = 320, height = 180, gop = 25, bframes = 0, codec = 'h264', picture = 'ramp' } = options;
  const dir = mkdtempSync(join(tmpdir(), 'sluice-clip-'));
  const [mp4, gdp] = [join(dir, 'clip.mp4'), join(dir, 'clip.gdp')];
  const shape = `size=${width}x${height}:rate=25`;
  const source = {
    ramp: `color=c=black:${shape},geq=lum='20+4*mod(N,50)':cb=128:cr=128`,
    test: `testsrc2=${shape}`,
    noise: `color=c=gray:${shape},noise=alls=100:all_seed=1`,
  }[picture];
  const encoder =
    codec === 'h264'
      ? ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-x264-params', options.x264 ?? 'force-cfr=1']
      : ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', `log-level=error:bframes=${bframes}:open-gop=0`];
  try {
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', String(frames), '-pix_fmt', 'yuv420p'],
      ...[...encoder, '-g', String(gop), '-bf', String(bframes), mp4],
    ]);
    execFileSync('gst-launch-1.0', [
      ...['-q', 'filesrc', `location=${mp4}`, '!', 'qtdemux', '!', `${codec}parse`, 'config-interval=-1', '!'],
      ...[`video/x-${codec},stream-format=byte-stream,alignment=au`, '!', 'gdppay', '!', 'filesink', `location=${gdp}`],
    ]);
    const { units, caps } = collectPackets([readFileSync(gdp)]);
    const first = Math.min(...units.map((unit) => unit.pts ?? Number.POSITIVE_INFINITY));
    return {
      caps: parseCaps(caps.at(-1) ?? ''),
      // MP4 counts in its own ticks; a camera's times are whole here.
      units: units.map((unit) => ({
        ...unit,
        pts: Math.round(((unit.pts ?? 0) - first) / FRAME_MICROS) * FRAME_MICROS,
        dts: null,
        duration: FRAME_MICROS,
      })),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
