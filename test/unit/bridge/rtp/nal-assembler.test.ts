import { describe, expect, it } from 'vitest';
import { NalAssembler } from '../../../../bridge/rtp/nal-assembler.js';
import { NalLog } from './collect.js';

const MAX_NAL = 8 * 1024 * 1024;

const assembler = () => {
  const log = new NalLog();
  return { log, nals: new NalAssembler(log, (header) => header === 0x67) };
};

describe('NalAssembler', () => {
  it('delivers whole units as they are', () => {
    const { log, nals } = assembler();
    const unit = Buffer.from([0x65, 1, 0, 0, 1, 2]);
    nals.whole(unit, 5);
    nals.whole(Buffer.alloc(0), 6);
    expect(log.nals).toEqual([{ hex: '650100000102', pts: 5, damagedBefore: false }]);
  });

  it('splits a unit that hides others, and marks the end of the last', () => {
    const { log, nals } = assembler();
    nals.whole(Buffer.from([0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x65, 3]), 5);
    nals.mark(5);
    nals.whole(Buffer.from([0, 0, 1, 0x41, 1]), 6);
    nals.mark(6);
    expect(log.text).toEqual(['6701', '6802', '6503!', '4101!']);
  });

  it('gives a unit in fragments the time of its beginning', () => {
    const { log, nals } = assembler();
    nals.begin(5);
    nals.addByte(0x65);
    nals.add(Buffer.from([0, 0, 1]), 2);
    nals.add(Buffer.from([2]), 0);
    expect(nals.open).toBe(true);
    nals.end();
    nals.end();
    expect(log.nals).toEqual([{ hex: '650102', pts: 5, damagedBefore: false }]);
    expect(nals.open).toBe(false);
  });

  it('ends the unit that has begun at a mark', () => {
    const { log, nals } = assembler();
    nals.begin(5);
    nals.addByte(0x65);
    nals.add(Buffer.from([1]), 0);
    nals.mark(7);
    expect(nals.open).toBe(false);
    nals.end();
    nals.whole(Buffer.from([0x41]), 8);
    expect(log.nals).toEqual([
      { hex: '6501', pts: 5, damagedBefore: false },
      { hex: '41', pts: 8, damagedBefore: false },
    ]);
    expect(log.text).toEqual(['6501!', '41']);
  });

  it('gives a mark the time of its packet, and the damage in front of it', () => {
    const seen: (string | number | boolean)[][] = [];
    const nals = new NalAssembler(
      {
        nal: (nal, pts, damagedBefore) => seen.push([Buffer.from(nal).toString('hex'), pts, damagedBefore]),
        mark: (pts, damagedBefore) => seen.push(['mark', pts, damagedBefore]),
      },
      () => false,
    );
    nals.begin(5);
    nals.addByte(0x65);
    nals.lose();
    nals.mark(6);
    nals.mark(7);
    nals.whole(Buffer.from([0x41]), 8);
    // With a unit that it ends, the damage goes with that.
    nals.lose();
    nals.begin(9);
    nals.addByte(0x42);
    nals.mark(10);
    expect(seen).toEqual([
      ['mark', 6, true],
      ['mark', 7, false],
      ['41', 8, false],
      ['42', 9, true],
      ['mark', 10, false],
    ]);
  });

  it('says of the next unit that something was lost', () => {
    const { log, nals } = assembler();
    nals.begin(5);
    nals.addByte(0x65);
    nals.lose();
    nals.end();
    nals.whole(Buffer.from([0x41]), 6);
    nals.whole(Buffer.from([0x42]), 7);
    nals.begin(8);
    nals.whole(Buffer.from([0x43]), 9);
    expect(log.text).toEqual(['~41', '42', '43']);
  });

  it('drops a unit over 8 MiB, and all that would follow of it', () => {
    const { log, nals } = assembler();
    const part = Buffer.alloc(64 * 1024, 1);
    nals.begin(5);
    for (let sent = 0; sent < MAX_NAL; sent += part.length) nals.add(part, 0);
    expect([nals.open, nals.oversized]).toEqual([true, 0]);
    expect(nals.capacity).toBe(MAX_NAL);
    nals.add(part, 0);
    expect([nals.open, nals.oversized, nals.capacity]).toEqual([false, 1, 0]);
    nals.end();
    nals.whole(Buffer.from([0x41]), 6);
    expect(log.text).toEqual(['~41']);
  });
});
