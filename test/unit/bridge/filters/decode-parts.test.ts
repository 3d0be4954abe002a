import { describe, expect, it } from 'vitest';
import { DecodeBacklog } from '../../../../bridge/filters/decode-backlog.js';
import { DecoderClock } from '../../../../bridge/filters/decoder-clock.js';
import { PictureGate } from '../../../../bridge/filters/picture-gate.js';
import { PushOut } from '../../../../bridge/filters/push-out.js';
import { Thinning } from '../../../../bridge/filters/thinning.js';
import { openSegment } from '../../../../bridge/lanes/gdp-writer.js';

const S = 1_000_000;
const times = (fps: number, seconds: number, start = 0): number[] =>
  Array.from({ length: fps * seconds }, (_, n) => start + Math.round((n * S) / fps));

describe('Thinning', () => {
  it('takes every fifth of 25 for 5', () => {
    const thinning = new Thinning(5);
    expect(times(25, 2).filter((pts) => thinning.takes(pts))).toEqual(times(5, 2));
  });

  it.each([
    [12.5, 5],
    [30, 5],
    [15, 4],
    [25, 0.5],
    [29.97, 10],
  ])('gives %d fps no more and hardly less than %d', (fps, maxFps) => {
    const thinning = new Thinning(maxFps);
    const taken = Array.from({ length: fps * 60 }, (_, n) => Math.round((n * S) / fps)).filter((pts) =>
      thinning.takes(pts),
    );
    expect(taken.length).toBeLessThanOrEqual(60 * maxFps + 1);
    expect(taken.length).toBeGreaterThanOrEqual(60 * maxFps * 0.95);
  });

  it('takes all of a slower camera, and all when 0', () => {
    const slow = new Thinning(5);
    expect(times(2, 5).every((pts) => slow.takes(pts))).toBe(true);
    const all = new Thinning(0);
    expect(times(25, 2).every((pts) => all.takes(pts))).toBe(true);
  });

  it('starts anew when time goes back', () => {
    const thinning = new Thinning(1);
    expect([0, S, 500_000, 600_000, 1_500_000].map((pts) => thinning.takes(pts))).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
  });
});

const timeOf = (clock: DecoderClock, pts: number, key: boolean): number => clock.next(pts, key).time;

describe('DecoderClock of all pictures', () => {
  it('is the stream clock while that grows', () => {
    const clock = new DecoderClock(0);
    for (const pts of [0, 120_000, 40_000, 80_000])
      expect(clock.next(pts, pts === 0)).toMatchObject({ time: pts, shown: true });
    expect([0, 40_000, 80_000, 120_000].map((time) => clock.picture(time))).toEqual([0, 40_000, 80_000, 120_000]);
  });

  it('goes on when a group of pictures is fed again, and finds the way back', () => {
    const clock = new DecoderClock(0);
    const given = [
      timeOf(clock, 0, true),
      timeOf(clock, 40_000, false),
      timeOf(clock, 0, true),
      timeOf(clock, 40_000, false),
    ];
    expect([...given].sort((a, b) => a - b)).toEqual(given);
    expect(new Set(given).size).toBe(4);
    expect(given.map((time) => clock.picture(time))).toEqual([0, 40_000, 0, 40_000]);
  });

  it('has no times below 0', () => {
    const clock = new DecoderClock(0);
    const given = [-2 * S, -S].map((pts) => timeOf(clock, pts, true));
    expect(Math.min(...given)).toBeGreaterThanOrEqual(0);
    expect(given.map((time) => clock.picture(time))).toEqual([-2 * S, -S]);
  });

  it('takes a camera that sets its clock back, with leading pictures before the keyframe', () => {
    const clock = new DecoderClock(0);
    timeOf(clock, 3600 * S, true);
    const key = timeOf(clock, 10 * S, true);
    const leading = timeOf(clock, 10 * S - 40_000, false);
    expect(leading).toBeGreaterThan(3600 * S);
    expect(clock.picture(leading)).toBe(10 * S - 40_000);
    expect(clock.picture(key)).toBe(10 * S);
  });

  it('knows a picture once, and does not wait for ever for those that are lost', () => {
    const clock = new DecoderClock(0);
    for (let n = 0; n < 100_000; n++) clock.next(n * 40_000, n === 0);
    const given = Array.from({ length: 100_000 }, (_, n) => n * 40_000);
    expect(given.filter((time) => clock.picture(time) !== undefined).length).toBeLessThanOrEqual(1024);
    clock.next(4_000_040_000, false);
    expect([clock.picture(4_000_040_000), clock.picture(4_000_040_000)]).toEqual([4_000_040_000, undefined]);
  });
});

