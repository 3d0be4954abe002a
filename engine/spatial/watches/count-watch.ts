import type { MediaTime } from '../../core/time.js';
import { Pace } from '../pace.js';
import { Presence } from '../presence.js';
import { decimal, type Report, type TrackedPerson } from '../report.js';
import type { CountWatch } from '../settings.js';
import { Zone } from '../zone.js';
import { reachOf, type SpatialPicture, type Watch } from './watch.js';

/** Tells how many people are in a zone: at first, and when that changes or at intervals. */
export class CountWatcher implements Watch {
  readonly #settings: CountWatch;
  readonly #presence: Presence<TrackedPerson>;
  readonly #pace: Pace;
  #last: number | undefined;

  constructor(settings: CountWatch) {
    this.#settings = settings;
    this.#presence = new Presence(new Zone(settings.name, settings.polygon), settings.focus);
    this.#pace = new Pace(settings.trigger, settings.every);
  }

  step({ at, size, people }: SpatialPicture, report: Report): void {
    this.#presence.step(at, people, reachOf(this.#settings.threshold, size));
    const { count } = this.#presence;
    const changed = count !== this.#last;
    this.#last = count;
    if (this.#pace.due(at, changed)) this.#tell(count, this.#presence.inView, report);
  }

  tick(at: MediaTime, report: Report): void {
    if (this.#last !== undefined && this.#pace.due(at, false)) this.#tell(this.#last, [], report);
  }

  #tell(count: number, people: readonly TrackedPerson[], report: Report): void {
    report.event('personCountEvent', { personCount: decimal(count), zone: this.#settings.name }, people);
  }
}
