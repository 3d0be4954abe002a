import { describe, expect, it } from 'vitest';
import { boxesAt, boxesOf, seenInMedia, whenSeen } from '../../../page/media/boxes.js';
import { PlayClock } from '../../../page/media/clock.js';
import { paceOf } from '../../../page/media/live-pace.js';
import { BEHIND_MOMENT_MS, nudgeOf, standsAt } from '../../../page/media/nudge.js';
import { picturesToKeep, samplesFor, shownIndex, stepFrom } from '../../../page/media/pictures.js';
import { readMaster, readPlaylist } from '../../../page/media/playlist.js';
import { seekNeeds } from '../../../page/media/seek-needs.js';

describe('the clock of what plays together', () => {
  const started = () => {
    const machine = { now: 1000 };
    const clock = new PlayClock(50_000, () => machine.now);
    const passed = (ms: number): number => {
      machine.now += ms;
      return clock.time;
    };
    return { clock, passed };
  };

  it('stands until it plays, and plays at its rate', () => {
    const { clock, passed } = started();
    expect(passed(500)).toBe(50_000);
    clock.play();
    expect(passed(500)).toBe(50_500);
    clock.setRate(4);
    expect(passed(500)).toBe(52_500);
    clock.pause();
    expect(passed(500)).toBe(52_500);
  });

  it('stands while media is on its way, and goes on from there', () => {
    const { clock, passed } = started();
    clock.play();
    passed(100);
    clock.hold(true);
    expect(clock.playing).toBe(true);
    expect(clock.runs).toBe(false);
    expect(passed(5000)).toBe(50_100);
    clock.hold(false);
    expect(passed(100)).toBe(50_200);
  });

  it('is where it was sent, playing or not', () => {
    const { clock, passed } = started();
    clock.play();
    passed(100);
    clock.seek(70_000);
    expect(passed(100)).toBe(70_100);
  });
});

it('an element stands at a moment when it is not before it: there it would show the picture before', () => {
  expect([-1.2, -0.01, 0, BEHIND_MOMENT_MS, 1, 1.4].map(standsAt)).toEqual([false, false, true, true, true, false]);
});

/** An element and the clock, with a start so many ms apart: how far apart they are at last, and the farthest. */
const followed = (start: number, rate: number): { last: number; jumps: number } => {
  let drift = start;
  let jumps = 0;
  for (let tick = 0; tick < 200; tick++) {
    const nudge = nudgeOf(drift, rate);
    if (nudge === 'jump') {
      drift = 0;
      jumps += 1;
    } else drift += (nudge.rate - rate) * 50;
  }
  return { last: drift, jumps };
};

describe('an element that follows the clock', () => {
  it.each([-390, -100, 40, 200, 390])('comes near from %d ms away without a jump', (start) => {
    const { last, jumps } = followed(start, 1);
    expect(Math.abs(last)).toBeLessThan(40);
    expect(jumps).toBe(0);
  });

  it('jumps where making up would take too long', () => {
    expect(nudgeOf(2000, 1)).toBe('jump');
    expect(nudgeOf(-2000, 1)).toBe('jump');
    expect(nudgeOf(600, 4)).not.toBe('jump');
  });

  it('plays at the rate of the clock when it is near', () => {
    expect(nudgeOf(5, 2)).toEqual({ rate: 2 });
  });
});

describe('an element that seeks', () => {
  it('wants little media behind the picture, and more where it has not come there after a while', () => {
    expect(seekNeeds(40, 0)).toBe(640);
    expect(seekNeeds(40, 200)).toBe(640);
    expect(seekNeeds(40, 400)).toBe(1000);
  });

  it('wants a second where pictures are long, or nobody knows how long', () => {
    expect(seekNeeds(500, 0)).toBe(1000);
    expect(seekNeeds(undefined, 0)).toBe(1000);
  });
});

describe('a live view', () => {
  it('plays on near now, faster when it is late, and jumps when it is far', () => {
    expect(paceOf(10, 10.1, 0)).toEqual({ rate: 1 });
    expect(paceOf(10, 10.5, 0)).toEqual({ rate: 1.15 });
    expect(paceOf(10, 12, 0)).toEqual({ jumpTo: 12 - 0.12 });
  });

  it('plays faster still where a jump would take long', () => {
    expect(paceOf(10, 11.5, 0, 1)).toEqual({ rate: 2 });
    expect(paceOf(10, 12.5, 0, 1)).toEqual({ jumpTo: 12.5 - 0.12 });
  });

  it('never jumps before what it has', () => {
    expect(paceOf(0, 5.05, 5)).toEqual({ jumpTo: 5 });
  });
});

