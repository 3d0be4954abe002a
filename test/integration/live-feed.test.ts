import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seconds } from '../../engine/core/time.js';
import { LiveFeed } from '../../engine/live/live-feed.js';
import type { LivePicture, LiveStream } from '../../engine/live/live-view.js';
import { encodeClip } from '../kit/encoded-clip.js';
import { tempDir } from '../kit/temp-dir.js';
import { VideoRig } from '../kit/video-rig.js';

/** What a viewer gets, as a file. */
const viewed = (feed: LiveFeed) => {
  const streams: LiveStream[] = [];
  const pictures: LivePicture[] = [];
  const unsupported: string[] = [];
  const leave = feed.view({
    onStream: (stream) => streams.push(stream),
    onPicture: (picture) => pictures.push(picture),
    onUnsupported: (mediaType) => unsupported.push(mediaType),
    onClosed: () => {},
  });
  const file = (): string => {
    const path = join(tempDir(), 'live.mp4');
    writeFileSync(path, Buffer.concat([streams[0]!.initialisation, ...pictures.map(({ bytes }) => bytes.subarray(4))]));
    return path;
  };
  return { streams, pictures, unsupported, leave, file };
};

/** Presentation times of a file's pictures in seconds, in their order, and what ffmpeg says about it. */
const judged = (path: string): { times: number[]; complaints: string } => {
  const csv = execFileSync('ffprobe', [
    ...['-v', 'error', '-show_entries', 'packet=pts_time,dts_time', '-of', 'csv=p=0', path],
  ]);
  const times = String(csv)
    .trim()
    .split('\n')
    .map((line) => Number(line.split(',')[0]))
    .sort((a, b) => a - b);
  const complaints = execFileSync('sh', ['-c', 'ffmpeg -v error -i "$0" -fps_mode vfr -f null - 2>&1', path]);
  return { times, complaints: String(complaints) };
};

describe.each([
  ['H.264', { codec: 'h264', bframes: 0 }],
  ['H.264 with B-frames', { codec: 'h264', bframes: 3 }],
  ['H.265 with B-frames', { codec: 'h265', bframes: 3 }],
] as const)('a feed of %s', (_, options) => {
  it('gives a viewer the present GOP at once, and then every picture', async () => {
    const clip = encodeClip({ frames: 130, gop: 50, picture: 'test', ...options });
    const rig = new VideoRig();
    await rig.connected(clip.caps);
    const feed = new LiveFeed(rig.session);
    const from = rig.clock.monotonic() + 1000;
    await rig.send(clip.units.slice(0, 75), from);
    const first = viewed(feed);
    expect(first.pictures).toHaveLength(25);
    expect(first.pictures[0]!.key).toBe(true);
    await rig.send(clip.units.slice(75, 90), from);
    const second = viewed(feed);
    expect(second.pictures.map(({ number }) => number)).toEqual(first.pictures.map(({ number }) => number));
    await rig.send(clip.units.slice(90), from);
    for (const { streams, file, pictures } of [first, second]) {
      expect(streams).toHaveLength(1);
      expect(streams[0]!.codec).toMatch(options.codec === 'h264' ? /^avc1\.[0-9A-F]{6}$/ : /^hvc1\.1\./);
      const { times, complaints } = judged(file());
      expect(complaints).toBe('');
      expect(times).toHaveLength(pictures.length);
      for (const [index, time] of times.entries()) expect(time - times[0]!).toBeCloseTo(index * 0.04, 3);
    }
    first.leave();
    second.leave();
    expect(viewed(feed).pictures[0]!.key).toBe(true);
  });
});

it('begins another stream when the camera comes back', async () => {
  const clip = encodeClip({ frames: 30, gop: 15, picture: 'test' });
  const rig = new VideoRig();
  await rig.connected(clip.caps);
  const { streams, pictures } = viewed(new LiveFeed(rig.session));
  await rig.send(clip.units, rig.clock.monotonic() + 1000);
  rig.camera.ingest.end();
  await rig.connected(clip.caps);
  await rig.send(clip.units, rig.clock.monotonic() + seconds(1));
  expect(streams).toHaveLength(2);
  expect(pictures).toHaveLength(60);
  expect(streams[1]!.utc).toBeGreaterThan(streams[0]!.utc);
});
