import { describe, expect, it } from 'vitest';
import { HardwareSessions } from '../../../../bridge/decoders/sessions.js';
import type { DecoderFallback } from '../../../../bridge/hardware.js';

const MINUTE = 60_000;

const rig = (most: number) => {
  const time = { now: 0 };
  const told: DecoderFallback[] = [];
  const sessions = new HardwareSessions({ most, now: () => time.now, onFallback: (each) => told.push(each) });
  return { time, told, take: (owner: string) => sessions.take(owner, 'vaapi') };
};

describe('the places in a hardware decoder', () => {
  it('are as many as are allowed; whoever gets none is told once, and gets one that is let go', () => {
    const { take, told } = rig(2);
    const first = take('a');
    expect(first?.kind).toBe('vaapi');
    expect(take('b')).toBeDefined();
    expect(take('c')).toBeUndefined();
    expect(take('c')).toBeUndefined();
    expect(told).toEqual([
      { owner: 'c', kind: 'vaapi', code: 'noSession', cause: '2 streams are decoded by vaapi already', retryInMs: 0 },
    ]);
    first?.release();
    first?.release();
    const late = take('c');
    expect(late).toBeDefined();
    expect(take('d')).toBeUndefined();
    late?.succeeded();
    late?.release();
    take('d');
    take('c');
    expect(told.map(({ owner }) => owner)).toEqual(['c', 'd', 'c']);
  });

  it('are as many as a kind usually has where nothing is said', () => {
    const { take } = rig(0);
    const places = Array.from({ length: 40 }, (_, n) => take(`camera ${n}`)).filter(Boolean);
    expect(places).toHaveLength(32);
  });

  it('are not given again at once to a camera that failed, and to no harm of the others', () => {
    const { take, told, time } = rig(1);
    take('a')?.failed('noPicture', 'nothing came');
    expect(told).toEqual([{ owner: 'a', kind: 'vaapi', code: 'noPicture', cause: 'nothing came', retryInMs: 30_000 }]);
    expect(take('a')).toBeUndefined();
    const other = take('b');
    expect(other).toBeDefined();
    other?.release();
    time.now += 30_000;
    take('a')?.failed('lost', 'exited');
    expect(told[1]?.retryInMs).toBe(2 * MINUTE);
    time.now += 2 * MINUTE;
    take('a')?.failed('lost', 'exited');
    time.now += 8 * MINUTE;
    take('a')?.failed('lost', 'exited');
    time.now += 30 * MINUTE;
    take('a')?.failed('lost', 'exited');
    expect(told.map(({ retryInMs }) => retryInMs / MINUTE)).toEqual([0.5, 2, 8, 30, 30]);
  });

  it('forget failures that were long ago', () => {
    const { take, told, time } = rig(1);
    take('a')?.failed('lost', 'exited');
    time.now += 2 * 60 * MINUTE;
    take('a')?.failed('lost', 'exited');
    expect(told.map(({ retryInMs }) => retryInMs)).toEqual([30_000, 30_000]);
  });

  it('are given to nobody for a while when camera after camera fails', () => {
    const { take, time } = rig(9);
    for (const owner of ['a', 'b', 'c']) take(owner)?.failed('failed', 'no memory');
    expect(take('d')).toBeUndefined();
    time.now += 30_000;
    const works = take('d');
    works?.succeeded();
    for (const owner of ['e', 'f']) take(owner)?.failed('failed', 'no memory');
    expect(take('g')).toBeDefined();
  });
});
