import type { Region } from '../api/cameras.js';
import { copyText } from '../core/copy.js';
import { HOUR, keeping, type Span, spanAround } from '../time/scale.js';
import { announcement, cameras } from './app-state.js';
import { firstMedia } from './first-media.js';
import { chosenLanes, type Lane, lanesOf } from './lanes.js';
import { linkTo, navigate, noteRoute, route } from './navigation.js';
import { neighbour } from './neighbour.js';
import { videos } from './videos.js';
import { type Action, rateBeside } from './watch-actions.js';

/** What plays recordings, as far as it is told what to do. */
export interface Stage {
  readonly playing: boolean;
  play(): void;
  pause(): void;
  seek(to: number): void;
  setRate(rate: number): void;
  step(steps: 1 | -1): Promise<number | undefined>;
}

export interface WatchHost {
  requestUpdate(): void;
  /** Undefined while live. */
  stage(): Stage | undefined;
  /** The recordings in sight, oldest first. */
  rows(): readonly { start: number; end: number | undefined }[];
}

export type Sheet = 'calendar' | 'export' | 'link';

/** So near to now is now. */
const NOW_MS = 2000;
/** How often the address bar is told where playing is. */
const NOTED_EVERY_MS = 2000;

/** What is watched, when, and what can be done with it. The view draws this. */
export class WatchState {
  span: Span = spanAround(route.value.time ?? Date.now(), HOUR, Date.now(), 0.8);
  /** The moment that is shown, in ms since the epoch. */
  time = route.value.time ?? Date.now();
  playing = false;
  /** A stage that is not there yet is to play. */
  plays = true;
  /** The moment under a hand that has not let go yet. */
  scrub: number | undefined;
  boxes = true;
  muted = true;
  rate = 1;
  finding = false;
  region: Region = { x: 0.3, y: 0.3, width: 0.4, height: 0.4 };
  sheet: Sheet | undefined;
  readonly #host: WatchHost;
  /** Of the route, as it was noted here: another one comes from the address bar. */
  #noted = route.value.time;
  #notedAt = 0;

  constructor(host: WatchHost) {
    this.#host = host;
  }

  get live(): boolean {
    return route.value.time === undefined;
  }

  get lanes(): Lane[] {
    return lanesOf(cameras.state.value.value ?? [], videos.state.value.value ?? []);
  }

  get chosen(): Lane[] {
    return chosenLanes(this.lanes, route.value.cameras);
  }

