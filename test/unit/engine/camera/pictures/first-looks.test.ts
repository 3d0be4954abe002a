import { expect, it } from 'vitest';
import { GopRing } from '../../../../../engine/camera/gop-ring.js';
import { FirstLooks, type FirstLookTurn } from '../../../../../engine/camera/pictures/first-looks.js';
import { CameraPictures } from '../../../../../engine/camera/pictures/pictures.js';
import { parseDecodePolicy } from '../../../../../engine/core/decode-policy.js';
import { silentLogger } from '../../../../../engine/core/log.js';
import type { Priority } from '../../../../../engine/core/priority.js';
import { seconds } from '../../../../../engine/core/time.js';
import { EngineMetrics } from '../../../../../engine/metrics/metrics.js';
import { FakeBridge, H264_CAPS, latest } from '../../../../kit/fake-bridge.js';
import { FakeClock } from '../../../../kit/fake-clock.js';
import { FRAME, unitAt } from '../../../../kit/units.js';

const SMALL = 640 * 360 * 25;
const WHOLE = 150e6;

/** Those whose turn has come, in order. */
function rig(processors = 1) {
  const load = { used: 0, processors: () => load.used };
  const clock = new FakeClock();
  const looks = new FirstLooks({ clock, processors, load });
  const turns = new Map<string, FirstLookTurn>();
  const came: string[] = [];
  const ask = (name: string, cost: number, priority: Priority = 'normal'): FirstLookTurn => {
    const turn = looks.ask({ cost, priority, onTurn: () => came.push(name) });
    if (turn.hasCome) came.push(name);
    turns.set(name, turn);
    return turn;
  };
  return { looks, ask, came, load, clock, end: (name: string) => turns.get(name)!.end() };
}

it('as many look at once as the processors have time for, half of it, and no more are added in a second than can be watched', () => {
  const { looks, ask, clock } = rig(2);
  const turns = Array.from({ length: 100 }, (_, i) => {
    if (i % 10 === 0) clock.advance(1_000);
    return ask(String(i), SMALL);
  });
  expect(turns.filter(({ hasCome }) => hasCome)).toHaveLength(Math.floor((2 * WHOLE) / SMALL));
  expect(looks.waiting).toBe(100 - 52);
  const atOnce = rig(2);
  for (let i = 0; i < 100; i++) atOnce.ask(String(i), SMALL);
  // Those that always fit, and what is added before the next look.
  expect(atOnce.looks.waiting).toBe(100 - 8 - 13);
});

it('fewer look at once where the processors have little to spare, as was the case within the last second', () => {
  const { looks, ask, load, clock, end } = rig();
  load.used = 0.9;
  for (let i = 0; i < 10; i++) ask(String(i), SMALL);
  expect(looks.waiting).toBe(6);
  load.used = 0.3;
  end('0');
  expect(looks.waiting).toBe(5);
  clock.advance(1_000);
  end('1');
  expect(looks.waiting).toBe(0);
});

it('one that is over lets the next look, the more important before those that have waited for longer', () => {
  const { looks, ask, came, end } = rig();
  ask('first', WHOLE);
  for (const name of ['low', 'b', 'c', 'high'] as const) {
    ask(name, WHOLE, name === 'low' || name === 'high' ? name : 'normal');
  }
  for (const name of ['first', 'high', 'b', 'c', 'low']) end(name);
  expect(came).toEqual(['first', 'high', 'b', 'c', 'low']);
  expect(looks.waiting).toBe(0);
});

it('one that costs more than all may looks alone, and nobody overtakes it', () => {
  const { ask, came, end } = rig();
  ask('small', SMALL);
  ask('large', 3 * WHOLE);
  ask('late', SMALL);
  expect(came).toEqual(['small']);
  end('small');
  expect(came).toEqual(['small', 'large']);
  end('large');
  end('large');
  expect(came).toEqual(['small', 'large', 'late']);
});

