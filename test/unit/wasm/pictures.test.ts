import { describe, expect, it } from 'vitest';
import { createMemory } from '../../../wasm/detector/kernel.js';
import { PICTURE_MARGIN, Pictures, placeIn, roomFor } from '../../../wasm/detector/pictures.js';
import { Slabs } from '../../../wasm/detector/slabs.js';

function open(mebibytes: number): { slabs: Slabs; pictures: Pictures } {
  const maximum = mebibytes << 20;
  const slabs = new Slabs(createMemory(0, maximum), maximum);
  return { slabs, pictures: new Pictures(slabs) };
}

describe('rooms for pictures', () => {
  it('are lent out again last in, first out', () => {
    const { pictures } = open(4);
    const rooms = [1, 2, 3].map(() => pictures.take(86_400));
    expect(new Set(rooms.map((room) => room.address)).size).toBe(3);
    for (const room of rooms) pictures.give(room);
    expect(pictures.take(86_400)).toBe(rooms[2]);
    expect(pictures.take(86_400)).toBe(rooms[1]);
    expect(pictures.take(50_000)).not.toBe(rooms[0]);
  });

  it('keep a margin on both sides however the source lies, and lay the picture as its source', () => {
    const buffer = new ArrayBuffer(200);
    const { pictures } = open(4);
    for (let offset = 0; offset < 17; offset++) {
      const source = new Uint8Array(buffer, offset, 100);
      const room = pictures.take(source.length);
      const at = placeIn(room, source);
      expect(at % 8).toBe(offset % 8);
      expect(at - room.address).toBeGreaterThanOrEqual(PICTURE_MARGIN);
      expect(room.address + room.bytes - at - source.length).toBeGreaterThanOrEqual(PICTURE_MARGIN);
      expect(room.bytes).toBe(roomFor(100));
    }
  });

  it('that are free make way when a slab needs the memory', () => {
    const { slabs, pictures } = open(2);
    const rooms = Array.from({ length: 8 }, () => pictures.take(200_000));
    expect(() => slabs.take(1 << 20)).toThrow(/memory is full/);
    for (const room of rooms) pictures.give(room);
    expect(slabs.take(1 << 20)).toBeGreaterThan(0);
  });

  it('do not keep more than 8 MiB of what is free', () => {
    const { slabs, pictures } = open(64);
    const rooms = Array.from({ length: 20 }, () => pictures.take(1_000_000));
    for (const room of rooms) pictures.give(room);
    const before = slabs.memoryBytes;
    slabs.take(11 << 20);
    expect(slabs.memoryBytes).toBe(before);
  });
});
