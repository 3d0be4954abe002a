import { unlinkSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import type { EndReason } from '../../../../bridge/types.js';
import type { Segment } from '../../../../engine/archive/archive-index.js';
import { type MediaTime, seconds, toIso, type UtcMicros } from '../../../../engine/core/time.js';
import { type FakeMux, H264_CAPS, latest, AAC as SOUND } from '../../../kit/fake-bridge.js';
import { settle } from '../../../kit/fake-clock.js';
import { FRAME, h264Unit } from '../../../kit/units.js';
import { VideoRig } from '../../../kit/video-rig.js';

const LOST: EndReason = { kind: 'hostLost', message: 'the host died' };
const FULL: EndReason = { kind: 'error', failure: 'file', code: 'filesink', message: 'No space left on device' };
const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

const connected = async (options: ConstructorParameters<typeof VideoRig>[0] = {}): Promise<VideoRig> => {
  const rig = new VideoRig(options);
  await rig.connected();
  return rig;
};

const segments = (rig: VideoRig): Pick<Segment, 'state' | 'continues' | 'keyed' | 'pictures'>[] =>
  rig.archive.segments
    .between('front door', ALWAYS)
    .map(({ state, continues, keyed, pictures }) => ({ state, continues, keyed, pictures }));

/** Ring indexes of the pictures that a muxer was given, by their times. */
const written = (rig: VideoRig, mux: FakeMux): number[] => {
  const units = rig.units.filter(({ track }) => track === 'video');
  const first = units.find((unit) => Buffer.from(unit.payload).equals(Buffer.from(mux.written[0]!.payload)));
  return mux.written.map((_, index) => first!.index + index);
};

it('tells of one opening as AVA does, with the name of the video', async () => {
  const rig = await connected();
  rig.pictures(50);
  rig.open(1, rig.now, seconds(1));
  rig.pictures(25);
  rig.close(1, rig.now);
  await rig.recorder.finished();
  expect(rig.journal.told()).toEqual(['RecordingStarted', 'RecordingStopped', 'RecordingAvailable']);
  const [started] = rig.journal.named('RecordingStarted');
  expect(started).toMatchObject({
    correlationId: 'cause 1',
    data: { outputType: 'video', outputLocation: 'front door' },
  });
  const [{ data } = { data: {} as Record<string, unknown> }] = rig.journal.named('RecordingAvailable');
  expect(data['url']).toBe(
    `/videos/front%20door/clip.mp4?starttime=${started!.data['startTime']}&endtime=${data['endTime']}`,
  );
  expect(segments(rig)).toEqual([{ state: 'finished', continues: false, keyed: true, pictures: 75 }]);
});

it('begins segments at keyframes, each with the very next picture', async () => {
  const rig = await connected({ segmentLength: seconds(2) });
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  for (let n = 0; n < 10; n++) {
    rig.pictures(20);
    await settle();
  }
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const all = segments(rig);
  expect(all.length).toBeGreaterThan(3);
  expect(all.map(({ continues, keyed }) => [continues, keyed])).toEqual(all.map((_, index) => [index > 0, true]));
  const indexes = rig.fake.muxes.flatMap((mux) => written(rig, mux));
  expect(indexes).toEqual(indexes.map((_, index) => indexes[0]! + index));
  expect(all.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(indexes.length);
});

it('goes on behind what a lost muxer has brought to the disk', async () => {
  const rig = await connected();
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  rig.pictures(40);
  const first = latest(rig.fake.muxes);
  first.writeFile(30);
  first.fail(LOST);
  await vi.waitFor(() => expect(segments(rig)[0]!.state).toBe('recovered'), 60_000);
  rig.pictures(20);
  await settle();
  rig.close(1, rig.now);
  await rig.recorder.finished();
  expect(rig.fake.muxes).toHaveLength(2);
  const [before, after] = rig.fake.muxes.map((mux) => written(rig, mux));
  expect(after![0]).toBe(before![30]);
  expect(segments(rig).map(({ state, continues, keyed }) => [state, continues, keyed])).toEqual([
    ['recovered', false, true],
    ['finished', true, false],
  ]);
  expect(rig.journal.named('StorageError')).toHaveLength(1);
  expect(rig.journal.named('DataDropped')).toEqual([]);
});

it('has what a lost muxer has not brought to the disk, also of a camera of which nobody wants the past', async () => {
  const rig = await connected({ span: 0 });
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  rig.pictures(40);
  const first = latest(rig.fake.muxes);
  // The last fragment that is on the disk ends with a GOP; two more GOPs have begun since.
  first.writeFile(25);
  rig.pictures(20);
  first.fail(LOST);
  await vi.waitFor(() => expect(segments(rig)[0]!.state).toBe('recovered'), 60_000);
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const [before, after] = rig.fake.muxes.map((mux) => written(rig, mux));
  expect(after![0]).toBe(before![25]);
  expect(rig.journal.named('DataDropped')).toEqual([]);
  // From then on, it is not kept any more.
  rig.pictures(50);
  expect(rig.session.ringSpan).toBeLessThan(seconds(2));
});

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve(): void;
}

const promiseWithResolvers = (): PromiseWithResolvers => {
  let resolve = (): void => {};
  const promise = new Promise<void>((settled) => {
    resolve = settled;
  });
  return { promise, resolve };
};

/** A recording whose first segment is being finished, with 30 of its pictures on the disk, while the second one is written. */
const atSeam = async (): Promise<{ rig: VideoRig; finishing: PromiseWithResolvers }> => {
  const rig = await connected({ segmentLength: seconds(3) });
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  const finishing = promiseWithResolvers();
  const first = latest(rig.fake.muxes);
  first.finishing = finishing.promise;
  while (rig.fake.muxes.length < 2) rig.pictures(1);
  rig.pictures(10);
  first.writeFile(30);
  return { rig, finishing };
};

/** What muxers were given that is on the disk, by what their files hold. */
const onDisk = (rig: VideoRig, counts: readonly (number | undefined)[]): number[] =>
  rig.fake.muxes.flatMap((mux, index) => written(rig, mux).slice(0, counts[index])).sort((a, b) => a - b);

it('fills in what is not on the disk of a segment that others go on behind', async () => {
  const { rig, finishing } = await atSeam();
  const [first, second] = rig.fake.muxes;
  first!.fail(LOST);
  finishing.resolve();
  await vi.waitFor(() => expect(rig.fake.muxes).toHaveLength(3), 60_000);
  rig.pictures(20);
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const whole = written(rig, first!);
  expect(written(rig, rig.fake.muxes[2]!)).toEqual(whole.slice(30));
  expect(written(rig, second!)[0]).toBe(whole.at(-1)! + 1);
  expect(segments(rig)).toEqual([
    { state: 'recovered', continues: false, keyed: true, pictures: 30 },
    { state: 'finished', continues: true, keyed: false, pictures: whole.length - 30 },
    { state: 'finished', continues: true, keyed: true, pictures: 31 },
  ]);
  const [, filled, last] = rig.archive.segments.between('front door', ALWAYS);
  expect(filled!.endUtc).toBe(last!.startUtc);
  expect(rig.journal.named('DataDropped')).toEqual([]);
  expect(rig.journal.named('RecordingAvailable')[0]!.data).not.toHaveProperty('incomplete', true);
});

it.each([
  ['first', [0, 1]],
  ['last', [1, 0]],
])('has every picture once when a host takes two segments with it, the earlier one told of %s', async (_, order) => {
  const { rig, finishing } = await atSeam();
  rig.fake.muxes[1]!.writeFile(5);
  for (const index of order) {
    rig.fake.muxes[index]!.fail(LOST);
    if (index === 0) finishing.resolve();
    await settle();
  }
  await vi.waitFor(() => expect(rig.fake.muxes.length).toBeGreaterThan(3), 60_000);
  rig.pictures(20);
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const indexes = onDisk(rig, [30, 5]);
  expect(indexes).toEqual(indexes.map((_index, place) => indexes[0]! + place));
  expect(indexes).toHaveLength(segments(rig).reduce((sum, { pictures }) => sum + pictures, 0));
  expect(indexes.at(-1)).toBe(rig.units.at(-1)!.index);
  expect(rig.journal.named('DataDropped')).toEqual([]);
});

it('tells what is missing of a segment when it cannot be filled in any more', async () => {
  const { rig, finishing } = await atSeam();
  const whole = written(rig, rig.fake.muxes[0]!).length;
  rig.fake.muxes[0]!.fail(LOST);
  vi.spyOn(rig.archive.shelf, 'begin').mockImplementationOnce(() => {
    throw new Error('no space left on device');
  });
  finishing.resolve();
  await vi.waitFor(() => expect(segments(rig)[0]!.state).toBe('recovered'), 60_000);
  rig.close(1, rig.now);
  await rig.recorder.finished();
  expect(rig.journal.named('DataDropped').map(({ data }) => data['count'])).toEqual([whole - 30]);
  expect(rig.journal.named('RecordingAvailable')[0]!.data).toMatchObject({ incomplete: true });
});

it('tries a full disk again after a while, and tells what is missing', async () => {
  const rig = await connected({ ringBytes: 5000 });
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  rig.pictures(10);
  latest(rig.fake.muxes).fail(FULL);
  await settle();
  for (let n = 0; n < 8; n++) {
    rig.pictures(25);
    await settle();
  }
  rig.close(1, rig.now);
  await rig.recorder.finished();
  expect(rig.fake.muxes).toHaveLength(2);
  const [dropped] = rig.journal.named('DataDropped');
  const [goesOn] = rig.archive.segments.between('front door', ALWAYS);
  expect(dropped?.data).toMatchObject({
    ...{ dataType: 'video', outputLocation: 'front door' },
    beforeUtc: toIso(goesOn!.startUtc),
  });
  // Not only at the end, which may be far away.
  const told = rig.journal.told();
  expect(told.indexOf('DataDropped')).toBeLessThan(told.indexOf('RecordingStopped'));
  expect(rig.journal.named('RecordingAvailable')[0]!.data).toMatchObject({ incomplete: true });
});

it('counts pictures alone where the ring has lost them before a segment could be begun, also among sound', async () => {
  const rig = new VideoRig({ ringBytes: 8000, tracks: ['video', 'audio'] });
  await rig.connected(H264_CAPS, SOUND);
  let pictures = 0;
  const send = (count: number): void => {
    for (let sent = 0; sent < count; sent++, pictures++) {
      rig.pictures(1);
      // Two frames of it for each picture.
      for (const half of [0, FRAME / 2]) {
        const payload = Buffer.from(`sound ${pictures} ${half}`);
        const unit = h264Unit(pictures, { start: half });
        rig.camera.ingest.unit({ ...unit, track: 'audio', key: true, duration: FRAME / 2, payload });
      }
    }
  };
  send(26);
  rig.open(1, rig.now, 0);
  send(10);
  latest(rig.fake.muxes).fail(FULL);
  await settle();
  for (let n = 0; n < 8; n++) {
    send(25);
    await settle();
  }
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const [dropped] = rig.journal.named('DataDropped');
  const kept = segments(rig).reduce((sum, each) => sum + each.pictures, 0);
  expect(kept).toBeGreaterThan(0);
  expect(dropped!.data).toMatchObject({ dataType: 'video', count: pictures - 25 - kept });
});

it('begins anew when somebody takes the file away', async () => {
  const rig = await connected();
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  rig.pictures(10);
  unlinkSync(rig.segments[0]!);
  for (let n = 0; n < 4; n++) {
    rig.pictures(25);
    await settle();
  }
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const [before, after] = rig.fake.muxes.map((mux) => written(rig, mux));
  expect(after![0]).toBe(before![0]);
  expect(segments(rig)).toHaveLength(1);
});

it('brings what a camera has sent to the disk when it is silent, and goes on with the next picture', async () => {
  const rig = await connected();
  rig.pictures(25);
  rig.open(1, rig.now, 0);
  rig.pictures(10);
  await rig.clock.run(4000);
  await vi.waitFor(() => expect(segments(rig).map(({ state }) => state)).toEqual(['finished']), 60_000);
  rig.pictures(20);
  rig.close(1, rig.now);
  await rig.recorder.finished();
  const [before, after] = rig.fake.muxes.map((mux) => written(rig, mux));
  expect(after![0]).toBe(before!.at(-1)! + 1);
});

it('tells that an opening has found nothing', async () => {
  const rig = await connected();
  rig.open(1, 0 as MediaTime, 0);
  rig.close(1, 10 as MediaTime);
  await rig.recorder.finished();
  expect(rig.journal.told()).toEqual(['NothingRecorded']);
});
