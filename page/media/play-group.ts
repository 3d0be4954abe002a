import type { ArchivePlayer, At } from './archive-player.js';
import { PlayClock } from './clock.js';

const TICK_MS = 50;
/** So close to now there is nothing to play yet. */
const NOW_MS = 3000;
const GATHER_MS = 5000;

export interface GroupListener {
  /** Called some times a second, with what each player has at the moment. */
  onTick(time: number, states: readonly At[]): void;
  /** A gap in all of them was jumped over. */
  onJump(from: number, to: number): void;
  /** There is no more media. */
  onEnd(): void;
}

/** Several videos that play in step: one clock, and each is brought to its moment. */
export class PlayGroup {
  readonly clock: PlayClock;
  readonly #players: readonly ArchivePlayer[];
  readonly #listener: GroupListener;
  #timer: ReturnType<typeof setInterval> | undefined;
  #jumping = false;
  #seeks = 0;
  /** Since when all wait for each other, on the page's clock; undefined while the clock runs. */
  #gatheredSince: number | undefined = 0;

  constructor(players: readonly ArchivePlayer[], at: number, listener: GroupListener) {
    this.clock = new PlayClock(at);
    this.#players = players;
    this.#listener = listener;
  }

  get players(): readonly ArchivePlayer[] {
    return this.#players;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const player of this.#players) player.stop();
  }

  seek(to: number): void {
    this.#seeks += 1;
    this.clock.seek(to);
    this.#gather();
    this.#tick();
  }

  #tick(): void {
    const { clock } = this;
    const { time } = clock;
    const states = this.#players.map((player) => player.prepare(time, clock.rate));
    const isShort = states.some((state) => state === 'loading' || state === 'unknown');
    if (!clock.playing || isShort || this.#jumping) this.#gather();
    if (clock.playing && states.length > 0 && states.every((state) => state === 'gap')) void this.#jump(time);
    if (this.#gatheredSince === undefined) this.#run(states);
    else this.#stand(states, isShort || this.#jumping);
    this.#listener.onTick(time, states);
  }

  /** All wait for each other where the clock stands. */
  #gather(): void {
    this.#gatheredSince ??= performance.now();
    this.clock.hold(true);
  }

  #stand(states: readonly At[], isShort: boolean): void {
    const { time, playing } = this.clock;
    const here = this.#players.filter((_, index) => states[index] === 'ready');
    // All are asked: each begins to go there when it is asked first.
    const placed = here.map((player) => player.stand(time));
    if (!playing || isShort) return;
    // One that never comes there does not keep the others.
    const isLate = performance.now() - this.#gatheredSince! > GATHER_MS;
    if (!isLate && placed.includes(false)) return;
    this.#gatheredSince = undefined;
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

  async #jump(from: number): Promise<void> {
    if (this.#jumping) return;
    this.#jumping = true;
    const seeks = this.#seeks;
    try {
      const found = await Promise.all(this.#players.map(({ source }) => source.nextMedia(from)));
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
