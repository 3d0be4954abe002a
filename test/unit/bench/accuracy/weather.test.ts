import { describe, expect, it } from 'vitest';
import { clouds, rain, SHADOW_SECONDS, shadow, traffic, type Weather } from '../../../../bench/accuracy/weather.js';

const [WIDTH, HEIGHT] = [160, 90];

const grey = (): Uint8Array => new Uint8Array((WIDTH * HEIGHT * 3) / 2).fill(128);

const at = (weather: Weather, t: number): Uint8Array => {
  const picture = grey();
  weather(picture, t);
  return picture;
};

const changed = (picture: Uint8Array): number => picture.filter((v) => v !== 128).length;

describe.each(Object.entries({ clouds, rain, traffic, shadow }))('%s', (_, make) => {
  it('is the same in every run, and leaves the colours alone', () => {
    const [one, other] = [make(WIDTH, HEIGHT), make(WIDTH, HEIGHT)];
    for (let t = 0; t < 6; t += 0.2) {
      const picture = at(one, t);
      expect(Buffer.compare(at(other, t), picture)).toBe(0);
      expect(changed(picture.subarray(WIDTH * HEIGHT))).toBe(0);
    }
  });
});

it('has clouds that darken and never hide', () => {
  const weather = clouds(WIDTH, HEIGHT);
  for (let t = 0; t < 60; t += 3) {
    const luma = at(weather, t).subarray(0, WIDTH * HEIGHT);
    expect(Math.min(...luma)).toBeGreaterThanOrEqual(96);
    expect(Math.max(...luma)).toBeLessThanOrEqual(128);
  }
});

it('has one shadow, and none before and after it', () => {
  const weather = shadow(WIDTH, HEIGHT);
  expect(changed(at(weather, 0))).toBe(0);
  expect(changed(at(weather, SHADOW_SECONDS / 2))).toBeGreaterThan(WIDTH * HEIGHT * 0.9);
  expect(changed(at(weather, SHADOW_SECONDS))).toBe(0);
});

it('rains everywhere', () => {
  expect(changed(at(rain(WIDTH, HEIGHT), 0))).toBeGreaterThan(WIDTH * HEIGHT * 0.5);
});

it('has cars in their lane at nearly every moment, and never below it', () => {
  const weather = traffic(WIDTH, HEIGHT);
  const moments = Array.from({ length: 100 }, (_, i) => at(weather, 5 + i * 0.2));
  expect(moments.filter((picture) => changed(picture) > 0).length).toBeGreaterThan(90);
  expect(moments.every((picture) => changed(picture.subarray(WIDTH * HEIGHT * 0.3)) === 0)).toBe(true);
});
