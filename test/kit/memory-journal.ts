import type { EventFeed, EventRecord, StoredEvent } from '../../engine/events/types.js';

export interface AddedEvent {
  eventType?: string;
  pipeline?: string;
  output?: string;
  data?: Record<string, unknown>;
  correlationId?: string;
}

/** An EventFeed that forgets with the process, for tests of publishers. */
export class MemoryJournal implements EventFeed {
  readonly topic = '/sluice/test';
  readonly cursors = new Map<string, number>();
  #events: StoredEvent[] = [];
  #lastSeq = 0;
  #listeners = new Set<(lastSeq: number) => void>();

  get firstSeq(): number {
    return this.#events[0]?.record.seq ?? this.#lastSeq + 1;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  add(...added: AddedEvent[]): void {
    for (const { eventType, pipeline, output, data, correlationId } of added) {
      const seq = ++this.#lastSeq;
      const record: EventRecord = {
        seq,
        id: `id-${seq}`,
        ...(correlationId === undefined ? {} : { correlationId }),
        topic: this.topic,
        subject: `/edgeModules/avaedge/livePipelines/${pipeline ?? 'p'}`,
        eventType: eventType ?? 'Microsoft.VideoAnalyzer.Analytics.Inference',
        eventTime: '2026-01-02T03:04:05.678Z',
        dataVersion: '1.0',
        data: data ?? { n: seq },
      };
      this.#events.push({ record, pipeline, output });
    }
    for (const listener of this.#listeners) listener(this.#lastSeq);
  }

  /** Drops what is older, as retention does. */
  forget(upTo: number): void {
    this.#events = this.#events.filter(({ record }) => record.seq > upTo);
  }

  read(since: number, limit: number): StoredEvent[] {
    const start = this.#events.findIndex(({ record }) => record.seq > since);
    return start < 0 ? [] : this.#events.slice(start, start + limit);
  }

  onAppended(listener: (lastSeq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  cursor(consumer: string): number {
    return this.cursors.get(consumer) ?? 0;
  }

  saveCursor(consumer: string, seq: number): void {
    this.cursors.set(consumer, seq);
  }
}
