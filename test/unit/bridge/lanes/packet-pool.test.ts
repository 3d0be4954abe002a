import { describe, expect, it } from 'vitest';
import { givePacket, takePacket } from '../../../../bridge/lanes/packet-pool.js';

describe('memory of packets', () => {
  it('is used again by packets of about that size', () => {
    const first = takePacket(20_000);
    expect(first.length).toBe(20_000);
    givePacket(first);
    const second = takePacket(30_000);
    expect([second.length, second.buffer === first.buffer]).toEqual([30_000, true]);
    expect(takePacket(30_000).buffer).not.toBe(first.buffer);
  });

  it('belongs to one packet only, however often it is given back', () => {
    const packet = takePacket(200_000);
    givePacket(packet);
    givePacket(packet);
    expect(takePacket(200_000).buffer).not.toBe(takePacket(200_000).buffer);
  });

  it('is taken from nobody else', () => {
    const foreign = Buffer.alloc(65_536);
    givePacket(foreign);
    expect(takePacket(65_536).buffer).not.toBe(foreign.buffer);
  });

  it.each([1, 4095, 4096, 1024 * 1024, 1024 * 1024 + 1])('may have any size, such as %i', (length) => {
    const packet = takePacket(length);
    expect(packet.length).toBe(length);
    givePacket(packet);
    expect(takePacket(length).length).toBe(length);
  });
});
