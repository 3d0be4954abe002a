import { expect, it, vi } from 'vitest';
import { StillError } from '../../../../bridge/still-error.js';
import type { Picture, Still, StillSpec } from '../../../../bridge/types.js';
import type { StoredPreview } from '../../../../engine/archive/preview-file.js';
import type { Bystander } from '../../../../engine/camera/pictures/types.js';
import type { AccessUnit } from '../../../../engine/camera/types.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { type MediaTime, type MonotonicTime, seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { PreviewMaker } from '../../../../engine/stills/preview-maker.js';
import { H264_CAPS } from '../../../kit/fake-bridge.js';
import { settle } from '../../../kit/fake-clock.js';

const keyAt = (at: number, more: Partial<AccessUnit> = {}): AccessUnit => ({
  ...{ index: at, epoch: 1, track: 'video', key: true, pts: seconds(at) as MediaTime },
  ...{ duration: 40_000, cadence: 40_000, settling: 0, picture: at, arrival: 0 as MonotonicTime },
  payload: Uint8Array.of(at),
  ...more,
});

const CAPS = 'video/x-raw, format=(string)I420, width=(int)320, height=(int)180';

/** As the decoder's, whose bytes are something else when the call is over. */
const pictureOf = ({ pts }: AccessUnit): Picture => ({
  ...{ pts, width: 320, height: 180, format: 'i420', strides: [320, 160, 160], offsets: [0, 0, 0] },
  ...{ content: { left: 0, top: 0, width: 320, height: 180 }, caps: CAPS, data: Uint8Array.of(pts / 1_000_000) },
});

/** Media time is UTC here. */
const rig = (still: (spec: StillSpec) => Promise<Still>, ownWidth = 640) => {
  let every = seconds(10);
  let isRecording = true;
  const standing = new Set<Bystander>();
  const kept: StoredPreview[] = [];
  const log = silentLogger();
  const standBy = (bystander: Bystander) => {
    standing.add(bystander);
    return () => void standing.delete(bystander);
  };
  const maker = new PreviewMaker({
    session: {
      ...{ pictures: { standBy }, toUtc: (time: MediaTime) => time as number as UtcMicros },
      capsOf: () => ({ ...H264_CAPS, width: ownWidth }),
    },
    ...{ bridge: { still }, every: () => every, isRecording: () => isRecording },
    ...{ keep: (preview) => kept.push(preview), log },
  });
  maker.start();
  /** Keyframes are fed to a decoder; the pictures of those that are wanted come out behind the last. */
  const decoded = async (...keys: AccessUnit[]): Promise<void> => {
    for (const each of standing) {
      for (const key of keys.filter((one) => each.wants(one))) {
        const picture = pictureOf(key);
        each.onPicture(picture, key);
        picture.data.fill(0xff);
      }
    }
    await settle();
  };
  return {
    ...{ kept, log, maker, standing, decoded },
    each: async (...keys: AccessUnit[]): Promise<void> => {
      for (const key of keys) await decoded(key);
    },
    setEvery: (to: number) => {
      every = seconds(to);
    },
    record: (to: boolean) => {
      isRecording = to;
    },
  };
};

const make = async ({ units, width }: StillSpec): Promise<Still> => {
  await Promise.resolve();
  return { jpeg: Buffer.from(units[0]!), width, height: 180 };
};
const timesOf = (kept: readonly StoredPreview[]): number[] => kept.map(({ utc }) => utc);

it('makes one of a decoded keyframe every so often, of each stream anew', async () => {
  const asked: StillSpec[] = [];
  const { kept, each, setEvery } = rig((spec) => {
    asked.push(spec);
    return make(spec);
  });
  await each(keyAt(0), keyAt(1), keyAt(9), keyAt(11), keyAt(12));
  expect(timesOf(kept)).toEqual([0, seconds(11)]);
  // As it was when it came.
  expect(kept.map(({ jpeg }) => [...jpeg])).toEqual([[0], [11]]);
  expect(asked[0]).toMatchObject({ width: 320, patient: true, caps: { mediaType: 'video/x-raw', width: 320 } });
  // No camera made these bytes: none is to blame for what becomes of them.
  expect(asked[0]).not.toHaveProperty('owner');
  await each(keyAt(13, { epoch: 2 }), keyAt(14, { epoch: 2 }));
  expect(kept.length).toBe(3);
  setEvery(0);
  await each(keyAt(100, { epoch: 2 }));
  expect(kept.length).toBe(3);
});

it('makes none larger than the stream', async () => {
  const { kept, each } = rig(make, 176);
  await each(keyAt(0));
  expect(kept.map(({ width }) => width)).toEqual([176]);
});

it('makes none while nothing is recorded, and none when it was stopped', async () => {
  const { kept, each, record, maker, standing } = rig(make);
  record(false);
  await each(keyAt(0), keyAt(20));
  record(true);
  await each(keyAt(22));
  expect(timesOf(kept)).toEqual([seconds(22)]);
  maker.stop();
  expect(standing.size).toBe(0);
});

it('makes one where several were wanted before the first came out', async () => {
  const { kept, decoded } = rig(make);
  await decoded(keyAt(0), keyAt(1), keyAt(2));
  await decoded(keyAt(3), keyAt(10), keyAt(11));
  expect(timesOf(kept)).toEqual([0, seconds(10)]);
});

it('makes no second one while the first is not ready, and goes on where one could not be made', async () => {
  const waiting: ((error: Error) => void)[] = [];
  let isBroken = true;
  const { kept, each } = rig((spec) =>
    isBroken ? new Promise((_resolve, reject) => waiting.push(reject)) : make(spec),
  );
  await each(keyAt(0), keyAt(20), keyAt(40));
  expect(waiting).toHaveLength(1);
  waiting[0]!(new StillError('lost', 'its host was lost'));
  await settle();
  isBroken = false;
  await each(keyAt(60));
  expect(timesOf(kept)).toEqual([seconds(60)]);
});

it('tells of what nobody foresaw, and goes on', async () => {
  let isBroken = true;
  const { kept, log, each } = rig(async (spec) => {
    if (isBroken) throw new TypeError('not a function');
    return await make(spec);
  });
  const error = vi.spyOn(log, 'error');
  await each(keyAt(0));
  expect(error.mock.calls).toEqual([[expect.stringContaining('not a function')]]);
  isBroken = false;
  await each(keyAt(20));
  expect(timesOf(kept)).toEqual([seconds(20)]);
});
