import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readKeyframes } from '../../engine/mp4/keyframes.js';
import { bytesOf } from '../kit/mp4.js';
import { tempDir } from '../kit/temp-dir.js';

interface Made {
  codec: string;
  ending?: string;
  encoder?: readonly string[];
  muxer?: readonly string[];
}

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '20'];
const H265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:keyint=20:bframes=2'];

const kinds: [string, Made][] = [
  ['whose tables are in front', { codec: 'avc1', encoder: H264, muxer: ['-movflags', '+faststart'] }],
  ['whose tables are behind', { codec: 'avc1', encoder: H264 }],
  ['with sound between the pictures', { codec: 'avc1', encoder: H264, muxer: ['-c:a', 'aac', '-shortest'] }],
  ['of H.265', { codec: 'hvc1', encoder: [...H265, '-tag:v', 'hvc1'] }],
  ['of JPEGs', { codec: 'jpeg', ending: 'mov', encoder: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] }],
  ['of fragments', { codec: 'avc1', encoder: H264, muxer: ['-movflags', 'frag_keyframe+default_base_moof'] }],
];

const make = ({ ending = 'mp4', encoder = H264, muxer = [] }: Partial<Made>): string => {
  const file = join(tempDir(), `clip.${ending}`);
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=3'],
    ...(muxer.includes('-c:a') ? ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'] : []),
    ...['-pix_fmt', 'yuv420p', ...encoder, ...muxer, file],
  ]);
  return file;
};

interface Packet {
  pts_time: string;
  pos: string;
  size: string;
  flags: string;
}

const judged = (file: string): { offset: number; size: number; seconds: number }[] => {
  const asked = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time,pos,size,flags'];
  const { packets } = JSON.parse(execFileSync('ffprobe', [...asked, '-of', 'json', file], { encoding: 'utf8' })) as {
    packets: Packet[];
  };
  const first = Number(packets[0]!.pts_time);
  return packets
    .filter(({ flags }) => flags.includes('K'))
    .map(({ pos, size, pts_time }) => ({
      ...{ offset: Number(pos), size: Number(size), seconds: Number((Number(pts_time) - first).toFixed(3)) },
    }));
};

describe('the keyframes of a file', () => {
  it.each(kinds)('%s are found where ffprobe finds them', (_name, { codec, ...options }) => {
    const file = make(options);
    const found = readKeyframes(bytesOf(readFileSync(file)))!;
    expect(found.track.codec.split('.')[0]).toBe(codec);
    const keyframes = found.keyframes.map(({ seconds, ...place }) => ({
      ...place,
      seconds: Number(seconds.toFixed(3)),
    }));
    expect(keyframes.length).toBeGreaterThan(2);
    expect(keyframes).toEqual(judged(file));
  });

  it('are in the file, whatever is damaged or missing', () => {
    const whole = readFileSync(make({}));
    const moov = whole.indexOf('moov');
    for (let n = 0; n < 3000; n++) {
      const file = Buffer.from(whole);
      // Every word of the tables becomes as large as it can be; then bytes here and there.
      if (moov + n * 4 + 4 <= file.length && n % 2 === 0) file.writeUInt32BE(0xffff_fff0, moov + n * 4);
      else file[moov + ((n * 7919) % (file.length - moov))]! ^= 1 << (n % 8);
      for (const { offset, size } of readKeyframes(bytesOf(file))?.keyframes ?? [])
        expect(offset >= 0 && offset + size <= file.length).toBe(true);
    }
    for (let size = 0; size < whole.length; size += 97) {
      const torn = bytesOf(whole.subarray(0, size));
      for (const each of readKeyframes(torn)?.keyframes ?? []) expect(each.offset + each.size).toBeLessThan(size);
    }
  });
});
