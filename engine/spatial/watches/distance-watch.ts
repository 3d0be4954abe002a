import type { MediaTime } from '../../core/time.js';
import { type CameraModel, estimated, type Measure, measuredBy, type PictureSize } from '../ground.js';
import { Pace } from '../pace.js';
import { Presence } from '../presence.js';
import { decimal, type Report, type TrackedPerson } from '../report.js';
import type { DistanceWatch } from '../settings.js';
import { Zone } from '../zone.js';
import { reachOf, type SpatialPicture, type Watch } from './watch.js';

/** How far beyond a threshold somebody must be who has violated it. */
const SLACK = 1.1;

interface Distances {
  /** `Unknown` if nobody violates a threshold, as AVA writes it. */
  readonly eventName: 'TooClose' | 'TooFar' | 'Unknown';
  readonly violators: readonly TrackedPerson[];
  readonly average: number;
}

/**
 * Tells whether people in a zone are too close to each other, or too far from the person next to them. Being too close
 * goes first.
 */
export class DistanceWatcher implements Watch {
  readonly #settings: DistanceWatch;
  readonly #presence: Presence<TrackedPerson>;
  readonly #pace: Pace;
  readonly #calibrated: boolean;
  readonly #measure: Measure;
  #last: Record<string, string> | undefined;
  /** What makes a difference. The distances themselves change with every picture. */
  #state = 'Unknown 0';
  #violators: ReadonlySet<string> = new Set();

  constructor(settings: DistanceWatch, camera: CameraModel | undefined) {
    this.#settings = settings;
    this.#presence = new Presence(new Zone(settings.name, settings.polygon), settings.focus);
    this.#pace = new Pace(settings.trigger, settings.every);
    this.#calibrated = camera !== undefined;
    this.#measure = camera ? measuredBy(camera) : estimated;
  }

  step({ at, size, people }: SpatialPicture, report: Report): void {
    this.#presence.step(at, people, reachOf(this.#settings.threshold, size));
    const { inView } = this.#presence;
    const { eventName, violators, average } = this.#distances(inView, size);
    const state = `${eventName} ${violators.length}`;
    const changed = state !== this.#state;
    this.#state = state;
    this.#violators = new Set(violators.map(({ sequenceId }) => sequenceId));
    this.#last = {
      personCount: decimal(inView.length),
      averageDistance: decimal(average),
      minimumDistanceThreshold: decimal(this.#settings.minimum),
      maximumDistanceThreshold: decimal(this.#settings.maximum),
      eventName,
      distanceViolationPersonCount: decimal(violators.length),
      zone: this.#settings.name,
      calibrated: String(this.#calibrated),
    };
    if (this.#pace.due(at, changed)) report.event('personDistanceEvent', this.#last, violators);
  }

  tick(at: MediaTime, report: Report): void {
    if (this.#last && this.#pace.due(at, false)) report.event('personDistanceEvent', this.#last, []);
  }

  #distances(people: readonly TrackedPerson[], size: PictureSize): Distances {
    const { minimum, maximum } = this.#settings;
    const nearest = new Map<TrackedPerson, number>();
    let [sum, pairs] = [0, 0];
    for (const [n, one] of people.entries()) {
      for (const other of people.slice(n + 1)) {
        const distance = this.#measure(one.box, other.box, size);
        if (distance === undefined) continue;
        sum += distance;
        pairs++;
        for (const each of [one, other]) nearest.set(each, Math.min(distance, nearest.get(each) ?? distance));
      }
    }
    const average = pairs > 0 ? sum / pairs : 0;
    // Boxes tremble, and distances with them: who violates a threshold must clearly cease to.
    const slack = ({ sequenceId }: TrackedPerson) => (this.#violators.has(sequenceId) ? SLACK : 1);
    const close = people.filter((one) => (nearest.get(one) ?? Number.POSITIVE_INFINITY) < minimum * slack(one));
    if (close.length > 0) return { eventName: 'TooClose', violators: close, average };
    const far = people.filter((one) => (nearest.get(one) ?? 0) > maximum / slack(one));
    return { eventName: far.length > 0 ? 'TooFar' : 'Unknown', violators: far, average };
  }
}
