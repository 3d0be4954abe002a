import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { metadataFile } from '../../../../engine/archive/metadata-log.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { seconds, toTicks90k, type UtcMicros } from '../../../../engine/core/time.js';
import { inferenceBoxes } from '../../../../engine/playback/inference-boxes.js';
import { Playback } from '../../../../engine/playback/playback.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';

const at = (offset: number) => (START + seconds(offset)) as UtcMicros;
const box = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };
const motion = [{ type: 'motion', motion: { box } }];

/** What a version-1 event message box says. */
const read = (bytes: Buffer) => {
  expect(bytes.toString('latin1', 4, 8)).toBe('emsg');
  expect(bytes[8]).toBe(1);
  const strings = bytes.subarray(32).toString('utf8').split('\0');
  return {
    timescale: bytes.readUInt32BE(12),
    time: Number(bytes.readBigUInt64BE(16)),
    duration: bytes.readUInt32BE(24),
    id: bytes.readUInt32BE(28),
    scheme: strings[0],
    payload: JSON.parse(strings[2]!) as unknown,
  };
};

it('tells players what was found, with types in capitals, until something else is', () => {
  const found = [0, 0.2, 3, 3].map((offset) => ({ utc: at(offset), inferences: motion }));
  const boxes = inferenceBoxes(found, toTicks90k(at(3.5))).map(read);
  expect(boxes[0]).toMatchObject({
    ...{ timescale: 90_000, time: toTicks90k(START), scheme: 'urn:msft:media:ava:event:2020:json' },
    payload: { timestamp: toTicks90k(START), inferences: [{ type: 'MOTION', motion: { box } }] },
  });
  expect(boxes.map(({ duration }) => duration)).toEqual([18_000, 90_000, 1, 45_000]);
  expect(new Set(boxes.map(({ id }) => id)).size).toBe(4);
});

it('puts them in front of the pictures of a piece, and of no sound', async () => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  rig.file(video, 0, { seconds: 8, sound: true });
  rig.archive.sweep({ rebuild: true });
  const file = join(rig.archive.media.absolute(video.folder), metadataFile(START));
  mkdirSync(dirname(file), { recursive: true });
  for (const offset of [-1, 1, 2, 5])
    appendFileSync(file, `${JSON.stringify({ utc: at(offset), inferences: motion })}\n`);
  const playback = new Playback({ archive: rig.archive, clock: rig.clock, log: silentLogger() });
  const piece = playback.piece('door', toTicks90k(START))!;
  const types = async (kind: 'video' | 'audio') =>
    Buffer.concat(await playback.media('door', piece, kind))
      .toString('latin1')
      .match(/emsg|moof/g);
  expect(await types('video')).toEqual(['emsg', 'emsg', ...Array.from({ length: 4 }, () => 'moof')]);
  expect(await types('audio')).toEqual(Array.from({ length: 4 }, () => 'moof'));
  expect(playback.isRecent(piece)).toBe(true);
  rig.clock.advance(120_000);
  expect(playback.isRecent(piece)).toBe(false);
});

it('serves pictures whose metadata cannot be read', async () => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  rig.file(video, 0, { seconds: 8 });
  rig.archive.sweep({ rebuild: true });
  mkdirSync(join(rig.archive.media.absolute(video.folder), metadataFile(START)), { recursive: true });
  const playback = new Playback({ archive: rig.archive, clock: rig.clock, log: silentLogger() });
  const piece = playback.piece('door', toTicks90k(START))!;
  expect(Buffer.concat(await playback.media('door', piece, 'video')).toString('latin1')).toContain('moof');
});
