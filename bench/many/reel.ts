/** A recorded stream, ready to be sent again and again as parts of an endless one. */
import { nalUnits } from '../../bridge/codec/annex-b.js';
import { videoUnits } from '../../bridge/filters/video-units.js';
import { describeTrack, type TrackDescription } from '../../engine/tunnel/sdp.js';
import { type ReelUnit, unitOf } from './reel-unit.js';

export interface Reel {
  readonly units: readonly ReelUnit[];
  readonly track: TrackDescription;
}

/**
 * @param stream H.264 with start codes
 * @param skipped pictures at its beginning are left out; a keyframe follows
 * @throws Error if none does
 */
export const reelOf = (stream: Uint8Array, skipped = 0): Reel => {
  const units: ReelUnit[] = [];
  let track: TrackDescription | undefined;
  let left = skipped;
  const assembler = videoUnits('h264', [], {
    onCaps: () => {},
    onStray: () => {},
    onUnit: ({ payload, key }) => {
      if (left-- > 0) return;
      track ??= describeTrack(payload);
      units.push(unitOf(payload, key));
    },
  });
  for (const nal of nalUnits(stream)) assembler.nal(nal, 0, false);
  assembler.end();
  if (track === undefined || units[0]?.key !== true) throw new Error('a recording does not begin with a keyframe');
  return { units, track };
};
