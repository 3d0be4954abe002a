import { AvaEvent } from '../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../engine/events/types.js';
import type { FileExcuses } from '../judge/files.js';
import type { Story } from '../judge/stories.js';

/** A damaged packet can be late on its way, and spoils the pictures up to the next keyframe. */
const DAMAGE_REACH_MS = 5_000;

interface Span {
  pipeline: string;
  from: number;
  to: number;
}

/** What the run itself has spoiled, with wall times in ms, so that it is not held against the engine. */
export class Marks {
  readonly brokerKilledAt: number[] = [];
  readonly engineKilledAt: number[] = [];
  readonly #damaged: Span[] = [];
  #removedAt = 0;

  /** From now on the pictures of a pipeline are damaged, until what it returns is called. */
  damaging(pipeline: string): () => void {
    const span = { pipeline, from: Date.now(), to: Number.POSITIVE_INFINITY };
    this.#damaged.push(span);
    return () => {
      span.to = Date.now() + DAMAGE_REACH_MS;
    };
  }

  /** Every clip that has begun by now is gone. */
  removed(): void {
    this.#removedAt = Date.now();
  }

  excuses(events: readonly EventRecord[]): FileExcuses {
    const begun = new Map(
      events
        .filter(({ eventType }) => eventType === AvaEvent.RecordingStarted)
        .map(({ data, eventTime }) => [data.outputLocation, Date.parse(eventTime)]),
    );
    return {
      removed: (location) => (begun.get(location) ?? Number.POSITIVE_INFINITY) <= this.#removedAt,
      damaged: (story) => this.#isDamaged(story),
    };
  }

  #isDamaged({ pipeline, started, stopped }: Story): boolean {
    const from = Date.parse(String(started[0]?.data.startTime));
    const to = Date.parse(stopped[0]?.eventTime ?? '') || Number.POSITIVE_INFINITY;
    return this.#damaged.some((span) => span.pipeline === pipeline && span.from <= to && from <= span.to);
  }
}