describe('DecoderClock of some pictures', () => {
  const feedAll = (clock: DecoderClock, units: readonly number[]) =>
    units.map((pts, n) => ({ pts, ...clock.next(pts, n === 0) }));

  it('chooses them evenly, and takes no others', () => {
    const clock = new DecoderClock(5);
    const fed = feedAll(clock, times(25, 4));
    expect(fed.filter((unit) => unit.shown).map((unit) => unit.pts)).toEqual(times(5, 4));
    const got = fed.map((unit) => clock.picture(unit.time)).filter((pts) => pts !== undefined);
    expect(got).toEqual(times(5, 4));
  });

  it('chooses from those that lead when pictures come in decoding order', () => {
    const clock = new DecoderClock(5);
    const order = [0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 15, 13, 14, 18, 16, 17].map((n) => n * 40_000);
    const shown = feedAll(clock, order).filter((unit) => unit.shown);
    expect(shown.map((unit) => unit.pts)).toEqual([...shown.map((unit) => unit.pts)].sort((a, b) => a - b));
    expect(shown.length).toBeGreaterThanOrEqual(3);
  });

  it('does not take the picture after a lost one for it', () => {
    const clock = new DecoderClock(5);
    const shown = feedAll(clock, times(25, 1)).filter((unit) => unit.shown);
    const lost = shown[1]!;
    const got = shown.filter((unit) => unit !== lost).map((unit) => clock.picture(unit.time));
    expect(got).toEqual(times(5, 1).filter((pts) => pts !== lost.pts));
    expect(clock.picture(lost.time)).toBeUndefined();
  });

  it('starts again where a group of pictures is fed again, and copies have times of their own', () => {
    const clock = new DecoderClock(1);
    const first = clock.next(0, true);
    const copy = clock.copy();
    const after = clock.next(40_000, false);
    expect([first.time, copy, after.time]).toEqual([first.time, copy, after.time].sort((a, b) => a - b));
    const again = clock.next(0, true);
    expect(again.shown).toBe(true);
    expect(again.time).toBeGreaterThan(after.time);
    expect(clock.picture(again.time)).toBe(0);
  });

  it('takes one that is wanted besides, and the others as without it', () => {
    const clock = new DecoderClock(5);
    const wanted = 120_000;
    const shown = times(25, 2).filter((pts) => clock.next(pts, pts === 0 || pts === wanted, pts === wanted).shown);
    expect(shown).toEqual([...times(5, 2), wanted].sort((a, b) => a - b));
    expect(clock.picture(wanted)).toBe(wanted);
    // One that is due anyway changes nothing.
    const even = new DecoderClock(5);
    expect(times(25, 2).filter((pts) => even.next(pts, pts % S === 0, pts % S === 0).shown)).toEqual(times(5, 2));
  });

  it('holds for long pauses and negative times', () => {
    const clock = new DecoderClock(0.01);
    const fed = feedAll(clock, [-90 * S, -50 * S, 0, 4 * S, 10 * S, 20 * S]);
    expect(fed.map((unit) => unit.shown)).toEqual([true, false, false, false, true, false]);
    expect(fed.every((unit) => unit.time >= 0)).toBe(true);
    expect(fed.filter((unit) => unit.shown).map((unit) => clock.picture(unit.time))).toEqual([-90 * S, 10 * S]);
  });
});

describe('PictureGate', () => {
  /** `W` wanted, `u` not, `b` not and shown before a unit that came earlier; what is put before each. */
  const through = (turns: string, held = 0): string => {
    const gate = new PictureGate();
    const open = openSegment();
    return [...turns]
      .map((turn) => {
        const packet = gate.before({ shown: turn === 'W', leads: turn !== 'b' }, held);
        return (packet === undefined ? '' : packet.equals(open) ? '<' : '>') + turn;
      })
      .join('');
  };

  it('closes behind each wanted picture and opens before the next', () => {
    expect(through('WuuuuWuuuuWWu')).toBe('W>uuuu<W>uuuu<WW>u');
  });

  it('stays open for those that are shown before a wanted one', () => {
    expect(through('WubbWbbubb')).toBe('W>ubb<Wbb>ubb');
  });

  it('stays open until a wanted picture has come out that is held back for several others', () => {
    expect(through('WbbubbuW', 1)).toBe('Wbb>ubbu<W');
    expect(through('WbbubbuuW', 2)).toBe('Wbbubbu>u<W');
    expect(through('WuuuuWuuuu', 3)).toBe('Wuuu>u<Wuuu>u');
  });
});

