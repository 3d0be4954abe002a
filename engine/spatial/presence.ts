import { type MediaTime, type Micros, seconds } from '../core/time.js';
import { type Focus, focusOf, marginOf, type Point, type Reach } from './geometry.js';
import type { TrackedObject } from './line-crossings.js';
import type { Zone } from './zone.js';

/** How long a person may be missing in the pictures without having left. */
const LOST_AFTER = seconds(1);

export interface Change<T extends TrackedObject> {
  readonly kind: 'enter' | 'exit';
  /** As last seen. */
  readonly object: T;
  /** False if the object is missing in the pictures, and therefore no longer in the zone. */
  readonly seen: boolean;
  /** Side of the zone that it crossed; undefined if it was not seen to cross one. */
  readonly side: number | undefined;
  /** How long it was in the zone; 0 when it enters. */
  readonly dwell: Micros;
  /** In how many pictures it was in the zone. */
  readonly frames: number;
}

interface State<T> {
  object: T;
  point: Point;
  lastSeen: MediaTime;
  /** Whether the point itself is in the zone. */
  within: boolean;
  /** When `within` last changed: what stays counts from there, not from when it was certain. */
  since: MediaTime;
  crossed: number | undefined;
  /** Whether the object has been clearly inside since it was last clearly outside. */
  present: boolean;
  entered: MediaTime;
  frames: number;
}

/**
 * Who is in a zone. An object enters when it is clearly inside, by a margin that grows with its box, and leaves when it
 * is clearly outside, so one that trembles on the border enters once.
 */
export class Presence<T extends TrackedObject> {
  readonly #zone: Zone;
  readonly #focus: Focus;
  readonly #states = new Map<string, State<T>>();

  constructor(zone: Zone, focus: Focus) {
    this.#zone = zone;
    this.#focus = focus;
  }

  /** Those who are in the zone and were seen in the last picture. */
  readonly inView: T[] = [];

  /** Those who are in the zone, also those that are missing for a moment. */
  get count(): number {
    let count = 0;
    for (const { present } of this.#states.values()) if (present) count++;
    return count;
  }

  get remembered(): number {
    return this.#states.size;
  }

  /**
   * @param objects those in a picture, each once.
   * @param depth how far inside an object must be at least to have entered.
   */
  step(at: MediaTime, objects: readonly T[], depth: Reach): Change<T>[] {
    const changes = this.#lose(at, new Set(objects.map(({ sequenceId }) => sequenceId)));
    this.inView.length = 0;
    for (const object of objects) {
      const state = this.#see(at, object);
      const change = this.#decide(state, depth);
      if (change) changes.push(change);
      if (state.present) this.inView.push(object);
    }
    return changes;
  }

  #see(at: MediaTime, object: T): State<T> {
    const point = focusOf(object.box, this.#focus);
    const within = this.#zone.contains(point);
    const known = this.#states.get(object.sequenceId);
    const state = known ?? this.#appeared(at, object, point, within);
    if (state.within !== within) {
      state.crossed = this.#zone.crossed(state.point, point);
      state.since = at;
      if (within && !state.present) state.frames = 0;
    }
    if (within) state.frames++;
    Object.assign(state, { object, point, within, lastSeen: at });
    return state;
  }

  #appeared(at: MediaTime, object: T, point: Point, within: boolean): State<T> {
    const times = { lastSeen: at, since: at, entered: at };
    const state: State<T> = { object, point, within, ...times, crossed: undefined, present: false, frames: 0 };
    this.#states.set(object.sequenceId, state);
    return state;
  }

  #decide(state: State<T>, depth: Reach): Change<T> | undefined {
    const { object, point, within, present, since, crossed, entered, frames } = state;
    if (within === present) return undefined;
    const margin = marginOf(object.box, within ? depth : { x: 0, y: 0 });
    if (!this.#zone.clear(point, margin)) return undefined;
    state.present = within;
    const common = { object, seen: true, side: crossed, frames };
    if (!within) return { kind: 'exit', ...common, dwell: since - entered };
    state.entered = since;
    return { kind: 'enter', ...common, dwell: 0 };
  }

  #lose(at: MediaTime, seen: ReadonlySet<string>): Change<T>[] {
    const changes: Change<T>[] = [];
    for (const [id, { object, present, lastSeen, entered, frames }] of this.#states) {
      if (seen.has(id) || at - lastSeen <= LOST_AFTER) continue;
      this.#states.delete(id);
      if (present)
        changes.push({ kind: 'exit', object, seen: false, side: undefined, dwell: lastSeen - entered, frames });
    }
    return changes;
  }
}
