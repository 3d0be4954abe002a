import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nalUnits } from '../../bridge/codec/annex-b.js';
import { parseH264Pps, parseH264Sps } from '../../bridge/codec/h264-sets.js';
import { parseH264Slice } from '../../bridge/codec/h264-slice.js';
import { tempDir } from '../kit/temp-dir.js';

/** Pictures that move, turn and fade, so that encoders use what they have. */
const SOURCE = 'testsrc2=size=320x240:rate=25:duration=3,fade=out:st=1:d=1.5';

/** The quantisers of all slices as ffmpeg reads them: pic_init_qp_minus26 of the set, and slice_qp_delta of the slice. */
const judged = (file: string): number[] => {
  const { stderr } = spawnSync('ffmpeg', ['-i', file, '-c', 'copy', '-bsf:v', 'trace_headers', '-f', 'null', '-'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  let initial = 26;
  const quantisers: number[] = [];
  for (const [, name, value] of stderr.matchAll(/ (pic_init_qp_minus26|slice_qp_delta) .*= (-?\d+)/g)) {
    if (name === 'slice_qp_delta') quantisers.push(initial + Number(value));
    else initial = 26 + Number(value);
  }
  return quantisers;
};

const ours = (file: string): (number | undefined)[] => {
  const sets: Parameters<typeof parseH264Slice>[1] = { pps: () => pps, sps: () => sps };
  let [pps, sps] = [parseH264Pps(new Uint8Array()), parseH264Sps(new Uint8Array())];
  const quantisers: (number | undefined)[] = [];
  for (const nal of nalUnits(readFileSync(file))) {
    sps = parseH264Sps(nal) ?? sps;
    pps = parseH264Pps(nal) ?? pps;
    const slice = parseH264Slice(nal, sets);
    if (slice) quantisers.push(slice.quantiser);
  }
  return quantisers;
};

describe('the quantiser of a slice', () => {
  it.each([
    ['baseline, at a bit rate', ['-profile:v', 'baseline', '-b:v', '300k', '-maxrate', '300k', '-bufsize', '300k']],
    ['weighted, with many references', ['-x264-params', 'weightp=2:ref=6:bframes=0']],
    ['B-frames with weights, in a pyramid', ['-x264-params', 'weightb=1:bframes=4:b-pyramid=normal:ref=5:b-adapt=2']],
    ['interlaced', ['-x264-params', 'tff=1:bframes=2:keyint=12']],
    ['several slices, CAVLC', ['-x264-params', 'slices=4:cabac=0:bframes=1']],
    ['open groups of pictures', ['-x264-params', 'open-gop=1:keyint=20:bframes=3']],
    ['refreshed bit by bit', ['-x264-params', 'intra-refresh=1:keyint=20:bframes=0']],
  ])('is read as ffmpeg reads it: %s', (_, options) => {
    const file = join(tempDir(), 'scene.h264');
    const encoder = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264', ...options, file];
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', SOURCE, ...encoder]);
    const expected = judged(file);
    expect(expected.length).toBeGreaterThanOrEqual(70);
    expect(new Set(expected).size).toBeGreaterThan(2);
    expect(ours(file)).toEqual(expected);
  });
});
