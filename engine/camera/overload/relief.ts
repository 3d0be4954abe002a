/**
 * Which cameras are decoded less while the machine is overloaded, and when they are decoded as asked again. Knows no camera, no
 * clock and no machine: it is told each second what was lost, and answers with the cameras to reduce or to restore.
 *
 *   work is lost for 6 s within 15 s ──► one step down: the lowest priority first
 *   next to nothing is lost for a minute ──► one step up: the highest priority first, then a step each 20 s
 *   load comes back after a step up ──► the minute becomes two, four, … up to 16
 *
 * So a camera that is reduced stays so for a minute at least, and for twice as long each time that it turns out to be too early.
 * Whatever the load does, a camera is reduced at most seven times in an hour, and four times once the pauses have grown.
 */
import { comparePriorities, type Priority } from '../../core/priority.js';
import { type Micros, seconds } from '../../core/time.js';
import type { LostCounts, OverloadCause } from './types.js';

/** How far back it is looked for losses. */
const WINDOW: Micros = seconds(15);
/** That work is lost in so much of the window is no accident. */
const OVERLOADED: Micros = seconds(6);
/** In less of it than this, all is well. */
const UNEASY: Micros = seconds(2);
/** How much one report counts at most. What happened between two that are far apart is not known. */
const LONGEST_STEP: Micros = seconds(3);
/** All is well for so long before the first camera comes back. */
const FIRST_PATIENCE: Micros = seconds(60);
/** The same after it has turned out to be too short, several times. */
const LONGEST_PATIENCE: Micros = 16 * FIRST_PATIENCE;
/** From one camera that comes back to the next: longer than it takes to see that it was one too many. */
const NEXT_AFTER: Micros = seconds(20);
/** No camera was reduced for so long: what was learnt of the load is forgotten. */
const FORGETS_AFTER: Micros = seconds(3600);
/** Of many cameras, one in so many of those that lose work is reduced in a step, and one in so many comes back. */
const STEP_SHARE = 10;

/** A camera in the last second. */
export interface CameraLoad {
  readonly key: string;
  readonly priority: Priority;
  readonly lost: LostCounts;
  /** It is decoded less than asked. */
  readonly reduced: boolean;
  /** Asked to decode less, it would. */
  readonly reducible: boolean;
  /** What decoding all of it takes, in any unit. */
  readonly cost: number;
}

/** What happened since the last report. */
export interface LoadReport {
  /** Of a steady clock. */
  readonly at: Micros;
  readonly cameras: readonly CameraLoad[];
  /** The main thread is behind with the media of all. */
  readonly mainThreadBehind: boolean;
  /** The machine has nothing to spare. By itself that is no overload. */
  readonly busy: boolean;
}

export type ReliefStep =
  | { readonly kind: 'reduce'; readonly key: string; readonly cause: OverloadCause; readonly shared: boolean }
  | { readonly kind: 'restore'; readonly key: string };

interface Entry {
  readonly at: Micros;
  readonly span: Micros;
  readonly lost: LostCounts;
  readonly losers: readonly string[];
  readonly mainThreadBehind: boolean;
  readonly busy: boolean;
}

const total = (counts: readonly LostCounts[], key: keyof LostCounts): number =>
  counts.reduce((sum, each) => sum + each[key], 0);

const spanOf = (entries: readonly Entry[]): Micros => entries.reduce((sum, { span }) => sum + span, 0);

const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

export class Relief {
  /** Reports in which work was lost, within the window, the newest last. */
  #bad: Entry[] = [];
  #last: Micros | undefined;
  /** Those that are reduced, in the order in which they were. */
  readonly #reduced = new Set<string>();
  /** When cameras were reduced last, as a count of all that were. */
  readonly #turns = new Map<string, number>();
  #turn = 0;
  #patience = FIRST_PATIENCE;
  /** Before this, no camera comes back. */
  #restoresFrom: Micros = 0;
  /** A camera has come back since the last was reduced. */
  #hasRestored = false;
  #reducedAt: Micros = 0;

