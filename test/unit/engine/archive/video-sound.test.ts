import { expect, it } from 'vitest';
import type { EndReason } from '../../../../bridge/types.js';
import { seconds } from '../../../../engine/core/time.js';
import { type FakeMux, H264_CAPS, latest, AAC as SOUND } from '../../../kit/fake-bridge.js';
import { settle } from '../../../kit/fake-clock.js';
import { h264Unit } from '../../../kit/units.js';
import { VideoRig } from '../../../kit/video-rig.js';

const LOST: EndReason = { kind: 'hostLost', message: 'the host died' };

/** A frame of sound at the time of each of these pictures. */
const sendSound = (rig: VideoRig, frames: readonly number[]): void => {
  for (const n of frames) {
    const payload = Buffer.from(`sound ${n}`);
    rig.camera.ingest.unit({ ...h264Unit(n, {}), track: 'audio', key: true, payload });
  }
};

/** The frames of sound that muxers were given. */
const heard = (rig: VideoRig, muxes: readonly FakeMux[] = rig.fake.muxes): number[] =>
  muxes
    .flatMap(({ written: all }) => all.filter(({ track }) => track === 'audio'))
    .map(({ payload }) => Number(Buffer.from(payload).toString().slice('sound '.length)));

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

it('leaves sound that has not come at the end to the next opening, also that of a segment before the last', async () => {
  const rig = new VideoRig({ segmentLength: seconds(2), tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  const sound = (numbers: readonly number[]): void => sendSound(rig, numbers);
  rig.pictures(25);
  sound(numbers(0, 25));
  rig.open(1, rig.now, seconds(1));
  // The keyframe at which the first segment is full is there; the sound of the pictures in front of it is not.
  rig.pictures(27);
  sound(numbers(25, 48));
  const full = rig.fake.muxes.length;
  rig.close(1, rig.now);
  await rig.recorder.finished();
  rig.pictures(20);
  sound(numbers(48, 70));
  rig.open(2, rig.now, seconds(1));
  rig.pictures(5);
  sound(numbers(70, 75));
  rig.close(2, rig.now);
  await rig.recorder.finished();
  expect(full).toBe(2);
  expect(heard(rig)).toEqual(numbers(0, 75));
});

it.each([
  { name: 'one that goes on', goesOn: true },
  { name: 'one that is over', goesOn: false },
])(
  'leaves sound that has not come when earlier pictures are wanted to what follows them: $name',
  async ({ goesOn }) => {
    const rig = new VideoRig({ tracks: ['video', 'audio'] });
    await rig.connected(H264_CAPS, SOUND);
    rig.pictures(26);
    sendSound(rig, numbers(0, 20));
    // It begins with the keyframe that has just come.
    rig.open(1, rig.now, 0);
    rig.pictures(1);
    if (!goesOn) rig.close(1, rig.now);
    rig.open(2, rig.now, seconds(1));
    await settle();
    rig.pictures(1);
    sendSound(rig, numbers(20, 28));
    rig.pictures(20);
    sendSound(rig, numbers(28, 48));
    if (goesOn) rig.close(1, rig.now);
    rig.close(2, rig.now);
    await rig.recorder.finished();
    expect(heard(rig).sort((a, b) => a - b)).toEqual(numbers(0, 48));
  },
);

it('has sound from before a segment that fails before anything of it is on the disk', async () => {
  const rig = new VideoRig({ tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  rig.pictures(30);
  sendSound(rig, numbers(0, 20));
  rig.open(1, rig.now, seconds(2));
  rig.close(1, rig.now);
  await rig.recorder.finished();
  rig.pictures(5);
  rig.open(2, rig.now, seconds(2));
  rig.pictures(1);
  latest(rig.fake.muxes).fail(LOST);
  await settle();
  sendSound(rig, numbers(20, 36));
  rig.pictures(1);
  await settle();
  rig.close(2, rig.now);
  await rig.recorder.finished();
  expect(rig.fake.muxes).toHaveLength(3);
  expect(heard(rig)).toEqual(numbers(0, 36));
});

it('has sound that is ahead of the pictures once, where a segment ends', async () => {
  const rig = new VideoRig({ segmentLength: seconds(2), tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  const ahead = 4;
  for (let n = 0; n < 200; n++) {
    if (n === 30) rig.open(1, rig.now, 0);
    rig.pictures(1);
    const payload = Buffer.from(`sound ${n}`);
    rig.camera.ingest.unit({ ...h264Unit(n + ahead, {}), track: 'audio', key: true, payload });
    if (n % 16 === 0) await settle();
  }
  rig.close(1, rig.now);
  await rig.recorder.finished();
  expect(rig.fake.muxes.length).toBeGreaterThan(2);
  const all = heard(rig);
  expect(all).toEqual(all.map((_, index) => all[0]! + index));
});

it('has sound that begins late from the next keyframe on', async () => {
  const rig = new VideoRig({ tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS);
  rig.pictures(1);
  rig.open(1, rig.now, 0);
  rig.pictures(35);
  await settle();
  rig.camera.ingest.caps(SOUND);
  for (let n = 36; n < 120; n++) {
    rig.pictures(1);
    sendSound(rig, [n]);
  }
  rig.close(1, rig.now);
  await rig.recorder.finished();
  expect(rig.fake.muxes.map(({ spec, written }) => [spec.tracks.length, written.length > 0])).toEqual([
    [1, true],
    [2, true],
  ]);
  expect(heard(rig)).toEqual(numbers(50, 120));
});

it('knows what is in a segment that was written for one that failed at the end', async () => {
  const rig = new VideoRig({ tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  rig.pictures(30);
  sendSound(rig, numbers(0, 28));
  rig.open(1, rig.now, seconds(2));
  rig.close(1, rig.now);
  latest(rig.fake.muxes).fail(LOST);
  // This comes while it is written again.
  sendSound(rig, numbers(28, 30));
  await rig.recorder.finished();
  rig.pictures(10);
  sendSound(rig, numbers(30, 40));
  rig.open(2, rig.now, seconds(1));
  rig.close(2, rig.now);
  await rig.recorder.finished();
  // The first muxer has left nothing on the disk.
  const [, ...others] = rig.fake.muxes;
  expect(heard(rig, others)).toEqual(numbers(0, 40));
});

it('has sound that came before the picture at a seam also where the segment before that fails', async () => {
  const rig = new VideoRig({ segmentLength: seconds(2), tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  rig.pictures(25);
  sendSound(rig, numbers(0, 25));
  rig.open(1, rig.now, seconds(1));
  const [first] = rig.fake.muxes;
  let fail = (): void => {};
  first!.finishing = new Promise<void>((resolve) => {
    fail = resolve;
  });
  let sent = 25;
  for (; rig.fake.muxes.length < 2; sent += 2) {
    sendSound(rig, numbers(sent, sent + 2));
    rig.pictures(2);
  }
  sendSound(rig, numbers(sent, sent + 10));
  rig.pictures(10);
  first!.fail(LOST);
  fail();
  await settle();
  rig.close(1, rig.now);
  await rig.recorder.finished();
  // The first muxer has left nothing on the disk.
  const [, ...others] = rig.fake.muxes;
  const all = heard(rig, others).sort((a, b) => a - b);
  expect(all).toEqual(numbers(0, all.length));
  expect(all.length).toBeGreaterThan(sent);
});

it('has sound that came before the end also where a segment fails at the end, and an opening follows at once', async () => {
  const rig = new VideoRig({ tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  rig.pictures(28);
  sendSound(rig, numbers(0, 30));
  rig.pictures(2);
  // It ends in front of the last two pictures, whose sound has been written.
  rig.open(1, rig.now, seconds(1));
  const end = rig.units.findLast(({ track, index }) => track === 'video' && index < rig.units.length - 2)!.pts;
  const first = latest(rig.fake.muxes);
  rig.close(1, end);
  rig.open(2, rig.now, 0);
  first.fail(LOST);
  await settle();
  rig.pictures(10);
  sendSound(rig, numbers(30, 40));
  rig.close(2, rig.now);
  await rig.recorder.finished();
  const [, ...others] = rig.fake.muxes;
  expect(heard(rig, others).sort((a, b) => a - b)).toEqual(numbers(0, 40));
});
