import type { At } from './archive-player.js';
import { PlayClock } from './clock.js';

const TICK_MS = 50;
/** So close to now there is nothing to play yet. */
const NOW_MS = 3000;
/** One that has not come to the moment by then is not waited for. */
const GATHER_MS = 5000;

/** What plays one video, as the group sees it. Times in ms since the epoch. */
export interface Played {
  readonly source: { nextMedia(after: number): Promise<number | undefined> };
  /** What there is at a moment. */
  prepare(time: number, rate: number): At;
  /** Shows the picture of a moment, once there is media, and stands. @returns whether it is on the screen */
  stand(time: number): boolean;
  /** Plays, and is near the moment that it is told. */
  run(time: number, rate: number): void;
  /** Has no media at the moment. */
  await(time: number, rate: number): void;
  isFar(time: number, rate: number): boolean;
  stop(): void;
}

export interface GroupListener {
  /** Called some times a second, with what each player has at the moment. */
  onTick(time: number, states: readonly At[]): void;
  /** A gap in all of them was jumped over. */
  onJump(from: number, to: number): void;
  /** There is no more media. */
  onEnd(): void;
}

/** Several videos that play in step: one clock, and each is brought to its moment. */
export class PlayGroup<Player extends Played> {
  readonly clock: PlayClock;
  readonly #players: readonly Player[];
  readonly #listener: GroupListener;
  #timer: ReturnType<typeof setInterval> | undefined;
  #jumping = false;
  #seeks = 0;
  /** A moment that a hand rests over. */
  #glance: number | undefined;
  /** All wait for each other, and the clock for them. */
  #gathers = false;
  /** Since when nothing but their pictures was waited for. */
  #waitsSince: number | undefined;

  constructor(players: readonly Player[], at: number, listener: GroupListener) {
    this.clock = new PlayClock(at);
    this.#players = players;
    this.#listener = listener;
  }

  get players(): readonly Player[] {
    return this.#players;
  }

  start(): void {
    this.#gather();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const player of this.#players) player.stop();
  }

  seek(to: number): void {
    this.#seeks += 1;
    this.#glance = undefined;
    this.clock.seek(to);
    this.#gather();
    this.#tick();
  }

  /** Goes to a moment that may be wanted next, while the clock waits; with undefined, back to that of the clock. */
  glance(at: number | undefined): void {
    if (at === this.#glance) return;
    this.#glance = at;
    this.#gather();
    this.#tick();
  }

  #tick(): void {
    const { clock } = this;
    const glance = this.#glance;
    if (glance !== undefined) {
      const states = this.#players.map((player) => player.prepare(glance, clock.rate));
      this.#place(glance, states);
      return;
    }
    const { time } = clock;
    const states = this.#players.map((player) => player.prepare(time, clock.rate));
    const isShort = states.some((state) => state === 'loading' || state === 'unknown');
    if (!clock.playing || isShort || this.#jumping) this.#gather();
    const isGap = states.includes('gap') && states.every((state) => state === 'gap' || state === 'unplayable');
    if (clock.playing && isGap) void this.#jump(time, states);
    if (!this.#gathers && this.#isMachineLate(states)) this.#gather();
    if (!this.#gathers) this.#run(states);
    else this.#stand(states, isShort || this.#jumping);
    this.#listener.onTick(time, states);
  }

  /** Most are late: then no camera is to blame, and to jump would make the machine later still. */
  #isMachineLate(states: readonly At[]): boolean {
    const { time, rate } = this.clock;
    const here = this.#players.filter((_, index) => states[index] === 'ready');
    return here.filter((player) => player.isFar(time, rate)).length * 2 > here.length;
  }

  /** All wait for each other where the clock stands. */
  #gather(): void {
    this.#gathers = true;
    this.clock.hold(true);
  }

  /** Each begins to go there when it is asked first, so all are. @returns whether they have come there */
  #place(time: number, states: readonly At[]): boolean[] {
    const here = this.#players.filter((_, index) => states[index] === 'ready' || states[index] === 'loading');
    return here.map((player) => player.stand(time));
  }

  #stand(states: readonly At[], isShort: boolean): void {
    const { time, playing } = this.clock;
    const placed = this.#place(time, states);
    if (!playing || isShort) {
      this.#waitsSince = undefined;
      return;
    }
    this.#waitsSince ??= performance.now();
    if (placed.includes(false) && performance.now() - this.#waitsSince < GATHER_MS) return;
    this.#waitsSince = undefined;
    this.#gathers = false;
    this.clock.hold(false);
    this.#run(states);
  }

  #run(states: readonly At[]): void {
    const { time, rate } = this.clock;
    this.#players.forEach((player, index) => {
      if (states[index] === 'ready') player.run(time, rate);
      else player.await(time, rate);
    });
  }

  async #jump(from: number, states: readonly At[]): Promise<void> {
    if (this.#jumping) return;
    this.#jumping = true;
    const seeks = this.#seeks;
    try {
      const playable = this.#players.filter((_, index) => states[index] === 'gap');
      const found = await Promise.all(playable.map(({ source }) => source.nextMedia(from)));
      const next = found.filter((time) => time !== undefined).sort((a, b) => a - b)[0];
      // Somebody has gone elsewhere meanwhile.
      if (seeks !== this.#seeks || !this.clock.playing) return;
      if (next === undefined || next > Date.now() - NOW_MS) {
        this.clock.pause();
        this.#listener.onEnd();
      } else {
        this.clock.seek(next);
        this.#gather();
        if (next - from > 1000) this.#listener.onJump(from, next);
      }
    } catch {
      this.clock.pause();
    } finally {
      this.#jumping = false;
    }
  }
}