describe('walking from picture to picture', () => {
  const times = [0, 40, 80, 120, 160];

  it('knows the one that is shown', () => {
    expect([-1, 0, 39, 39.7, 40, 161].map((time) => shownIndex(times, time))).toEqual([-1, 0, 0, 1, 1, 4]);
  });

  it('goes both ways, and not beyond the ends', () => {
    expect(stepFrom(times, 85, 1)).toBe(120);
    expect(stepFrom(times, 85, -1)).toBe(40);
    expect(stepFrom(times, 0, -1)).toBeUndefined();
    expect(stepFrom(times, 160, 1)).toBeUndefined();
  });

  it('decodes from the keyframe before, in the order of decoding', () => {
    // Decoded as I P B B, then another group.
    const samples = [0, 120, 40, 80, 160, 280, 200, 240].map((time, index) => ({
      ...{ time, duration: 40, from: index, to: index + 1 },
      key: index % 4 === 0,
    }));
    const order = (wanted: number[]) => samplesFor(samples, new Set(wanted)).map(({ time }) => time);
    expect(order([80])).toEqual([0, 120, 40, 80]);
    expect(order([200, 240])).toEqual([160, 280, 200, 240]);
    expect(order([120, 160])).toEqual([0, 120, 40, 80, 160]);
    expect(order([999])).toEqual([]);
  });

  it('keeps fewer of large ones', () => {
    expect(picturesToKeep(640, 360)).toBe(48);
    expect(picturesToKeep(1920, 1080)).toBe(20);
    expect(picturesToKeep(8192, 4320)).toBe(8);
  });
});

describe('boxes over the picture', () => {
  it('come from inferences of events and of the media, whatever the case of their types', () => {
    const box = { l: 0.1, t: 0.2, w: 0.3, h: 0.4 };
    const place = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
    expect(boxesOf([{ type: 'motion', motion: { box } }])).toEqual([{ ...place, kind: 'motion' }]);
    expect(boxesOf([{ type: 'ENTITY', entity: { box, tag: { value: 'person', confidence: 0.874 } } }])).toEqual([
      { ...place, kind: 'object', label: 'person 87 %' },
    ]);
  });

  it.each([
    [undefined],
    [[null]],
    [[{ motion: {} }]],
    [[{ motion: { box: { l: -1, t: 0, w: 1, h: 1 } } }]],
    [[{ motion: { box: { l: 'a', t: 0, w: 1, h: 1 } } }]],
    [[{ motion: { box: { l: 0, t: 0, w: 0, h: 1 } } }]],
  ])('leave out what lies nowhere: %j', (inferences) => {
    expect(boxesOf(inferences)).toEqual([]);
  });

  it('survive media that says nonsense', () => {
    expect(seenInMedia({ time: 1, duration: 1, payload: '{' }).boxes).toEqual([]);
    expect(seenInMedia({ time: 1, duration: 1, payload: 'null' }).boxes).toEqual([]);
  });

  it('lie on what moved until their event, and on objects from theirs on', () => {
    const motion = { left: 0, top: 0, width: 0.1, height: 0.1, kind: 'motion' as const };
    const object = { ...motion, kind: 'object' as const };
    const seen = whenSeen([
      { time: 10_000, duration: 1000, boxes: [motion] },
      { time: 11_200, duration: 1000, boxes: [{ ...motion, left: 0.5 }, object] },
    ]);
    expect(boxesAt(seen, 9900)).toEqual([motion]);
    expect(boxesAt(seen, 10_600)).toEqual([{ ...motion, left: 0.5 }]);
    expect(boxesAt(seen, 11_300)).toEqual([object]);
    expect(boxesAt(seen, 13_000)).toEqual([]);
  });
});

describe('playlists', () => {
  it('tell of pieces, gaps and headers', () => {
    const pieces = readPlaylist(
      [
        '#EXTM3U',
        '#EXT-X-MAP:URI="init-1.mp4"',
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-27T12:00:00.000Z',
        '#EXTINF:4.00000,',
        'media-1.m4s?token=a',
        '#EXTINF:2.50000,',
        'media-2.m4s',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-MAP:URI="init-2.mp4"',
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-27T12:01:00.000Z',
        '#EXTINF:1.00000,',
        'media-3.m4s',
        '#EXT-X-ENDLIST',
      ].join('\n'),
    );
    const at = Date.parse('2026-11-27T12:00:00Z');
    expect(pieces).toEqual([
      { start: at, end: at + 4000, uri: 'media-1.m4s?token=a', header: 'init-1.mp4' },
      { start: at + 4000, end: at + 6500, uri: 'media-2.m4s', header: 'init-1.mp4' },
      { start: at + 60_000, end: at + 61_000, uri: 'media-3.m4s', header: 'init-2.mp4' },
    ]);
  });

  it('name those of pictures and of sound', () => {
    const sound = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",URI="audio(a).m3u8"';
    expect(readMaster(`#EXTM3U\n${sound}\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo(a).m3u8\n`)).toEqual({
      video: 'video(a).m3u8',
      audio: 'audio(a).m3u8',
    });
    expect(readMaster('#EXTM3U\n')).toBeUndefined();
  });
});