it('one that is looked at closely again counts again', () => {
  const { looks, ask, came } = rig();
  const first = ask('first', WHOLE);
  first.closely(false);
  first.closely(true);
  const second = ask('second', WHOLE);
  second.closely(true);
  expect([came, looks.waiting]).toEqual([['first'], 1]);
  first.closely(false);
  expect(came).toEqual(['first', 'second']);
});

it('those who wait need nobody who leaves, only time for the processors to show that they can do more', () => {
  const { looks, ask, load, clock } = rig();
  const turns = Array.from({ length: 20 }, (_, i) => ask(String(i), SMALL));
  expect(looks.waiting).toBe(10);
  turns[19]!.again();
  expect(looks.waiting).toBe(10);
  clock.advance(1_000);
  turns[19]!.again();
  expect(looks.waiting).toBe(4);
  load.used = 0.9;
  for (let second = 0; second < 14; second++) {
    clock.advance(1_000);
    turns[19]!.again();
  }
  expect(looks.waiting).toBe(4);
  clock.advance(1_000);
  turns[19]!.again();
  expect(looks.waiting).toBe(3);
});

it('one that leaves the queue is not called', () => {
  const { looks, ask, came, end } = rig();
  ask('first', WHOLE);
  ask('gone', WHOLE);
  ask('next', WHOLE);
  end('gone');
  end('first');
  expect([came, looks.waiting]).toEqual([['first', 'next'], 0]);
});

it('a camera shows its keyframes until its turn comes, and then everything until they are enough', () => {
  const { looks, ask, came, end, clock } = rig();
  ask('another', WHOLE);
  const ring = new GopRing({ spanMicros: seconds(5) });
  const bridge = new FakeBridge();
  const metrics = new EngineMetrics({ clock });
  const pictures = new CameraPictures({
    ...{ bridge, clock, ring, log: silentLogger(), owner: 'a camera', blindAfter: seconds(5), firstLooks: looks },
    ...{ metrics: metrics.camera('camera'), timings: metrics },
    capsOf: () => ({ ...H264_CAPS, width: 640, height: 360 }),
    onLate: () => {},
  });
  let frame = 0;
  let shown = 0;
  let decoder: unknown;
  const feed = pictures.open(
    { width: 320, format: 'i420', policy: parseDecodePolicy('adaptive')! },
    {
      onPicture: ({ pts }) => feed.judged({ pts, slightly: false, differs: false, moves: false }),
      onRewind: () => true,
    },
  );
  const stream = (units: number): number => {
    const before = bridge.decodes.reduce((sum, { fed }) => sum + fed.length, 0);
    for (let i = 0; i < units; i++) {
      clock.advance(FRAME / 1000);
      pictures.unit(ring.push(unitAt(frame++, { gop: 50, bytes: 1000, at: clock.monotonic() })));
      const now = latest(bridge.decodes);
      if (now !== decoder) shown = 0;
      decoder = now;
      while (shown < now.fed.length) now.picture(now.fed[shown++]!.pts!);
    }
    return bridge.decodes.reduce((sum, { fed }) => sum + fed.length, 0) - before;
  };
  expect(stream(100)).toBe(2);
  expect([pictures.policy?.kind, pictures.askedPolicy?.kind, looks.waiting]).toEqual(['keyframes', 'adaptive', 1]);
  end('another');
  expect(stream(100)).toBeGreaterThanOrEqual(100);
  expect([pictures.policy?.kind, looks.waiting]).toEqual(['adaptive', 0]);
  // It is over when keyframes are enough.
  ask('next', WHOLE);
  stream(200);
  expect([pictures.glances, came]).toEqual([true, ['another', 'next']]);
  // Of another stream, everything is new.
  pictures.cameraLost();
  expect(stream(50)).toBe(1);
  // However long the others take, it does not wait for ever.
  expect(stream(25 * 18)).toBeGreaterThan(25 * 2);
  expect(looks.waiting).toBe(0);
  pictures.cameraLost();
  stream(50);
  expect(looks.waiting).toBe(1);
  feed.close();
  expect(looks.waiting).toBe(0);
  pictures.close();
});
