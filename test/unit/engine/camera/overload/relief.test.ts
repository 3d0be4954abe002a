import { describe, expect, it } from 'vitest';
import {
  type CameraLoad,
  type LoadReport,
  Relief,
  type ReliefStep,
} from '../../../../../engine/camera/overload/relief.js';
import type { Priority } from '../../../../../engine/core/priority.js';
import { seconds } from '../../../../../engine/core/time.js';

type Facts = Partial<Pick<CameraLoad, 'priority' | 'cost' | 'reducible'>>;

interface Second {
  /** Who loses units in it. Default: nobody. */
  losing?: readonly string[];
  /** Who loses pictures at the detector. */
  unjudged?: readonly string[];
  busy?: boolean;
  mainThreadBehind?: boolean;
  seconds?: number;
}

/** Cameras without media: what they lose is up to the test. */
class World {
  readonly relief = new Relief();
  readonly cameras = new Map<string, Facts>();
  readonly reduced = new Set<string>();
  /** `-name` for a camera that is reduced, `+name` for one that comes back, with the second in which it is. */
  readonly steps: { at: number; what: string }[] = [];
  readonly causes: Extract<ReliefStep, { kind: 'reduce' }>[] = [];
  at = 0;

  constructor(cameras: Record<string, Facts>) {
    for (const [key, facts] of Object.entries(cameras)) this.cameras.set(key, facts);
  }

  second({
    losing = [],
    unjudged = [],
    busy = true,
    mainThreadBehind = false,
    seconds: passed = 1,
  }: Second = {}): void {
    this.at += passed;
    const lost = (key: string) => ({
      decoderBehind: losing.includes(key) ? 20 : 0,
      detectorBusy: unjudged.includes(key) ? 3 : 0,
    });
    const cameras = [...this.cameras].map(([key, { priority = 'normal', cost = 1, reducible = true }]): CameraLoad => {
      const reduced = this.reduced.has(key);
      return { key, priority, cost, lost: lost(key), reduced, reducible: reducible && !reduced };
    });
    const report: LoadReport = { at: seconds(this.at), cameras, mainThreadBehind, busy };
    for (const step of this.relief.report(report)) {
      if (step.kind === 'reduce') {
        this.reduced.add(step.key);
        this.causes.push(step);
      } else this.reduced.delete(step.key);
      this.steps.push({ at: this.at, what: `${step.kind === 'reduce' ? '-' : '+'}${step.key}` });
    }
  }

  run(count: number, second: (at: number) => Second = () => ({})): this {
    for (let passed = 0; passed < count; passed++) this.second(second(this.at));
    return this;
  }

  /** All that are not reduced lose something, for as long as there are more than fit. */
  load(count: number, room: (at: number) => number): this {
    return this.run(count, (at) => {
      const full = [...this.cameras.keys()].filter((key) => !this.reduced.has(key));
      return { losing: full.length > room(at) ? full : [] };
    });
  }

  get told(): string[] {
    return this.steps.map(({ what }) => what);
  }
}

const byPriority = (...priorities: Priority[]): Record<string, Facts> =>
  Object.fromEntries(priorities.map((priority, index) => [`${priority}${index}`, { priority }]));

const equal = (count: number): Record<string, Facts> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`camera${index}`, {}]));

