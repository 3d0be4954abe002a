import { toIso } from '../core/time.js';
import type { NewRow } from './event-store.js';
import type { EventDraft, EventRecord, WireEvent } from './types.js';

/** Who speaks: the same for every event of an engine. */
export interface EventOrigin {
  /** `topic` of every event. AVA puts the account's resource path here. */
  topic: string;
  /** Module name in every subject. */
  module: string;
}

const DATA_VERSION = '1.0';

/**
 * The text of an event without its number, which is only known when it is written. The order of the keys is part of the
 * contract. `data` is read now: the caller may change it afterwards.
 */
export const rowOf = (draft: EventDraft, id: string, origin: EventOrigin): NewRow => {
  const text = JSON.stringify({
    id,
    correlationId: draft.correlationId,
    topic: origin.topic,
    subject: `/edgeModules/${origin.module}${draft.subject}`,
    eventType: draft.eventType,
    eventTime: toIso(draft.eventTime),
    dataVersion: DATA_VERSION,
    data: draft.data,
  });
  return {
    type: draft.eventType,
    pipeline: draft.pipeline ?? null,
    output: draft.output ?? null,
    wire: text.slice(1),
  };
};

/** An event read from the log. Parsed only if somebody asks for the record. */
export class JournalEvent implements WireEvent {
  #record: EventRecord | undefined;

  constructor(
    readonly seq: number,
    readonly eventType: string,
    readonly pipeline: string | undefined,
    readonly output: string | undefined,
    readonly wire: string,
  ) {}

  get record(): EventRecord {
    this.#record ??= JSON.parse(this.wire) as EventRecord;
    return this.#record;
  }
}
