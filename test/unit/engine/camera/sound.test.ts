import { describe, expect, it } from 'vitest';
import { Sound } from '../../../../engine/camera/sound.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';

const CAPS = { track: 'audio', text: 'audio/mpeg, mpegversion=(int)4', mediaType: 'audio/mpeg' } as const;
const at = (s: number) => seconds(s) as MediaTime;

/** Sound that is known, with what of it came. */
const heard = (...times: number[]): Sound => {
  const sound = new Sound();
  sound.offered();
  sound.caps(CAPS);
  for (const each of times) {
    sound.present(at(each));
    sound.take(at(each));
  }
  return sound;
};

describe('the sound of a camera', () => {
  it('is there while it comes', () => {
    expect(new Sound().at(at(1))).toBeUndefined();
    expect(heard().at(at(1))).toBeUndefined();
    expect(heard(1).at(at(2))).toEqual({ caps: CAPS, epoch: 1 });
    expect(heard(1).at(at(2.1))).toBeUndefined();
  });

  it('has a new epoch with each format, also of another connection', () => {
    const sound = heard(1);
    sound.caps(CAPS);
    expect(sound.take(at(1))).toBe(2);
    sound.ended();
    expect(sound.take(at(2))).toBeUndefined();
    sound.caps(CAPS);
    expect(sound.take(at(2))).toBe(3);
  });

  it('is refused where there has been sound, and far in front of the pictures; how much is told now and then', () => {
    const sound = heard(5);
    expect(sound.watch(at(5)).misplaced).toBe(0);
    expect([4, 5, 10.5, 6].map((each) => sound.take(at(each)))).toEqual([undefined, undefined, undefined, 1]);
    expect(sound.watch(at(6)).misplaced).toBe(3);
    sound.take(at(6));
    expect([7, 15.9, 16, 30].map((each) => sound.watch(at(each)).misplaced)).toEqual([0, 0, 1, 0]);
  });

  it('is missed once when it has stayed away for 10 s, and again after it was there', () => {
    const sound = heard();
    const missedAt = (...times: number[]): number[] => times.filter((each) => sound.watch(at(each)).missed);
    expect(missedAt(0, 9.9, 10, 11, 30)).toEqual([10]);
    sound.present(at(31));
    expect(missedAt(31, 32.5, 42.4, 42.5, 60)).toEqual([42.5]);
    const silent = new Sound();
    silent.offered();
    expect([0, 10].map((each) => silent.watch(at(each)).missed)).toEqual([false, true]);
    const none = new Sound();
    expect([0, 60].map((each) => none.watch(at(each)).missed)).toEqual([false, false]);
  });
});
