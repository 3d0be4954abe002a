import { PRIORITIES, type Priority } from '../core/priority.js';
import { type Count, CountFamily, readAll } from './metric-families.js';
import type { MetricRegistry } from './metric-text.js';

/** What is decoded less than asked, because the machine is overloaded. */
export class OverloadMetrics {
  readonly #reductions: CountFamily<'priority' | 'cause'>;
  /** Priorities of the cameras that are decoded less at present. */
  reduced: () => readonly Priority[] = () => [];
  /** Cameras of which keyframes alone are decoded until it is their turn. */
  waiting: () => number = () => 0;

  constructor(registry: MetricRegistry) {
    this.#reductions = new CountFamily(
      registry,
      'sluice_decode_reductions_total',
      'Times that a camera was decoded less than asked, because the machine was overloaded.',
    );
    const counts = () => {
      const reduced = this.reduced();
      return PRIORITIES.map((priority) => ({
        labels: { priority },
        value: reduced.filter((each) => each === priority).length,
      }));
    };
    readAll('gauge', registry, 'sluice_cameras_waiting', 'Cameras whose first look has to wait for others.', () => [
      { labels: {}, value: this.waiting() },
    ]);
    readAll('gauge', registry, 'sluice_cameras_decoded_less', 'Cameras that are decoded less than asked.', counts);
  }

  /** Times that a camera was reduced. */
  reductions(priority: Priority, cause: string): Count {
    return this.#reductions.child({ priority, cause });
  }
}
