import { describe, expect, it } from 'vitest';
import { type Micros, seconds, toIso, type UtcMicros } from '../../../../engine/core/time.js';
import { availableMedia } from '../../../../engine/playback/available-media.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';

const at = (after: Micros): UtcMicros => (START + after) as UtcMicros;

describe('when a video has media', () => {
  it('is until now where it is being recorded, and never later', () => {
    const { archive } = new ArchiveRig();
    const row = { video: 'door', path: 'a.mp4', pipeline: 'p1', sink: 'videoSink', continues: false, keyed: true };
    archive.segments.begin({ ...row, startUtc: START });
    const now = at(seconds(20));
    const ranges = (from: Micros, to: Micros) =>
      availableMedia(archive.segments, 'door', 'full', { startUtc: at(from), endUtc: at(to) }, now);
    expect(ranges(0, seconds(60))).toEqual([{ start: toIso(START), end: toIso(now) }]);
    expect(ranges(seconds(30), seconds(60))).toEqual([]);
  });
});
