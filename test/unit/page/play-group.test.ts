import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { At } from '../../../page/media/archive-player.js';
import { type Played, PlayGroup } from '../../../page/media/play-group.js';

/** Plays nothing, and says what the test wants. */
class FakePlayed implements Played {
  at: At = 'loading';
  shows = false;
  far = false;
  next: number | undefined;
  /** What it was told last. */
  told = '';
  readonly source = { nextMedia: () => Promise.resolve(this.next) };

  prepare(): At {
    return this.at;
  }

  stand(time: number): boolean {
    this.told = `stand ${time}`;
    return this.shows;
  }

  run(): void {
    this.told = 'run';
  }

  await(): void {
    this.told = 'await';
  }

  isFar(): boolean {
    return this.far;
  }

  stop(): void {
    this.told = 'stop';
  }
}

const FROM = 1_000_000;

describe('a group that plays in step', () => {
  const told: string[] = [];
  let players: FakePlayed[];
  let group: PlayGroup<FakePlayed>;

  beforeEach(() => {
    vi.useFakeTimers({ now: FROM * 1000 });
    told.length = 0;
    players = [new FakePlayed(), new FakePlayed(), new FakePlayed()];
    group = new PlayGroup(players, FROM, {
      onTick: () => {},
      onJump: (from, to) => told.push(`jump ${Math.round(from)} ${to}`),
      onEnd: () => told.push('end'),
    });
  });

  afterEach(() => {
    group.stop();
    vi.useRealTimers();
  });

  const states = (): string[] => players.map((player) => player.told);
  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const playing = async (): Promise<void> => {
    for (const player of players) Object.assign(player, { at: 'ready', shows: true });
    group.clock.play();
    group.start();
    await pass(100);
    expect(states()).toEqual(['run', 'run', 'run']);
  };

  it('begins when each shows its first picture, and not before', async () => {
    group.clock.play();
    group.start();
    await pass(1000);
    for (const player of players) player.at = 'ready';
    for (const player of players.slice(0, 2)) player.shows = true;
    await pass(1000);
    expect(states()).toEqual([`stand ${FROM}`, `stand ${FROM}`, `stand ${FROM}`]);
    expect(group.clock.time).toBe(FROM);
    players[2]!.shows = true;
    await pass(50);
    expect(states()).toEqual(['run', 'run', 'run']);
    await pass(1000);
    expect(group.clock.time).toBe(FROM + 1000);
  });

  it('goes on without one that never shows a picture, and without those that have no media', async () => {
    for (const player of players) Object.assign(player, { at: 'ready', shows: true });
    players[0]!.shows = false;
    players[1]!.at = 'gap';
    group.clock.play();
    group.start();
    await pass(4000);
    expect(group.clock.runs).toBe(false);
    await pass(2000);
    expect(states()).toEqual(['run', 'await', 'run']);
    expect(group.clock.runs).toBe(true);
  });

  it('waits where media is on its way, and goes on together', async () => {
    await playing();
    const { time } = group.clock;
    players[1]!.at = 'loading';
    await pass(500);
    expect(group.clock.time - time).toBeLessThanOrEqual(50);
    expect(states()[0]).toMatch(/^stand/);
    players[1]!.at = 'ready';
    await pass(50);
    expect(states()).toEqual(['run', 'run', 'run']);
  });

  it('waits for all where most are late, and for none where one is', async () => {
    await playing();
    players[0]!.far = true;
    await pass(100);
    expect(states()).toEqual(['run', 'run', 'run']);
    for (const player of players) Object.assign(player, { far: true, shows: false });
    await pass(100);
    expect(states().every((each) => each.startsWith('stand'))).toBe(true);
    for (const player of players) Object.assign(player, { far: false, shows: true });
    await pass(50);
    expect(states()).toEqual(['run', 'run', 'run']);
  });

  it('stands at the moment that it is sent to, playing or not', async () => {
    await playing();
    for (const player of players) player.shows = false;
    group.seek(FROM + 50_000);
    await pass(200);
    expect(states()[2]).toBe(`stand ${FROM + 50_000}`);
    for (const player of players) player.shows = true;
    await pass(50);
    expect(states()).toEqual(['run', 'run', 'run']);
    group.clock.pause();
    group.seek(FROM + 70_000);
    await pass(200);
    expect(states()[0]).toBe(`stand ${FROM + 70_000}`);
  });

  it('sends each on its way before its media is there', async () => {
    await playing();
    for (const player of players) Object.assign(player, { at: 'loading', shows: false });
    group.seek(FROM + 50_000);
    expect(states()).toEqual(Array(3).fill(`stand ${FROM + 50_000}`));
    expect(group.clock.runs).toBe(false);
  });

  it('goes where a hand rests while the clock waits, and back', async () => {
    await playing();
    group.glance(FROM + 30_000);
    const { time } = group.clock;
    await pass(500);
    expect(states()).toEqual(Array(3).fill(`stand ${FROM + 30_000}`));
    expect(group.clock.time).toBe(time);
    for (const player of players) player.shows = false;
    group.glance(undefined);
    expect(states()).toEqual(Array(3).fill(`stand ${time}`));
    for (const player of players) player.shows = true;
    await pass(100);
    expect(states()).toEqual(['run', 'run', 'run']);
    group.glance(FROM + 30_000);
    group.seek(FROM + 40_000);
    await pass(100);
    expect(group.clock.time).toBeGreaterThan(FROM + 40_000);
  });

  it('does not wait for one that the browser cannot play, nor jump to it', async () => {
    await playing();
    players[0]!.at = 'unplayable';
    players[0]!.next = FROM;
    await pass(100);
    expect(states()).toEqual(['await', 'run', 'run']);
    for (const player of players.slice(1)) Object.assign(player, { at: 'gap', next: FROM + 20_000 });
    await pass(60);
    expect(told).toEqual([expect.stringContaining(`${FROM + 20_000}`)]);
  });

  it('jumps over what nobody has recorded, and ends where nothing more was', async () => {
    await playing();
    for (const player of players) player.at = 'gap';
    players[1]!.next = FROM + 30_000;
    players[2]!.next = FROM + 20_000;
    await pass(60);
    expect(group.clock.time).toBe(FROM + 20_000);
    expect(told).toEqual([expect.stringMatching(new RegExp(`^jump \\d+ ${FROM + 20_000}$`))]);
    for (const player of players) player.next = undefined;
    await pass(100);
    expect(told.at(-1)).toBe('end');
    expect(group.clock.playing).toBe(false);
  });
});
