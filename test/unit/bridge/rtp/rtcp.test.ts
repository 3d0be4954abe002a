import { describe, expect, it } from 'vitest';
import { readRtcp, writeReceiverReport, writeSenderReport } from '../../../../bridge/rtp/rtcp.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, randomBytes } from './collect.js';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** 2024-01-01 00:00:00.5 UTC. */
const REPORT = '80c80006 0000002a e93c7f00 80000000 00015f90 00000010 00000400';

describe('readRtcp', () => {
  it('reads sender reports and byes of a compound packet', () => {
    const name = '81ca0003 0000002a 01056361 6d657261';
    const bye = '82cb0002 0000002a 0000002b';
    expect(readRtcp(bytes(REPORT + name + bye))).toEqual([
      {
        kind: 'senderReport',
        ssrc: 42,
        ntpMicros: Date.UTC(2024, 0, 1) * 1000 + 500_000,
        ntpMiddle: 0x7f008000,
        rtpTimestamp: 90_000,
      },
      { kind: 'bye', ssrc: 42 },
      { kind: 'bye', ssrc: 43 },
    ]);
  });

  it('tells a camera without a clock', () => {
    expect(readRtcp(bytes('80c80006 0000002a 00000000 00000000 00015f90 00000010 00000400'))).toMatchObject([
      { ntpMicros: 0 },
    ]);
  });

  it('knows the era after 2036', () => {
    const [report] = readRtcp(bytes('80c80006 0000002a 00000001 00000000 00015f90 00000010 00000400'));
    expect(report).toMatchObject({ ntpMicros: Date.UTC(2036, 1, 7, 6, 28, 17) * 1000 });
  });

  it.each([
    ['nothing', ''],
    ['a torn header', '80c800'],
    ['a length beyond the end', REPORT.slice(0, 40)],
    ['a report that is too short', '80c80001 0000002a'],
    ['another version', `40${REPORT.slice(2)}`],
    ['a bye of nobody', '80cb0000'],
  ])('finds nothing in %s', (_, hex) => {
    expect(readRtcp(bytes(hex))).toEqual([]);
  });

  it('reads no more sources of a bye than there are', () => {
    expect(readRtcp(bytes('9fcb0001 0000002a'))).toEqual([{ kind: 'bye', ssrc: 42 }]);
  });

  it('keeps what stands before the damage', () => {
    expect(readRtcp(bytes(`${REPORT}81caffff0000002a`))).toHaveLength(1);
  });

  it('bears anything', () => {
    const random = randomOf(3);
    for (let run = 0; run < 20_000; run++) {
      const noise = randomBytes(random, integer(random, 0, 80));
      if (noise.length > 1) noise.set([0x80 | integer(random, 0, 31), integer(random, 200, 203)]);
      for (const message of readRtcp(noise)) expect(message.ssrc).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('writeReceiverReport', () => {
  const block = { ssrc: 42, fractionLost: 64, cumulativeLost: 3, highestSequence: 0x0001ffff, jitter: 90 };

  it('writes a report and our name', () => {
    const written = writeReceiverReport(5, block, { ntpMiddle: 0x7c008000, ageMicros: 1_500_000 }, 'me@here');
    expect(written.toString('hex')).toBe(
      '81c90007' +
        '00000005' +
        '0000002a' +
        '40000003' +
        '0001ffff' +
        '0000005a' +
        '7c008000' +
        '00018000' +
        '81ca0004' +
        '00000005' +
        `0107${Buffer.from('me@here').toString('hex')}000000`,
    );
  });

  it('leaves out what no report has said', () => {
    expect(writeReceiverReport(5, block, undefined, '').toString('hex', 24, 32)).toBe('0000000000000000');
  });

  it('is whole words long and readable, whatever the name and the numbers', () => {
    for (let length = 0; length < 300; length++) {
      const huge = { ...block, cumulativeLost: 1e9, highestSequence: 2 ** 33 + 1, jitter: 2 ** 33 };
      const written = writeReceiverReport(5, huge, { ntpMiddle: 1, ageMicros: 1e12 }, 'x'.repeat(length));
      expect(written.length).toBe(32 + 4 * (written.readUInt16BE(34) + 1));
      expect(written[written.length - 1]).toBe(0);
    }
  });
});

it('writes sender reports that it reads', () => {
  const utc = Date.UTC(2026, 10, 27) * 1000 + 123_457;
  const sent = { ssrc: 2 ** 32 - 1, utc, rtpTimestamp: 2 ** 32 + 7, packets: 3, octets: 2 ** 32 + 4 };
  const report = writeSenderReport(sent, 'sluice');
  expect(report.length % 4).toBe(0);
  const [read, ...others] = readRtcp(report);
  expect(others).toEqual([]);
  expect(read).toMatchObject({ kind: 'senderReport', ssrc: 2 ** 32 - 1, rtpTimestamp: 7 });
  expect(Math.abs((read as { ntpMicros: number }).ntpMicros - utc)).toBeLessThanOrEqual(1);
  expect([report.readUInt32BE(20), report.readUInt32BE(24)]).toEqual([3, 4]);
  expect(report.toString('latin1')).toContain('\x01\x06sluice\0');
});
