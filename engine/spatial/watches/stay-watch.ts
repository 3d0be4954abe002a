import { MICROS_PER_MS } from '../../core/time.js';
import { Pace } from '../pace.js';
import { type Change, Presence } from '../presence.js';
import { decimal, type Report, type TrackedPerson } from '../report.js';
import type { StayWatch } from '../settings.js';
import { Zone } from '../zone.js';
import { reachOf, type SpatialPicture, type Watch } from './watch.js';

/** Tells when a person enters and leaves a zone, or, when one leaves, how long the person was there. */
export class StayWatcher implements Watch {
  readonly #settings: StayWatch;
  readonly #presence: Presence<TrackedPerson>;
  readonly #pace: Pace;

  constructor(settings: StayWatch) {
    this.#settings = settings;
    this.#presence = new Presence(new Zone(settings.name, settings.polygon), settings.focus);
    this.#pace = new Pace('event', settings.every);
  }

  step({ at, size, people }: SpatialPicture, report: Report): void {
    for (const change of this.#presence.step(at, people, reachOf(this.#settings.threshold, size))) {
      if (this.#settings.kind === 'dwell' && change.kind === 'enter') continue;
      if (this.#pace.event()) this.#tell(change, report);
    }
  }

  #tell({ kind, object, seen, side, dwell, frames }: Change<TrackedPerson>, report: Report): void {
    const common = {
      trackingId: object.sequenceId,
      status: kind === 'enter' ? 'Enter' : 'Exit',
      side: side === undefined ? '' : String(side),
      zone: this.#settings.name,
    };
    // Who is not in the picture cannot be shown in it.
    const people = seen ? [object] : [];
    if (this.#settings.kind === 'crossing') {
      report.event('personZoneEnterExitEvent', common, people);
      return;
    }
    const durationMs = Math.round(dwell / MICROS_PER_MS);
    // The container has renamed the time in the zone; programs look for either.
    const times = { durationMs: String(durationMs), dwellTime: decimal(durationMs), dwellFrames: String(frames) };
    report.event('personZoneDwellTimeEvent', { ...common, ...times }, people);
  }
}