  /** Takes what has happened since the last call. @returns what to do now, in order. */
  report(report: LoadReport): ReliefStep[] {
    const { at, cameras } = report;
    this.#forget(cameras);
    this.#add(report);
    const bad = spanOf(this.#bad);
    if (bad >= UNEASY) this.#restoresFrom = at + this.#patience;
    if (bad >= OVERLOADED) return this.#reduce(report);
    if (this.#reduced.size > 0) return at >= this.#restoresFrom ? this.#restore(report) : [];
    if (at - this.#reducedAt >= FORGETS_AFTER) {
      this.#patience = FIRST_PATIENCE;
      this.#hasRestored = false;
    }
    return [];
  }

  /** Cameras that nobody reads any more, or that somebody reads anew. */
  #forget(cameras: readonly CameraLoad[]): void {
    const known = new Map(cameras.map((camera) => [camera.key, camera]));
    for (const key of this.#turns.keys()) if (!known.has(key)) this.#turns.delete(key);
    for (const key of this.#reduced) if (!known.get(key)?.reduced) this.#reduced.delete(key);
  }

  #add({ at, cameras, mainThreadBehind, busy }: LoadReport): void {
    const span = Math.min(LONGEST_STEP, at - (this.#last ?? at));
    this.#last = at;
    const counts = cameras.map(({ lost }) => lost);
    const lost = { decoderBehind: total(counts, 'decoderBehind'), detectorBusy: total(counts, 'detectorBusy') };
    const losers = cameras.filter((each) => each.lost.decoderBehind + each.lost.detectorBusy > 0).map(({ key }) => key);
    if (losers.length > 0 || mainThreadBehind) this.#bad.push({ at, span, lost, losers, mainThreadBehind, busy });
    this.#bad = this.#bad.filter((entry) => at - entry.at < WINDOW);
  }

  #reduce({ at, cameras }: LoadReport): ReliefStep[] {
    const losers = new Set(this.#bad.flatMap((entry) => entry.losers));
    const cause = this.#cause();
    const shared = cause === 'mainThreadBusy' || 2 * spanOf(this.#bad.filter(({ busy }) => busy)) >= spanOf(this.#bad);
    // Where the machine has something to spare, those that lose nothing take nothing from the others.
    const inOrder = cameras
      .filter(({ key, reducible, reduced }) => reducible && !reduced && (shared || losers.has(key)))
      .sort(
        (one, other) =>
          comparePriorities(one.priority, other.priority) ||
          Number(losers.has(other.key)) - Number(losers.has(one.key)) ||
          (this.#turns.get(one.key) ?? 0) - (this.#turns.get(other.key) ?? 0) ||
          other.cost - one.cost ||
          byText(one.key, other.key),
      );
    const chosen = stepOf(inOrder, losers.size);
    if (chosen.length === 0) return [];
    if (this.#hasRestored) this.#patience = Math.min(2 * this.#patience, LONGEST_PATIENCE);
    this.#hasRestored = false;
    this.#reducedAt = at;
    this.#restoresFrom = at + this.#patience;
    // Whether this is enough has to show anew.
    this.#bad = [];
    for (const { key } of chosen) {
      this.#reduced.add(key);
      this.#turns.set(key, ++this.#turn);
    }
    return chosen.map(({ key }) => ({ kind: 'reduce', key, cause, shared }));
  }

  #cause(): OverloadCause {
    if (2 * spanOf(this.#bad.filter((entry) => entry.mainThreadBehind)) > spanOf(this.#bad)) return 'mainThreadBusy';
    const counts = this.#bad.map(({ lost }) => lost);
    return total(counts, 'detectorBusy') > total(counts, 'decoderBehind') ? 'detectorBusy' : 'decoderBehind';
  }

  #restore({ at, cameras }: LoadReport): ReliefStep[] {
    const byKey = new Map(cameras.map((camera) => [camera.key, camera]));
    // Equal ones stay in the order in which they were reduced.
    const inOrder = [...this.#reduced]
      .map((key) => byKey.get(key)!)
      .sort((one, other) => comparePriorities(other.priority, one.priority));
    const chosen = stepOf(inOrder, this.#reduced.size);
    for (const { key } of chosen) this.#reduced.delete(key);
    this.#hasRestored = true;
    this.#restoresFrom = at + NEXT_AFTER;
    return chosen.map(({ key }) => ({ kind: 'restore', key }));
  }
}

/** The first of those that wait, or some of them where it is about many; of one priority. */
const stepOf = (inOrder: readonly CameraLoad[], many: number): CameraLoad[] => {
  const ofOnePriority = inOrder.filter(({ priority }) => priority === inOrder[0]?.priority);
  return ofOnePriority.slice(0, Math.max(1, Math.floor(many / STEP_SHARE)));
};
