import { describe, expect, it } from 'vitest';
import { Sound } from '../../../../engine/camera/sound.js';
import { type MediaTime, seconds } from '../../../../engine/core/time.js';

const CAPS = { track: 'audio', text: 'audio/x-alaw, rate=8000', mediaType: 'audio/x-alaw' } as const;
const at = (s: number) => seconds(s) as MediaTime;

/** Sound that is known, with what of it came. */
const heard = (...times: number[]): Sound => {
  const sound = new Sound();
  sound.caps(CAPS);
  for (const each of times) sound.take(at(each));
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
    sound.connectionEnded();
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
    sound.take(at(31));
    expect(missedAt(31, 32.5, 42.4, 42.5, 60)).toEqual([42.5]);
    const none = new Sound();
    expect([0, 60].map((each) => none.watch(at(each)).missed)).toEqual([false, false]);
  });

  it('is not written any more after a file that it made fail, also by another connection', () => {
    const sound = heard(1);
    const failure = { kind: 'error', failure: 'format', code: 'stream.failed', message: '' } as const;
    expect(sound.blame(CAPS, { ...failure, failure: 'file' })).toBe('innocent');
    expect(sound.blame(CAPS, { ...failure, code: 'noParameterSets' })).toBe('innocent');
    expect(sound.blame(CAPS, { kind: 'stopped' })).toBe('innocent');
    expect(sound.at(at(1))).toBeDefined();
    expect(sound.blame(CAPS, failure)).toBe('condemned');
    expect(sound.blame(CAPS, failure)).toBe('known');
    sound.caps(CAPS);
    sound.take(at(2));
    expect(sound.at(at(2))).toBeUndefined();
    sound.caps({ ...CAPS, text: 'another' });
    sound.take(at(3));
    expect(sound.at(at(3))).toBeDefined();
  });

  it('is to blame for the second host that is lost', () => {
    const sound = heard(1);
    const lost = { kind: 'hostLost', message: '' } as const;
    expect(sound.blame(CAPS, lost)).toBe('innocent');
    expect(sound.at(at(1))).toBeDefined();
    expect([sound.blame(CAPS, lost), sound.blame(CAPS, lost)]).toEqual(['condemned', 'known']);
    expect(sound.at(at(1))).toBeUndefined();
  });

  it('is not to blame for hosts that are lost far apart, and stays to blame once it is', () => {
    const sound = heard(1);
    const lost = { kind: 'hostLost', message: '' } as const;
    const blamedAt = (seconds: number): string => {
      sound.watch(at(seconds));
      return sound.blame(CAPS, lost);
    };
    expect([0, 601, 1300, 1310, 5000].map(blamedAt)).toEqual([
      'innocent',
      'innocent',
      'innocent',
      'condemned',
      'known',
    ]);
  });
});