describe('a machine that is overloaded', () => {
  it('reduces the cameras with the lowest priority first, one after another, and no more than it takes', () => {
    const world = new World(byPriority('high', 'normal', 'low', 'normal', 'low'));
    world.load(60, () => 2);
    expect(world.told).toEqual(['-low2', '-low4', '-normal1']);
    world.load(60, () => 1);
    expect(world.told.slice(3)).toEqual(['-normal3']);
    world.load(60, () => 0);
    expect(world.told.slice(4)).toEqual(['-high0']);
  });

  it('brings them back one after another, the highest priority first', () => {
    const world = new World(byPriority('high', 'normal', 'low', 'normal', 'low'));
    world.load(50, () => 0);
    expect(world.reduced.size).toBe(5);
    const fine = world.at;
    world.steps.length = 0;
    world.load(300, () => 5);
    expect(world.told).toEqual(['+high0', '+normal1', '+normal3', '+low2', '+low4']);
    const pauses = world.steps.map(({ at }, index) => at - (world.steps[index - 1]?.at ?? fine));
    // A minute, of which a part had passed, and then 20 s each.
    expect(pauses[0]).toBeGreaterThanOrEqual(30);
    expect(pauses[0]).toBeLessThanOrEqual(60);
    expect(pauses.slice(1)).toEqual([20, 20, 20, 20]);
  });

  it('does so when work has been lost for six seconds, however they lie within fifteen', () => {
    const dense = new World(equal(2));
    dense.run(6, () => ({ losing: ['camera0'] }));
    expect(dense.told).toEqual([]);
    dense.run(1, () => ({ losing: ['camera0'] }));
    expect(dense.told).toEqual(['-camera0']);
    const spread = new World(equal(2));
    spread.run(16, (at) => ({ losing: at % 5 < 2 ? ['camera0'] : [] }));
    expect(spread.told).toEqual(['-camera0']);
  });

  it.each([
    ['five seconds of it in fifteen', (at: number) => at % 15 < 5],
    ['a second of it now and then', (at: number) => at % 8 < 2],
  ])('is not told by %s', (_what, isBad) => {
    const world = new World(equal(2));
    world.run(3600, (at) => ({ losing: isBad(at) ? ['camera0', 'camera1'] : [] }));
    expect(world.told).toEqual([]);
  });

  it('is not told by full processors alone', () => {
    expect(new World(equal(8)).run(3600, () => ({ busy: true })).told).toEqual([]);
  });

  it('takes no report for more than three seconds: what was between two is not known', () => {
    const world = new World(equal(2));
    world.second();
    world.second({ losing: ['camera0'], seconds: 3600 });
    expect(world.told).toEqual([]);
    world.second({ losing: ['camera0'], seconds: 3 });
    expect(world.told).toEqual(['-camera0']);
  });

  it('says who was too slow', () => {
    const decoders = new World(equal(1)).run(8, () => ({ losing: ['camera0'] }));
    const detectors = new World(equal(1)).run(8, () => ({ unjudged: ['camera0'] }));
    const thread = new World(equal(1)).run(8, () => ({ mainThreadBehind: true, busy: true }));
    expect([decoders, detectors, thread].map(({ causes }) => causes[0]?.cause)).toEqual([
      'decoderBehind',
      'detectorBusy',
      'mainThreadBusy',
    ]);
  });

  it('leaves those alone that decode keyframes anyway, and does nothing if there are no others', () => {
    const world = new World({ calm: { priority: 'low', reducible: false }, moving: {}, other: { reducible: false } });
    world.run(100, () => ({ losing: ['moving', 'other'] }));
    expect(world.told).toEqual(['-moving']);
  });

  it('reduces and restores a tenth of many at a time', () => {
    const world = new World(equal(100));
    world.load(7, () => 60);
    expect(world.told).toHaveLength(10);
    world.load(40, () => 60);
    expect(world.reduced.size).toBeGreaterThanOrEqual(40);
    expect(world.reduced.size).toBeLessThan(50);
    world.load(600, () => 100);
    expect(world.reduced.size).toBe(0);
  });

  it('never takes cameras of two priorities in one step', () => {
    const low = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`low${n}`, { priority: 'low' as const }]));
    const world = new World({ ...equal(60), ...low });
    world.load(7, () => 0);
    expect(world.told).toEqual(['-low0', '-low1', '-low2']);
  });
});

describe('among cameras of one priority', () => {
  it('begins with the one that costs most', () => {
    const world = new World({ small: { cost: 1 }, large: { cost: 9 }, middle: { cost: 4 } });
    world.load(60, () => 1);
    expect(world.told).toEqual(['-large', '-middle']);
  });

  it('lets each have its turn before one has its second', () => {
    const world = new World(equal(4));
    // Three fit, then all do, again and again.
    world.load(6 * 3600, (at) => (at % 2400 < 1200 ? 3 : 4));
    const turns = world.told.filter((what) => what.startsWith('-'));
    expect(turns.length).toBeGreaterThanOrEqual(8);
    for (let first = 0; first + 4 <= turns.length; first += 4) {
      expect(new Set(turns.slice(first, first + 4)).size).toBe(4);
    }
  });

  it('prefers those that lose work as it is', () => {
    const world = new World({ large: { cost: 9 }, unlucky: {} });
    world.run(7, () => ({ losing: ['unlucky'] }));
    expect(world.told).toEqual(['-unlucky']);
  });
});

