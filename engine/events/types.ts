import type { UtcMicros } from '../core/time.js';

/** What a part of the engine hands over; the publisher adds id, topic and seq. */
export interface EventDraft {
  /** Full AVA type, `Microsoft.VideoAnalyzer.Operational.RecordingStarted`, or one of ours, `Sluice.…`. */
  eventType: string;
  /** Path below the module: `/livePipelines/p1/sinks/fileSink`, or '' for the module itself. */
  subject: string;
  /** Media time of the fact for analytics, wall time of the fact otherwise. */
  eventTime: UtcMicros;
  /** `id` of the event that caused this one. */
  correlationId?: string;
  data: Record<string, unknown>;
  /** Live pipeline that it belongs to, for filters. */
  pipeline?: string;
  /** hubOutputName of the sink that publishes it, if it came through an IotHubMessageSink. */
  output?: string;
}

/** An event in the log and on the wire, in this order of keys. */
export interface EventRecord {
  /** Gapless per engine, from 1. */
  seq: number;
  id: string;
  correlationId?: string;
  topic: string;
  subject: string;
  eventType: string;
  /** ISO-8601 UTC with milliseconds. */
  eventTime: string;
  dataVersion: string;
  data: Record<string, unknown>;
}

/** A record together with what only the engine needs. */
export interface StoredEvent {
  record: EventRecord;
  pipeline: string | undefined;
  output: string | undefined;
}

export interface EventFilter {
  pipeline?: string;
  /** Matches the full type, its last part, or a dotted suffix: `Inference`, `Operational.RecordingStarted`. */
  type?: string;
}

/** Sent instead of events that the log no longer holds. */
export interface GapRecord {
  gap: { from: number; to: number; reason: string };
}

/** Where the engine's parts put their facts. */
export interface EventPublisher {
  /**
   * Takes the event and returns its id at once, so that later events can correlate with it. The event is written to the
   * log, in order, before anybody sees it.
   */
  publish(draft: EventDraft): string;
}

/** The durable log. Small, so that another store can take its place. */
export interface EventFeed {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Up to `limit` events with seq > `since`, oldest first. */
  read(since: number, limit: number): StoredEvent[];
  /** Called after every written batch with the last seq in it. Returns the way to stop. */
  onAppended(listener: (lastSeq: number) => void): () => void;
  /** A publisher's durable position: the last seq that its peer has confirmed. 0 if it never confirmed one. */
  cursor(consumer: string): number;
  saveCursor(consumer: string, seq: number): void;
}

/** An event together with the text that goes over the wire, which is made once. */
export interface WireEvent extends StoredEvent {
  readonly seq: number;
  readonly eventType: string;
  /** The record as JSON. */
  readonly wire: string;
}

/** Limits on what the log keeps; whichever is met first. Whole segments go at a time. */
export interface RetentionLimits {
  maxEvents: number;
  maxBytes: number;
  maxAgeMs: number;
}

export interface EventJournalStats {
  firstSeq: number;
  lastSeq: number;
  /** Bytes of JSON in the log. */
  bytes: number;
  /** Events that wait to be written. */
  queued: number;
  /** Events that could not be kept since the log was opened. */
  lost: number;
  /** Why writing fails at the moment. */
  failure: string | undefined;
}

/** The engine's own log: what publishers of any kind need, and the writing side. */
export interface EventJournal extends EventFeed, EventPublisher {
  /** As `read`, without parsing. */
  readWire(since: number, limit: number): WireEvent[];
  /**
   * The gap that a reader at `since` meets next: events that retention removed, that a power cut took, or, for a reader
   * that is ahead of the log, that are not in this log at all. The reader continues at `gap.to`, or at `lastSeq` if that
   * is lower.
   */
  gapAfter(since: number): GapRecord | undefined;
  stats(): EventJournalStats;
  /** Changes how much is kept, from the next look on. What is not given stays as it is. */
  retain(limits: Partial<RetentionLimits>): void;
  /** Writes what waits. Rejects with a SluiceError if that is not possible now; the events stay in the queue. */
  flush(): Promise<void>;
  /**
   * Writes what waits and ends every timer and listener. Events that cannot be written are lost, which is logged. Never
   * rejects; calling it again does nothing. The database stays open.
   */
  close(): Promise<void>;
}
