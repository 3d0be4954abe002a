import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../engine/core/log.js';
import { MICROS_PER_SECOND, seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { dayFileName, dayOf, encodeSecond, readDay, wholeBytes } from '../../../../engine/motion-history/day-file.js';
import { MotionHistory } from '../../../../engine/motion-history/motion-history.js';
import { fieldsOf } from '../../../../engine/motion-history/motion-search.js';
import { ENERGY_GRID } from '../../../../wasm/types.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { tempDir } from '../../../kit/temp-dir.js';

const DAY = (Date.UTC(2026, 10, 27) * 1000) as UtcMicros;
const ALL = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
const WHOLE = { x: 0, y: 0, w: 1, h: 1 };

const at = (second: number, day = DAY): UtcMicros => (day + second * MICROS_PER_SECOND) as UtcMicros;

/** Energies with one field of the grid. */
const moving = (column: number, row: number, energy = 100): Uint8Array => {
  const energies = new Uint8Array(ENERGY_GRID ** 2);
  energies[row * ENERGY_GRID + column] = energy;
  return energies;
};

const open = (folder = join(tempDir(), 'motion'), keep = seconds(86_400 * 31)) => {
  const clock = new FakeClock();
  const history = new MotionHistory({ folder, clock, log: silentLogger(), keep });
  return { history, clock, folder };
};

describe('the file of a day', () => {
  it('gives back what was put in, and knows where it is torn', () => {
    const random = randomOf(7);
    const put = Array.from({ length: 300 }, () => ({
      utc: at(Math.floor(random() * 86_400)),
      energies: Uint8Array.from({ length: 256 }, () => (random() < 0.1 ? 1 + Math.floor(random() * 255) : 0)),
    })).filter(({ energies }) => energies.some((each) => each > 0));
    put.push({ utc: at(86_399), energies: new Uint8Array(256).fill(255) });
    const bytes = Buffer.concat(put.map(({ utc, energies }) => encodeSecond(utc, energies)));
    const read = [...readDay(bytes, DAY)].map(({ utc, fields }) => {
      const energies = new Uint8Array(256);
      for (let index = 0; index < fields.length; index += 2) energies[fields[index]!] = fields[index + 1]!;
      return { utc, energies };
    });
    expect(read).toEqual(put);
    const last = encodeSecond(put.at(-1)!.utc, put.at(-1)!.energies).length;
    for (let cut = 1; cut <= last; cut++) {
      expect(wholeBytes(bytes.subarray(0, bytes.length - cut))).toBe(bytes.length - last);
    }
    expect([...readDay(bytes.subarray(0, bytes.length - 1), DAY)]).toHaveLength(put.length - 1);
  });

  it('is named after its day', () => {
    expect(dayFileName(at(5))).toBe('2026-11-27.motion');
    expect(dayOf('2026-11-27.motion')).toBe(DAY);
    for (const name of ['2026-13-01.motion', '2026-11-27.mp4', 'x2026-11-27.motion'])
      expect(dayOf(name)).toBeUndefined();
  });
});

describe('the fields of a region', () => {
  it('are those of which a good part is inside', () => {
    const inside = (region: Parameters<typeof fieldsOf>[0]) =>
      [...fieldsOf(region)].flatMap((is, index) =>
        is ? [`${index % ENERGY_GRID},${Math.floor(index / ENERGY_GRID)}`] : [],
      );
    expect(inside(WHOLE)).toHaveLength(256);
    expect(inside({ x: 0.5, y: 0.25, w: 0.125, h: 0.0625 })).toEqual(['8,4', '9,4']);
    expect(inside({ x: 0.49, y: 0.25, w: 0.09, h: 0.0625 })).toEqual(['8,4']);
    expect(inside({ x: 0.51, y: 0.51, w: 0.01, h: 0.01 })).toEqual(['8,8']);
    expect(inside({ x: 0.99, y: 0.99, w: 0.5, h: 0.5 })).toEqual(['15,15']);
  });
});

describe('what moved', () => {
  it('is found in its region alone, and what is close together is one time', async () => {
    const { history } = open();
    for (const second of [10, 11, 12, 15, 30]) history.add('door', at(second + 0.2), moving(3, 4));
    history.add('door', at(20), moving(12, 12, 200));
    const right = { x: 0.7, y: 0.7, w: 0.2, h: 0.2 };
    const left = { x: 0.1, y: 0.2, w: 0.2, h: 0.2 };
    expect(await history.search(['door'], ALL, left, 1)).toEqual([
      { startUtc: at(10), endUtc: at(16), energy: 100 },
      { startUtc: at(30), endUtc: at(31), energy: 100 },
    ]);
    expect(await history.search(['door'], ALL, right, 1)).toEqual([{ startUtc: at(20), endUtc: at(21), energy: 200 }]);
    expect(await history.search(['door'], ALL, right, 201)).toEqual([]);
    expect(await history.search(['other', '../door'], ALL, WHOLE, 1)).toEqual([]);
    const range = { startUtc: at(11), endUtc: at(20) };
    expect(await history.search(['door'], range, WHOLE, 1)).toEqual([
      { startUtc: at(11), endUtc: at(16), energy: 100 },
    ]);
    expect(await history.buckets(['door'], { startUtc: at(0), endUtc: at(40) }, 4)).toEqual([
      { startUtc: at(10), energy: 100 },
      { startUtc: at(20), energy: 200 },
      { startUtc: at(30), energy: 100 },
    ]);
  });

  it('takes little room: the most of each second, and nothing of quiet ones', async () => {
    const { history, folder } = open();
    for (let picture = 0; picture < 3600 * 5; picture++) {
      if (picture % 100 < 50) history.add('door', at(picture / 5), moving(picture % 3, 4, 10 + (picture % 5)));
    }
    await history.stop();
    // 1800 seconds with three fields.
    expect(statSync(join(folder, 'door', '2026-11-27.motion')).size).toBe(1800 * (4 + 3 * 2));
    const [span] = await history.search(['door'], ALL, WHOLE, 14);
    expect(span?.energy).toBe(14);
  });

  it('is in a file for each day, private, and goes when it is too old', async () => {
    const { history, clock, folder } = open(undefined, seconds(86_400 * 3));
    const today = clock.utc();
    history.start();
    for (const days of [5, 4.5, 1, 0]) history.add('door', at(-days * 86_400, today), moving(1, 1));
    clock.advance(6000);
    await history.search(['door'], ALL, WHOLE, 1);
    expect(readdirSync(join(folder, 'door')).length).toBeGreaterThanOrEqual(3);
    expect(statSync(join(folder, 'door', dayFileName(today))).mode & 0o007).toBe(0);
    clock.advance(3_600_000);
    await expect.poll(() => readdirSync(join(folder, 'door'))).not.toContain(dayFileName(at(-5 * 86_400, today)));
    expect(readdirSync(join(folder, 'door'))).toContain(dayFileName(at(-86_400, today)));
    await history.stop();
  });

  it('goes on behind what a crash has torn', async () => {
    const { history, folder } = open();
    history.add('door', at(1), moving(1, 1));
    history.add('door', at(2), moving(2, 2));
    await history.stop();
    const file = join(folder, 'door', '2026-11-27.motion');
    truncateSync(file, statSync(file).size - 1);
    const next = open(folder).history;
    next.add('door', at(3), moving(3, 3));
    await next.stop();
    expect([...readDay(readFileSync(file), DAY)].map(({ utc }) => utc)).toEqual([at(1), at(3)]);
    appendFileSync(file, Buffer.from([0]));
    expect(await next.search(['door'], ALL, WHOLE, 1)).toHaveLength(1);
  });

  it('is lost, with a word in the log, where it cannot be written, and written again when it can', async () => {
    const folder = join(tempDir(), 'motion');
    mkdirSync(folder);
    writeFileSync(join(folder, 'door'), 'a file in the way');
    const said: string[] = [];
    const log = { ...silentLogger(), error: (_what: object, text: string) => said.push(text) } as never;
    const history = new MotionHistory({ folder, clock: new FakeClock(), log, keep: seconds(1e6) });
    for (const second of [1, 2, 3]) {
      history.add('door', at(second), moving(1, 1));
      await history.search(['door'], ALL, WHOLE, 1);
    }
    expect(said).toEqual([expect.stringMatching(/^what moves cannot be kept for searches: /)]);
    history.add('gate', at(4), moving(1, 1));
    await history.stop();
    expect(await history.search(['gate'], ALL, WHOLE, 1)).toHaveLength(1);
  });

  it('is not kept where nobody wants it', async () => {
    const { history, folder } = open(undefined, 0);
    history.add('door', at(1), moving(1, 1));
    await history.stop();
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  });
});
