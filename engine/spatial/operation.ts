import { newId } from '../core/ids.js';
import { type MediaTime, seconds } from '../core/time.js';
import { type SpatialNotice, spatialNotices } from './notices.js';
import { type Inference, Report } from './report.js';
import type { SpatialSettings, WatchSettings } from './settings.js';
import { CountWatcher } from './watches/count-watch.js';
import { DistanceWatcher } from './watches/distance-watch.js';
import { LineWatcher } from './watches/line-watch.js';
import { StayWatcher } from './watches/stay-watch.js';
import type { SpatialPicture, Watch } from './watches/watch.js';

/** What was seen longer ago is not repeated at intervals. */
const STALE_AFTER = seconds(10);

const plainId = (): string => newId().replaceAll('-', '');

/**
 * An operation of the spatial-analysis container: tracked people in, AVA's inferences out. It does no I/O and reads no
 * clock.
 *
 * The caller publishes `notices` when it starts. It calls `step` for every picture that has been analysed, also when
 * nobody is in it, because people who are missing have left; and `tick` about once a second while no pictures come.
 * What comes back is the `inferences` of one event at that time; nothing is published for an empty list.
 */
export class SpatialOperation {
  /** What the document asks for and cannot be had as AVA would do it. */
  readonly notices: readonly SpatialNotice[];
  readonly #watches: readonly Watch[];
  readonly #newId: () => string;
  #newest: MediaTime | undefined;

  constructor(settings: SpatialSettings, makeId: () => string = plainId) {
    this.notices = spatialNotices(settings);
    this.#watches = settings.watches.map((watch) => watcherOf(watch, settings));
    this.#newId = makeId;
  }

  step(picture: SpatialPicture): readonly Inference[] {
    // A picture that comes late would take everybody back to where they were.
    if (this.#newest !== undefined && picture.at <= this.#newest) return [];
    this.#newest = picture.at;
    const report = new Report(this.#newId);
    const people = [...new Map(picture.people.map((person) => [person.sequenceId, person])).values()];
    for (const watch of this.#watches) watch.step({ ...picture, people }, report);
    return report.inferences;
  }

  /** Repeats what is known, for events that are due at intervals. */
  tick(now: MediaTime): readonly Inference[] {
    if (this.#newest === undefined || now - this.#newest > STALE_AFTER) return [];
    const report = new Report(this.#newId);
    for (const watch of this.#watches) watch.tick?.(now, report);
    return report.inferences;
  }
}

const watcherOf = (settings: WatchSettings, { camera }: SpatialSettings): Watch => {
  switch (settings.kind) {
    case 'line':
      return new LineWatcher(settings);
    case 'count':
      return new CountWatcher(settings);
    case 'distance':
      return new DistanceWatcher(settings, camera);
    case 'crossing':
    case 'dwell':
      return new StayWatcher(settings);
  }
};
