import { describe, expect, it } from 'vitest';
import type { Reel } from '../../../../bench/many/reel.js';
import { unitOf } from '../../../../bench/many/reel-unit.js';
import { ReplayedCamera, type ReplayedCameraOptions, type Viewer } from '../../../../bench/many/replayed-camera.js';
import { readRtp } from '../../../../bridge/rtp/packet.js';
import { readRtcp } from '../../../../bridge/rtp/rtcp.js';

const GOP = 4;
const FRAME_MS = 40;
const track = { profile: '64001f', sets: '' };

/** Pictures of one packet each but for keyframes, which have two; the second byte says which recording and picture it is. */
const reelOf = (name: number, pictures: number): Reel => ({
  track,
  units: Array.from({ length: pictures }, (_, at) => {
    const key = at % GOP === 0;
    const nal = new Uint8Array(key ? 2000 : 50).fill(name * 32 + at + 1);
    return unitOf(Uint8Array.of(0, 0, 1, key ? 0x65 : 0x41, ...nal), key);
  }),
});

interface Sent {
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Recording and picture, of the first packet of a picture. */
  what: string;
}

class Watching implements Viewer {
  readonly channel = 2;
  readonly reportChannel = 3;
  waiting = 0;
  readonly packets: Sent[] = [];
  readonly reports: ReturnType<typeof readRtcp> = [];
  readonly held: Buffer[] = [];

  write(bytes: Buffer): void {
    if (this.waiting > 0) this.held.push(bytes);
    for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
      const packet = bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2));
      if (bytes[at + 1] === 3) this.reports.push(...readRtcp(packet));
      else {
        expect(bytes[at + 1]).toBe(2);
        const { sequence, timestamp, ssrc, payload } = readRtp(packet)!;
        const value = payload.at(-1)! - 1;
        this.packets.push({ sequence, timestamp, ssrc, what: `${Math.floor(value / 32)}:${value % 32}` });
      }
    }
  }
}

const rig = (options: Partial<ReplayedCameraOptions> = {}) => {
  const moved: [number, number][] = [];
  const camera = new ReplayedCamera({
    quiet: reelOf(0, 4 * GOP),
    moving: [{ reel: reelOf(2, 3 * GOP), begins: 0.1, ends: 0.4 }],
    ...{ fps: 25, picturesInGop: GOP, first: 0, ssrc: 0x5109_fffe },
    turnAt: () => -1,
    onMoved: (begins, ends) => moved.push([begins, ends]),
    ...options,
  });
  let picture = 0;
  const play = (pictures: number): void => {
    for (let n = 0; n < pictures; n++) camera.next(1e12 + FRAME_MS * picture++);
  };
  return { camera, moved, play };
};

const whatOf = ({ packets }: Watching): string[] =>
  packets.filter(({ timestamp }, at) => packets[at - 1]?.timestamp !== timestamp).map(({ what }) => what);

const gaps = ({ packets }: Watching) =>
  packets.slice(1).filter(({ sequence }, at) => sequence !== ((packets[at]!.sequence + 1) & 0xffff));

describe('a replayed camera', () => {
  it('is one stream over the ends of its recording, with numbers that wrap', () => {
    const { camera, play } = rig();
    const viewer = new Watching();
    camera.join(viewer);
    play(10 * 4 * GOP);
    expect(viewer.packets[0]!.sequence).toBe(0xfffe);
    expect(gaps(viewer)).toEqual([]);
    expect(new Set(viewer.packets.map(({ ssrc }) => ssrc))).toEqual(new Set([0x5109_fffe]));
    const times = [...new Set(viewer.packets.map(({ timestamp }) => timestamp))];
    expect(times).toHaveLength(10 * 4 * GOP);
    expect(times.slice(1).every((time, at) => (time - times[at]!) >>> 0 === 3600)).toBe(true);
    expect(whatOf(viewer).slice(0, 18)).toEqual([...Array(16).keys(), 0, 1].map((at) => `0:${at}`));
  });

  it('goes over to what moves at a keyframe, and back, without a break', () => {
    let turn = -1;
    const { camera, play, moved } = rig({ turnAt: () => turn });
    const viewer = new Watching();
    camera.join(viewer);
    play(3);
    turn = 0;
    play(40);
    expect(gaps(viewer)).toEqual([]);
    const what = whatOf(viewer);
    // The second keyframe is passed by: ids of keyframes alternate.
    expect(what.slice(6, 10)).toEqual(['0:6', '0:7', '2:0', '2:1']);
    expect(what.slice(18, 22)).toEqual(['2:10', '2:11', '0:4', '0:5']);
    expect(moved).toEqual([[1e12 + 8 * FRAME_MS + 100, 1e12 + 8 * FRAME_MS + 400]]);
    expect(what.slice(20)).not.toContain('2:0');
  });

  it('begins at a keyframe for whoever comes, and says what time it is', () => {
    const { camera, play } = rig({ first: 6 });
    const viewer = new Watching();
    camera.join(viewer);
    play(5);
    expect(whatOf(viewer)).toEqual(['0:8', '0:9', '0:10']);
    const [report] = viewer.reports;
    expect(report).toMatchObject({ kind: 'senderReport', rtpTimestamp: viewer.packets[0]!.timestamp });
    expect(report).toMatchObject({ ntpMicros: (1e12 + 2 * FRAME_MS) * 1000 });
    camera.leave(viewer);
    play(10);
    expect(whatOf(viewer)).toHaveLength(3);
    expect(camera.viewers).toBe(0);
  });

  it('tells the time every five seconds', () => {
    const { camera, play } = rig();
    const viewer = new Watching();
    camera.join(viewer);
    play(126 + 125);
    expect(viewer.reports).toHaveLength(3);
  });

  it('leaves pictures out for who does not read, up to a keyframe, and counts them', () => {
    const { camera, play } = rig();
    const [slow, quick] = [new Watching(), new Watching()];
    camera.join(slow);
    camera.join(quick);
    play(2);
    slow.waiting = 2_000_000;
    play(4);
    slow.waiting = 0;
    play(4);
    expect(whatOf(slow)).toEqual(['0:0', '0:1', '0:8', '0:9']);
    expect(gaps(slow)).toHaveLength(1);
    expect(whatOf(quick)).toHaveLength(10);
    expect(gaps(quick)).toEqual([]);
    expect(camera.leftOut).toBe(6);
  });

  it('leaves alone what a connection still has to send', () => {
    const { camera, play } = rig();
    const slow = new Watching();
    slow.waiting = 1;
    camera.join(slow);
    play(16);
    const before = slow.held.map((bytes) => Buffer.from(bytes));
    play(32);
    expect(slow.held.slice(0, before.length)).toEqual(before);
  });
});
