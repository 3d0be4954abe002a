import { describe, expect, it } from 'vitest';
import { usableH264, usableH265 } from '../../../../bridge/rtp/usable-payload.js';

describe('usable payloads', () => {
  it.each([
    [[], true],
    [[0x41], true],
    [[0x7c], false],
    [[0x7c, 0x85], true],
    [[0x18, 0, 2, 0x67, 1], true],
    [[0x1e], true],
    [[0x1f], true],
    // STAP-B, MTAP16, MTAP24 and FU-B, whatever their length and importance.
    [[0x19], false],
    [[0x1a], false],
    [[0x1b], false],
    [[0x1d], false],
    [[0x19, 0, 7, 0, 2, 0x67, 1, 0, 3, 0x68, 2, 3], false],
    [[0x7a, 0, 0, 0, 2, 0, 0, 0, 0x67, 1], false],
    [[0x7b, 0, 0, 0, 2, 0, 0, 0, 0, 0x67, 1], false],
    [[0x7d, 0x85, 0, 9, 1, 2], false],
  ])('H.264: %j', (bytes, usable) => {
    expect(usableH264(Buffer.from(bytes))).toBe(usable);
  });

  it.each([
    [[], false],
    [[0x02], false],
    [[0x62], false],
    [[0x62, 0x01], false],
    [[0x63, 0x01], false],
    [[0x02, 0x01], true],
    [[0x62, 0x01, 0x93], true],
    [[0x60, 0x01], true],
    [[0x66, 0x01], true],
    // PACI, of any layer.
    [[0x64, 0x01], false],
    [[0x64, 0x01, 0, 3, 0x40, 0x01, 7], false],
    [[0x65, 0x09, 0, 3, 0x40, 0x01, 7], false],
  ])('H.265: %j', (bytes, usable) => {
    expect(usableH265(Buffer.from(bytes))).toBe(usable);
  });
});
