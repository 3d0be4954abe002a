import { expect, it } from 'vitest';
import { SoundInput } from '../../../../bridge/camera/sound-input.js';
import type { Received } from '../../../../bridge/rtp/receiver.js';
import { TrackSync } from '../../../../bridge/rtp/sync.js';
import type { OfferedTrack } from '../../../../bridge/rtsp/tracks.js';
import type { SoundFault } from '../../../../bridge/types.js';

const SECOND = 1_000_000;
const FRAME = 20_000;

/** Sound of a camera that sends pictures from the start and sound from `from` on; frames are numbered. */
const hear = (from: number, until: number, { clock = 1, bytes = 160 } = {}) => {
  const frames: { number: number; pts: number }[] = [];
  const faults: SoundFault[] = [];
  let overflow = 0;
  const sync = new TrackSync();
  const format = { encoding: 'PCMU', clockRate: 8000, payloadType: 0, fmtp: {} };
  const input = new SoundInput({ kind: 'audio', format } as unknown as OfferedTrack, sync, {
    frame: (frame, pts) => frames.push({ number: Buffer.from(frame).readUInt32BE(0), pts }),
    fault: (fault) => faults.push(fault),
    overflow: () => {
      overflow += 1;
    },
  });
  for (let at = 0; at < until; at += FRAME) {
    sync.packet('video', at, at);
    if (at < from) continue;
    const pts = (at - from) * clock;
    sync.packet('follower', at, pts);
    const payload = Buffer.alloc(bytes);
    payload.writeUInt32BE((at - from) / FRAME);
    input.take({ payload, marker: false, pts, lost: 0, fresh: at === from } as Received, at);
  }
  return { frames, faults, overflow };
};

it('loses nothing while it is not known where the sound belongs', () => {
  const from = 3 * SECOND;
  const { frames, faults, overflow } = hear(from, 6 * SECOND);
  expect(frames).toEqual(Array.from({ length: 150 }, (_, number) => ({ number, pts: from + number * FRAME })));
  expect(faults).toEqual([]);
  expect(overflow).toBe(0);
});

it('keeps no more of it than has room, and tells what it drops', () => {
  const { frames, overflow } = hear(0, 2 * SECOND, { bytes: 60_000 });
  expect(frames[0]).toEqual({ number: 42, pts: 42 * FRAME });
  expect(overflow).toBe(42);
});

it('tells that the sound is not as fast as it says', () => {
  expect(hear(0, 30 * SECOND, { clock: 2 }).faults).toEqual([
    {
      code: 'soundRate',
      message: "the camera's sound (PCMU/8000) comes 2.00 times as fast as it says: it is recorded, and sounds wrong",
    },
  ]);
});
