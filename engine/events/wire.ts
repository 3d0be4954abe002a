import { toIso } from '../core/time.js';
import type { NewRow } from './event-store.js';
import type { CopiedEvent, EventDraft, EventRecord, WireEvent } from './types.js';

/** What is the same in every event of an engine. */
export interface EventOrigin {
  /** `topic` of every event. AVA puts the account's resource path here. */
  topic: string;
  /** Module name in every subject. */
  module: string;
}

const DATA_VERSION = '1.0';

/**
 * The JSON of an event but for its number, which is known only when it is written. The order of the keys is part of the
 * contract. `data` is serialised now: the caller may change it afterwards.
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

/** The row of an event of another journal: the number that it has there, the first key of its JSON, is left out. */
export const copiedRow = ({ type, pipeline, output, wire }: CopiedEvent): NewRow => ({
  type,
  pipeline,
  output,
  wire: wire.slice(wire.indexOf(',') + 1),
});

/** An event of the journal. Its JSON is parsed only if somebody asks for the record. */
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
