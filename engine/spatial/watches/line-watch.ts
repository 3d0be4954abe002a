import { LineCrossings } from '../line-crossings.js';
import { Pace } from '../pace.js';
import type { Report } from '../report.js';
import type { LineWatch } from '../settings.js';
import { reachOf, type SpatialPicture, type Watch } from './watch.js';

/** Tells when a person crosses a line. Left and right are those of somebody who looks from its first point to the second. */
export class LineWatcher implements Watch {
  readonly #settings: LineWatch;
  readonly #crossings: LineCrossings;
  readonly #pace: Pace;

  constructor(settings: LineWatch) {
    this.#settings = settings;
    this.#crossings = new LineCrossings([settings.line], { focus: settings.focus });
    this.#pace = new Pace('event', settings.every);
  }

  step({ at, size, people }: SpatialPicture, report: Report): void {
    for (const { line, direction, object } of this.#crossings.step(
      at,
      people,
      reachOf(this.#settings.threshold, size),
    )) {
      if (!this.#pace.event()) continue;
      const status = direction === 'clockwise' ? 'CrossRight' : 'CrossLeft';
      report.event('personLineEvent', { trackingId: object.sequenceId, status, zone: line }, [object]);
    }
  }
}
