import { describe, expect, it } from 'vitest';
import { wantedOf } from '../../../infer/detector/found.js';
import { modelInput } from '../../../infer/detector/input.js';
import { OBJECTS, parseObjects } from '../../../infer/detector/objects.js';

describe('the input of the model', () => {
  const flat = (width: number, height: number, value: number) => ({
    width,
    height,
    bytesPerPixel: 4 as const,
    data: new Uint8Array(width * height * 4).fill(value),
  });

  it.each([
    [64, 36, 32, 18],
    [9, 16, 18, 32],
    [1, 1, 32, 32],
    [1000, 1, 32, 1],
  ])('a picture of %i by %i covers %i by %i of a square of 32', (width, height, covered, down) => {
    const input = modelInput(flat(width, height, 200), 32);
    expect([input.width, input.height]).toEqual([covered, down]);
    const rows = Array.from({ length: 32 }, (_, y) => [...input.values.subarray(y * 96, (y + 1) * 96)]);
    for (const [y, row] of rows.entries()) {
      for (const [at, value] of row.entries()) {
        expect(value).toBeCloseTo(y < down && at < covered * 3 ? 200 : 0, 2);
      }
    }
  });

  it('averages what it makes smaller: nothing falls through', () => {
    const lines = flat(64, 64, 0);
    for (let y = 0; y < 64; y += 4) lines.data.fill(255, y * 256, (y + 1) * 256);
    const { values } = modelInput(lines, 16);
    for (const value of values.subarray(2 * 48, 14 * 48)) expect(value).toBeCloseTo(255 / 4, 0);
  });
});

describe('what is found', () => {
  const covered = { width: 100, height: 50 };
  const [person, car, truck] = ['person', 'car', 'truck'].map((name) => OBJECTS.indexOf(name as 'car'));
  const output = Float32Array.of(
    ...[10, 10, 50, 30, 0.6, car!],
    ...[10, 10, 50, 30, 0.7, truck!],
    ...[60, -5, 120, 60, 0.9, person!],
    ...[0, 60, 20, 80, 0.9, person!],
    ...[20, 20, 40, 40, 0.3, person!],
    ...[20, 20, 40, 40, 0.9, 99],
  );

  it('is the surest name of each thing, in fractions of the picture, and inside it', () => {
    expect(wantedOf(output, covered, { minimumConfidence: 0.4 })).toEqual([
      { object: 'person', confidence: expect.closeTo(0.9), box: { l: 0.6, t: 0, w: 0.4, h: 1 } },
      { object: 'truck', confidence: expect.closeTo(0.7), box: { l: 0.1, t: 0.2, w: 0.4, h: expect.closeTo(0.4) } },
    ]);
  });

  it('has another name if only that was asked for', () => {
    const wanted = { minimumConfidence: 0.4, objects: new Set(['car']) };
    expect(wantedOf(output, covered, wanted).map(({ object }) => object)).toEqual(['car']);
  });
});

describe('names of objects', () => {
  it('are 80, each once', () => expect(new Set(OBJECTS).size).toBe(80));

  it('may be those that other servers use', () => {
    expect(parseObjects(' Person,motorbike,,tvmonitor ')).toEqual({
      objects: new Set(['person', 'motorcycle', 'tv']),
      unknown: [],
    });
    expect(parseObjects('unicorn').unknown).toEqual(['unicorn']);
  });
});
