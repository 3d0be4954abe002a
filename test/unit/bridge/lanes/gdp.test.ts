import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headerCrc } from '../../../../bridge/lanes/gdp-format.js';
import { GdpReader } from '../../../../bridge/lanes/gdp-reader.js';
import { endOfStream, streamHead } from '../../../../bridge/lanes/gdp-writer.js';
import type { EncodedUnit } from '../../../../bridge/types.js';
import { collectPackets, packetOf } from '../../../kit/gdp-collector.js';
import { tempDir } from '../../../kit/temp-dir.js';

const CAPS = 'video/x-h264, stream-format=(string)byte-stream, alignment=(string)au';

const unit = (over: Partial<EncodedUnit> = {}): EncodedUnit => ({
  track: 'video',
  pts: 40_000,
  dts: null,
  duration: 40_000,
  key: false,
  discont: false,
  payload: Buffer.from('payload'),
  ...over,
});

describe('GDP packets', () => {
  it('carry times, flags and payload', () => {
    const { units } = collectPackets([
      streamHead(CAPS),
      packetOf(unit({ pts: 123_456_789_012, dts: 7, duration: null, key: true, discont: true })),
      packetOf(unit({ pts: null, payload: Buffer.alloc(0) })),
    ]);
    expect(units).toEqual([
      unit({ pts: 123_456_789_012, dts: 7, duration: null, key: true, discont: true }),
      unit({ pts: null, payload: Buffer.alloc(0) }),
    ]);
  });

  it('belong to the track of the caps before them', () => {
    const { units } = collectPackets([
      packetOf(unit()),
      ...[CAPS, 'audio/mpeg, mpegversion=(int)4', 'application/x-onvif'].flatMap((caps) => [
        streamHead(caps),
        packetOf(unit()),
      ]),
    ]);
    expect(units.map((each) => each.track)).toEqual(['application', 'video', 'audio', 'application']);
  });

  it('read times below 0, as of a camera that runs back, and write them as 0', () => {
    const packet = packetOf(unit());
    packet.writeBigInt64BE(-40_000_000n, 10);
    packet.writeUInt16BE(headerCrc(packet, 0), 58);
    expect(collectPackets([packet]).units[0]?.pts).toBe(-40_000);
    const extremes = [-5, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 2 ** 70];
    const written = extremes.map((pts) => collectPackets([packetOf(unit({ pts }))]).units[0]?.pts);
    expect(written.slice(0, 2)).toEqual([0, 0]);
    for (const pts of written.slice(2)) expect(pts).toBeCloseTo(Number.MAX_SAFE_INTEGER, -4);
  });

  it('have the check sum that gdppay computes', () => {
    // The first 58 bytes of a header that GStreamer 1.22 wrote, whose CRC it gave as 0x4530.
    const header = Buffer.alloc(62);
    header.set([1, 0, 1, 0, 0, 2, 0, 0, 0, 92]);
    expect(headerCrc(header, 0)).toBe(0x4530);
  });

  it('of a stream begin with stream-start, caps and segment, and end with EOS', () => {
    const { caps, events } = collectPackets([streamHead(CAPS), endOfStream()]);
    expect(caps).toEqual([CAPS]);
    expect(events.map((type) => type >> 8)).toEqual([40, 70, 110]);
  });

  it('are read by gdpdepay, and what gdppay writes is read here', () => {
    const dir = tempDir();
    const [from, to] = [join(dir, 'from.gdp'), join(dir, 'to.gdp')];
    const units = [
      unit({ key: true, pts: 0, discont: true }),
      unit({ pts: 80_000 }),
      unit({ pts: 40_000, duration: null, payload: Buffer.alloc(70_000, 5) }),
    ];
    writeFileSync(from, Buffer.concat([streamHead(CAPS), ...units.map(packetOf), endOfStream()]));
    execFileSync('gst-launch-1.0', [
      '-q',
      'filesrc',
      `location=${from}`,
      '!',
      'gdpdepay',
      '!',
      'gdppay',
      '!',
      'filesink',
      `location=${to}`,
    ]);
    const read = collectPackets([readFileSync(to)]);
    expect(read.units).toEqual(units);
    expect(read.caps).toEqual([CAPS]);
    expect(read.garbage).toBe(0);
  });
});

describe('GdpReader', () => {
  it('takes a packet that lies whole in a chunk as a view of it', () => {
    const bytes = packetOf(unit());
    let payload: Uint8Array | undefined;
    new GdpReader({ onBuffer: (got) => (payload = got.payload), onCaps: () => {} }).push(bytes);
    expect(payload?.buffer).toBe(bytes.buffer);
  });

  it('skips garbage up to the next packet, and says how much it was', () => {
    const read = collectPackets([Buffer.alloc(1000, 1), packetOf(unit()), Buffer.from([1, 0, 1]), packetOf(unit())]);
    expect(read.units).toHaveLength(2);
    expect(read.garbage).toBe(1003);
    expect(read.gaps).toEqual([1000, 3]);
  });

  it('loses only the packet whose header is damaged', () => {
    const damaged = packetOf(unit());
    damaged[8] = 0xff;
    const read = collectPackets([packetOf(unit({ pts: 1 })), damaged, packetOf(unit({ pts: 2 }))]);
    expect(read.units.map((each) => each.pts)).toEqual([1, 2]);
    expect(read.garbage).toBe(damaged.length);
  });

  it('does not believe in packets beyond its limit', () => {
    const huge = packetOf(unit({ payload: Buffer.alloc(101) }));
    const got: EncodedUnit[] = [];
    const reader = new GdpReader({ onBuffer: (each) => got.push(each), onCaps: () => {} }, 100);
    reader.push(huge);
    reader.push(packetOf(unit({ pts: 9 })));
    expect(got.map((each) => each.pts)).toEqual([9]);
    expect(reader.garbageBytes).toBe(huge.length);
  });

  it('passes over payloads nobody wants without putting them together', () => {
    const asked: (number | null)[] = [];
    const got: (number | null)[] = [];
    const reader = new GdpReader({
      wants: (pts) => {
        asked.push(pts);
        return pts === 2;
      },
      onBuffer: (each) => got.push(each.pts),
      onCaps: () => {},
    });
    const bytes = Buffer.concat([1, 2, 3].map((pts) => packetOf(unit({ pts, payload: Buffer.alloc(5000, pts) }))));
    for (let at = 0; at < bytes.length; at += 37) reader.push(bytes.subarray(at, at + 37));
    expect(asked).toEqual([1, 2, 3]);
    expect(got).toEqual([2]);
    expect(reader.garbageBytes).toBe(0);
  });

  it('forgets a torn packet with the run that it belongs to', () => {
    const got: (number | null)[] = [];
    const handlers = { onBuffer: (each: { pts: number | null }) => got.push(each.pts), onCaps: () => {} };
    new GdpReader(handlers).push(packetOf(unit({ pts: 1 })).subarray(0, 65));
    const reader = new GdpReader(handlers);
    reader.push(packetOf(unit({ pts: 2 })));
    expect(got).toEqual([2]);
    expect(reader.garbageBytes).toBe(0);
  });
});