describe('DecodeBacklog', () => {
  it('counts what was fed after the last picture', () => {
    const backlog = new DecodeBacklog(() => 0);
    for (const pts of [0, 120, 40, 80]) backlog.fed(pts, 100, true);
    expect(backlog.bytes(0)).toBe(400);
    backlog.picture(0);
    backlog.picture(40);
    expect(backlog.bytes(0)).toBe(300);
    backlog.picture(80);
    backlog.picture(120);
    expect(backlog.bytes(0)).toBe(0);
    expect(backlog.bytes(5000)).toBe(5000);
  });

  it('gives up on pictures that never come, but not while bytes wait or pictures do come', () => {
    let now = 0;
    const backlog = new DecodeBacklog(() => now);
    backlog.fed(1, 100, true);
    backlog.fed(2, 100, true);
    now = 900;
    expect(backlog.bytes(0)).toBe(200);
    backlog.picture(1);
    now = 1800;
    expect(backlog.bytes(0)).toBe(100);
    now = 2000;
    expect(backlog.bytes(1)).toBe(100);
    expect(backlog.bytes(0)).toBe(0);
  });

  it('counts nothing that no picture will tell of', () => {
    const backlog = new DecodeBacklog(() => 0);
    const feed = (from: number, to: number) => {
      for (let n = from; n < to; n++) backlog.fed(n, 100, n % 5 === 0);
    };
    feed(0, 4);
    expect(backlog.bytes(0)).toBe(400);
    backlog.picture(0);
    expect(backlog.bytes(0)).toBe(0);
    feed(4, 5);
    expect(backlog.bytes(0)).toBe(0);
    feed(5, 8);
    expect(backlog.bytes(0)).toBe(300);
  });

  it('does not grow with what is done', () => {
    const backlog = new DecodeBacklog(() => 0);
    for (let n = 0; n < 100_000; n++) {
      backlog.fed(n, 10, true);
      backlog.picture(n - 5);
    }
    expect(backlog.bytes(0)).toBe(50);
  });
});

describe('PushOut', () => {
  const copiesAfter = (order: readonly number[], said = 0): number => {
    const [pushOut, clock] = [new PushOut(), new DecoderClock(0)];
    for (let gop = 0; gop < 3; gop++) {
      for (const [n, place] of order.entries()) {
        const [pts, key] = [gop * 10 * S + place, n === 0];
        pushOut.unit(pts, key, clock.next(pts, key).leads);
      }
    }
    return pushOut.copies(said);
  };

  it.each([
    ['none where units come in the order of their pictures', [0, 1, 2, 3, 4], 0],
    ['one where a picture comes before those that are shown earlier', [0, 3, 1, 2, 6, 4, 5], 1],
    ['two where others refer to such a one', [0, 4, 2, 1, 3, 8, 6, 5, 7], 2],
    ['one for pictures that are shown before their keyframe', [0, -2, -1, 1, 2], 1],
  ])('makes as many copies as pictures are held back: %s', (_what, order, copies) => {
    expect(copiesAfter(order)).toBe(copies);
  });

  it.each([
    [[0, 1, 2], 2, 2],
    [[0, 4, 2, 1, 3], 1, 2],
    [[0, 1, 2], 16, 4],
  ])('believes the stream if that says more, but not everything: %j, said %d', (order, said, copies) => {
    expect(copiesAfter(order, said)).toBe(copies);
  });

  it('knows the pictures of copies, those too that come before a lost one', () => {
    const pushOut = new PushOut();
    for (const time of [S + 1, S + 2, 2 * S + 1]) pushOut.fed(time);
    expect([S, S + 2, 2 * S, 2 * S + 1, 2 * S + 2].map((time) => pushOut.isCopy(time))).toEqual([
      ...[false, true, false, true, false],
    ]);
  });
});