describe('where the machine has something to spare', () => {
  it('a camera that one decoder cannot keep up with takes nothing from the others', () => {
    const world = new World({ low: { priority: 'low' }, heavy: { priority: 'high' }, normal: {} });
    world.run(60, () => ({ losing: ['heavy'], busy: false }));
    expect(world.told).toEqual(['-heavy']);
    expect(world.causes[0]?.shared).toBe(false);
  });

  it('several that lose work are reduced in their order', () => {
    const world = new World({ low: { priority: 'low' }, high: { priority: 'high' }, idle: { priority: 'low' } });
    world.run(20, () => ({ losing: ['low', 'high'].filter((key) => !world.reduced.has(key)), busy: false }));
    expect(world.told).toEqual(['-low', '-high']);
  });
});

describe('a load that comes and goes', () => {
  /** Most reductions of one camera in any hour of the run, from a second on. */
  const most = ({ steps }: World, from = 0): number => {
    const cameras = new Set(steps.map(({ what }) => what));
    const counts = [...cameras]
      .filter((what) => what.startsWith('-'))
      .flatMap((camera) => {
        const times = steps.filter(({ what, at }) => what === camera && at >= from).map(({ at }) => at);
        return times.map((start) => times.filter((at) => at >= start && at < start + 3600).length);
      });
    return Math.max(0, ...counts);
  };

  it.each([20, 45, 70, 90, 140, 200, 300, 700, 1500, 2900, 4000])(
    'reduces no camera more than seven times in an hour if it changes every %d s, and four times later on',
    (period) => {
      const world = new World(equal(3));
      world.load(8 * 3600, (at) => (Math.floor(at / period) % 2 === 0 ? 2 : 3));
      expect(world.steps.length).toBeGreaterThan(0);
      expect(most(world)).toBeLessThanOrEqual(7);
      expect(most(world, 3 * 3600)).toBeLessThanOrEqual(4);
    },
  );

  it('does not either if it comes back as soon as a camera does', () => {
    const world = new World(equal(1));
    world.load(8 * 3600, () => 0);
    const reduced = world.steps.filter(({ what }) => what.startsWith('-'));
    expect(reduced.length).toBeGreaterThan(10);
    expect(most(world)).toBe(7);
    expect(most(world, 3 * 3600)).toBeLessThanOrEqual(4);
    // Each time that a camera comes back is twice as far from when it went, up to sixteen minutes.
    const away = world.steps.flatMap(({ what, at }, index) =>
      what.startsWith('+') ? [at - world.steps[index - 1]!.at] : [],
    );
    expect(away.slice(0, 6).map((each) => Math.round(each / 60))).toEqual([1, 2, 4, 8, 16, 16]);
  });

  it('keeps a camera reduced while work is lost now and then', () => {
    const world = new World(equal(2));
    world.load(20, () => 1);
    world.run(600, (at) => ({ losing: at % 10 < 2 ? ['camera1'] : [] }));
    expect(world.told).toEqual(['-camera0']);
  });

  it('is forgotten after an hour in which no camera was reduced', () => {
    const world = new World(equal(1));
    world.load(2 * 3600, () => 0);
    world.load(3 * 3600, () => 1);
    expect(world.reduced.size).toBe(0);
    world.steps.length = 0;
    world.load(10, () => 0);
    world.load(80, () => 1);
    expect(world.told).toEqual(['-camera0', '+camera0']);
  });
});

describe('a camera', () => {
  it('that is gone is forgotten, and not taken for reduced when it comes again', () => {
    const world = new World(equal(2));
    world.load(10, () => 1);
    expect(world.told).toEqual(['-camera0']);
    world.reduced.delete('camera0');
    world.load(20, () => 1);
    expect(world.told).toEqual(['-camera0', '-camera1']);
    world.cameras.delete('camera1');
    world.load(300, () => 1);
    expect(world.told).toHaveLength(2);
  });

  it('whose priority rises comes back before the others', () => {
    const world = new World(equal(3));
    world.load(60, () => 0);
    world.cameras.set('camera2', { priority: 'high' });
    world.load(300, () => 3);
    expect(world.told.slice(3)).toEqual(['+camera2', '+camera0', '+camera1']);
  });
});