  /** Takes over where the page is by now. */
  follow(): void {
    const { time } = route.value;
    if (this.live && this.scrub === undefined) {
      const now = Date.now();
      // The timeline goes on with the time, unless somebody looks at another part of it.
      const wasInSight = this.time >= this.span.start && this.time <= this.span.end;
      this.time = now;
      if (wasInSight) this.span = keeping(this.span, now, now);
    }
    if (time === this.#noted) return;
    this.#noted = time;
    if (time === undefined) return;
    this.time = time;
    this.span = keeping(this.span, time, Date.now());
    this.#host.stage()?.seek(time);
  }

  ticked(time: number, playing: boolean): void {
    this.time = time;
    this.playing = playing;
    this.plays = playing;
    const now = Date.now();
    if (this.scrub === undefined && playing) this.span = keeping(this.span, time, now);
    // So that a link, a reload and the way back come to the moment.
    if (!this.live && now - this.#notedAt > NOTED_EVERY_MS && this.#noted !== Math.round(time)) this.#note(time);
    this.#host.requestUpdate();
  }

  choose(names: readonly string[]): void {
    const { time } = route.value;
    navigate({ view: 'watch', cameras: names, ...(time === undefined ? {} : { time: Math.round(this.time) }) });
  }

  show(span: Span): void {
    this.span = span;
    this.#host.requestUpdate();
  }

  scrubTo(time: number | undefined): void {
    this.scrub = time;
    this.#host.requestUpdate();
  }

  seek(time: number): void {
    this.scrub = undefined;
    if (time > Date.now() - NOW_MS) {
      this.goLive();
      return;
    }
    this.time = time;
    if (this.live) {
      this.plays = true;
      this.#noted = Math.round(time);
      navigate({ ...route.value, time: this.#noted });
      // There is a stage already where the hand dragged the moment there.
      this.#host.stage()?.seek(time);
      this.#host.stage()?.play();
    } else {
      this.#host.stage()?.seek(time);
      this.#note(time);
    }
    this.span = keeping(this.span, time, Date.now());
    this.#host.requestUpdate();
  }

  goLive(): void {
    this.scrub = undefined;
    this.playing = false;
    this.#noted = undefined;
    if (!this.live) navigate({ view: 'watch', cameras: route.value.cameras });
    this.time = Date.now();
    this.span = keeping(this.span, this.time, this.time);
    this.#host.requestUpdate();
  }

  /** To a moment of a camera, which need not be on the stage yet. */
  goTo(time: number, lane: string): void {
    if (!this.chosen.some(({ name }) => name === lane)) this.choose([lane]);
    this.seek(time);
    this.#host.stage()?.play();
  }

  goToDay(day: number): void {
    this.sheet = undefined;
    this.span = { start: day, end: day + 24 * HOUR };
    void this.#goNear(day);
  }

  goFirst(): void {
    void this.#goNear(0);
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.#host.stage()?.setRate(rate);
    announcement.set(`Speed ${rate}`);
    this.#host.requestUpdate();
  }

  setRegion(region: Region): void {
    this.region = region;
    this.#host.requestUpdate();
  }

  open(sheet: Sheet | undefined): void {
    this.sheet = sheet;
    this.#host.requestUpdate();
  }

  /** What an export begins with: the recording that is shown, or the half minute around the moment. */
  exported(): Span {
    const now = Date.now();
    const here = this.#host.rows().find(({ start, end }) => this.time >= start && this.time <= (end ?? now));
    if (here) return { start: here.start, end: here.end ?? now };
    return { start: this.time - 15_000, end: Math.min(now, this.time + 15_000) };
  }

  link(): string {
    return linkTo({ view: 'watch', cameras: this.chosen.map(({ name }) => name), time: Math.round(this.time) });
  }

  act(action: Action): void {
    this.#acts[action]();
    this.#host.requestUpdate();
  }

  readonly #acts: Readonly<Record<Action, () => void>> = {
    play: () => this.#playOrPause(),
    back: () => this.seek(this.time - 10_000),
    forward: () => this.seek(this.time + 10_000),
    stepBack: () => void this.#step(-1),
    stepOn: () => void this.#step(1),
    before: () => this.#toNeighbour(-1),
    after: () => this.#toNeighbour(1),
    slower: () => this.setRate(rateBeside(this.rate, -1)),
    faster: () => this.setRate(rateBeside(this.rate, 1)),
    now: () => this.goLive(),
    mute: () => {
      this.muted = !this.muted;
    },
    boxes: () => {
      this.boxes = !this.boxes;
    },
    find: () => {
      this.finding = !this.finding;
    },
    share: () => void this.#share(),
    export: () => this.open('export'),
    calendar: () => this.open('calendar'),
  };

  #note(time: number): void {
    this.#notedAt = Date.now();
    this.#noted = Math.round(time);
    noteRoute({ ...route.value, time: this.#noted });
  }

  #playOrPause(): void {
    const stage = this.#host.stage();
    if (this.live) {
      // To pause is to look at what was a moment ago.
      this.seek(Date.now() - 5000);
      this.plays = false;
    } else if (stage?.playing) stage.pause();
    else stage?.play();
  }

  async #step(steps: 1 | -1): Promise<void> {
    if (this.live) {
      this.#playOrPause();
      return;
    }
    const to = await this.#host.stage()?.step(steps);
    if (to !== undefined) this.#note(to);
  }

  #toNeighbour(direction: 1 | -1): void {
    const to = neighbour(this.#host.rows(), this.time, direction);
    if (to !== undefined) this.seek(to);
    else announcement.set(`There is no ${direction > 0 ? 'later' : 'earlier'} recording in sight.`);
  }

  async #goNear(time: number): Promise<void> {
    const found = await firstMedia(this.chosen, time).catch(() => undefined);
    this.seek(found ?? time);
  }

  async #share(): Promise<void> {
    if (await copyText(this.link())) announcement.set('The link to this moment is in the clipboard.');
    else this.open('link');
  }
}
