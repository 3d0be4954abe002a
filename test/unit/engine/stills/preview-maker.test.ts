import { expect, it, vi } from 'vitest';
import { StillError } from '../../../../bridge/still-error.js';
import type { Still, StillSpec } from '../../../../bridge/types.js';
import type { StoredPreview } from '../../../../engine/archive/preview-file.js';
import type { AccessUnit } from '../../../../engine/camera/types.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { type MediaTime, type MonotonicTime, seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { PreviewMaker } from '../../../../engine/stills/preview-maker.js';
import { H264_CAPS } from '../../../kit/fake-bridge.js';
import { settle } from '../../../kit/fake-clock.js';

const unitAt = (at: number, more: Partial<AccessUnit> = {}): AccessUnit => ({
  ...{
    index: at,
    epoch: 1,
    track: 'video',
    key: true,
    pts: seconds(at) as MediaTime,
    duration: 40_000,
    cadence: 40_000,
  },
  ...{ settling: 0, picture: at, arrival: 0 as MonotonicTime, payload: Uint8Array.of(at) },
  ...more,
});

/** Media time is UTC here. */
const rig = (still: (spec: StillSpec) => Promise<Still>) => {
  let newest = unitAt(0);
  let every = seconds(10);
  const kept: StoredPreview[] = [];
  const log = silentLogger();
  const ring = {
    get newest() {
      return newest;
    },
    lastKeyframeAtOrBefore: () => newest,
    lastKeyframe: () => newest,
    get nextIndex() {
      return newest.index + 1;
    },
    at: () => undefined,
  };
  const session = { ring, capsOf: () => H264_CAPS, toUtc: (time: MediaTime) => time as number as UtcMicros };
  const maker = new PreviewMaker({
    ...{ session: { ...session, address: { owner: 'c1' } } as never, bridge: { still } },
    ...{ every: () => every, keep: (preview) => kept.push(preview), log },
  });
  const recorded = async (...units: AccessUnit[]): Promise<void> => {
    for (const unit of units) {
      newest = unit;
      maker.recorded(unit);
      await settle();
    }
  };
  return {
    kept,
    log,
    recorded,
    setEvery: (to: number) => {
      every = seconds(to);
    },
  };
};

const asked: StillSpec[] = [];
const make = async (spec: StillSpec): Promise<Still> => {
  asked.push(spec);
  return { jpeg: Buffer.from('jpeg'), width: spec.width, height: 180 };
};

it('makes one of a keyframe every so often, of each stream anew', async () => {
  const { kept, recorded, setEvery } = rig(make);
  await recorded(unitAt(0), unitAt(1), unitAt(9), unitAt(10, { key: false }), unitAt(11), unitAt(12));
  expect(kept.map(({ utc }) => utc)).toEqual([0, seconds(11)]);
  expect(asked[0]).toMatchObject({ width: 320, patient: true, owner: 'c1' });
  await recorded(unitAt(13, { epoch: 2 }), unitAt(14, { epoch: 2 }));
  expect(kept.length).toBe(3);
  setEvery(0);
  await recorded(unitAt(100, { epoch: 2 }));
  expect(kept.length).toBe(3);
});

it('makes no second one while the first is not ready, and goes on where one could not be made', async () => {
  const waiting: ((error: Error) => void)[] = [];
  let isBroken = true;
  const { kept, recorded } = rig((spec) =>
    isBroken ? new Promise((_resolve, reject) => waiting.push(reject)) : make(spec),
  );
  await recorded(unitAt(0), unitAt(20), unitAt(40));
  expect(waiting).toHaveLength(1);
  waiting[0]!(new StillError('noPicture', 'damaged'));
  await settle();
  isBroken = false;
  await recorded(unitAt(60));
  expect(kept.map(({ utc }) => utc)).toEqual([seconds(60)]);
});

it('tells of what nobody foresaw, and goes on', async () => {
  let isBroken = true;
  const { kept, log, recorded } = rig(async (spec) => {
    if (isBroken) throw new TypeError('not a function');
    return await make(spec);
  });
  const error = vi.spyOn(log, 'error');
  await recorded(unitAt(0));
  expect(error.mock.calls).toEqual([[expect.stringContaining('not a function')]]);
  isBroken = false;
  await recorded(unitAt(20));
  expect(kept.map(({ utc }) => utc)).toEqual([seconds(20)]);
});
