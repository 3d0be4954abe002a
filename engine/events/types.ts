import type { UtcMicros } from '../core/time.js';
import type { EventData, EventType } from './definitions/index.js';

/** A type of event, and data that fits it. */
export type EventBody = { [Type in EventType]: { eventType: Type; data: EventData<Type> } }[EventType];

/** What a part of the engine publishes; the journal adds id, topic and seq. */
export interface EventDraft<Type extends string = string> {
  /** Full AVA type, `Microsoft.VideoAnalyzer.Operational.RecordingStarted`, or one of ours, `Sluice.…`. */
  eventType: Type;
  /** Path below the module: `/livePipelines/p1/sinks/fileSink`, or '' for the module itself. */
  subject: string;
  /** When it happened: media time for analytics, wall time otherwise. */
  eventTime: UtcMicros;
  /** `id` of the event that caused this one. */
  correlationId?: string;
  data: EventData<Type>;
  /** Live pipeline that the event belongs to, for filters. */
  pipeline?: string;
  /** hubOutputName of the IotHubMessageSink that it passed, if any. */
  output?: string;
}

/** An event as it is stored and sent, in this order of keys. */
export interface EventRecord<Type extends string = string> {
  /** Gapless per engine, from 1. */
  seq: number;
  id: string;
  correlationId?: string;
  topic: string;
  subject: string;
  eventType: Type;
  /** ISO-8601 UTC with milliseconds. */
  eventTime: string;
  dataVersion: string;
  data: EventData<Type>;
}

/**
 * An event of the engine. Its `eventType` says what is in `data`. Node types that a program adds may publish other types,
 * which are `EventRecord`s as well.
 */
export type EngineEvent = { [Type in EventType]: EventRecord<Type> }[EventType];

/** An event with what only the engine needs to know of it. */
export interface StoredEvent {
  record: EventRecord;
  pipeline: string | undefined;
  output: string | undefined;
}

export interface EventFilter {
  /** Events of this live pipeline, or of any of these. Absent or an empty list: of all, and of the engine itself. */
  pipeline?: string | readonly string[];
  /**
   * Events of this type, or of any of these. Matches the full type, its last part, or a dotted suffix: `Inference`,
   * `Operational.RecordingStarted`; with `.*` at the end all types that go on behind it: `Sluice.Diagnostics.*`,
   * `Diagnostics.*`. Absent or an empty list: all.
   */
  type?: string | readonly string[];
}

/** Sent in place of events that the journal does not hold (any more). */
export interface GapRecord {
  gap: { from: number; to: number; reason: string };
}

/** Where the parts of the engine publish their events. */
export interface EventPublisher {
  /**
   * Takes the event and returns its id at once, so that later events can refer to it. Events are written to disk, in
   * order, before any reader sees them.
   */
  publish<Type extends string>(draft: EventDraft<Type>): string;
}

/**
 * What became of a commit. `written`: it is in the database. `waiting`: the database cannot be written now; it is kept,
 * in order, and tried again. `lost`: it could not be kept either, and nothing of it will be written.
 */
export type CommitOutcome = 'written' | 'waiting' | 'lost';

/** An event as the journal of another engine has it. */
export interface CopiedEvent {
  type: string;
  pipeline: string | null;
  output: string | null;
  /** The record as JSON, with the number that it has there. */
  wire: string;
}

/** For the parts of the engine that keep tables of their own in the journal's database. */
export interface EventCommitter extends EventPublisher {
  /**
   * Writes events and the `change` of the database that they tell of in one transaction, at once, after everything that
   * was published before. Neither is ever written, or dropped, without the other. Never throws.
   * @param change runs SQL statements and does nothing else: it may run more than once, and later than now. What it
   *   finds then is what everything before it has left.
   */
  commit(change: () => void, drafts: readonly EventDraft[]): CommitOutcome;
  /**
   * As `commit`, but now or not at all.
   * @throws what SQLite says. Nothing is written then, now or later, and nothing is counted as lost.
   */
  commitNow(change: () => void, drafts: readonly EventDraft[]): void;
  /** The event with this id, if it is written and among the newest 10 000. */
  recent(id: string): StoredEvent | undefined;
}

/** Where the journals of several engines become one. */
export interface EventAdopter {
  /**
   * As `commitNow`, with events of another journal. They stay as they are, but get numbers of this one.
   * @throws as `commitNow`
   */
  adopt(change: () => void, events: readonly CopiedEvent[]): void;
}

/** What a reader with a durable position needs of the journal. */
export interface EventFeed {
  /** `topic` of the events that are written now. */
  readonly topic: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Up to `limit` events with seq > `since`, oldest first. */
  read(since: number, limit: number): StoredEvent[];
  /** Called after every written batch with the last seq in it. Returns the way to stop. */
  onAppended(listener: (lastSeq: number) => void): () => void;
  /** A consumer's durable position: the last seq that it has confirmed. 0 if it never confirmed one. */
  cursor(consumer: string): number;
  saveCursor(consumer: string, seq: number): void;
}

/** An event with its JSON, which is built once and sent as it is. */
export interface WireEvent extends StoredEvent {
  readonly seq: number;
  readonly eventType: string;
  /** The record as JSON. */
  readonly wire: string;
}

/** How much the journal keeps; whichever limit is met first. Events are removed a segment at a time. */
export interface RetentionLimits {
  maxEvents: number;
  maxBytes: number;
  maxAgeMs: number;
}

export interface EventJournalStats {
  firstSeq: number;
  lastSeq: number;
  /** Bytes of JSON in the journal. */
  bytes: number;
  /** Events waiting to be written. */
  queued: number;
  /** Events that could not be kept since the journal was opened. */
  lost: number;
  /** Why events cannot be written at the moment; undefined if they can. */
  failure: string | undefined;
}

/** The engine's durable event log. */
export interface EventJournal extends EventFeed, EventPublisher {
  /** As `read`, without parsing. */
  readWire(since: number, limit: number): WireEvent[];
  /**
   * The gap right after `since`, if there is one: events that retention has removed, that a power cut has destroyed,
   * or, if `since` is beyond the end, that this journal never held. The reader continues at `gap.to`, or at `lastSeq`
   * if that is lower.
   */
  gapAfter(since: number): GapRecord | undefined;
  stats(): EventJournalStats;
  /**
   * Changes how much is kept, the next time that old events are removed. Limits that are not given stay as they are.
   */
  retain(limits: Partial<RetentionLimits>): void;
  /** Writes what is waiting. Rejects with a SluiceError if that is not possible now; the events stay in the queue. */
  flush(): Promise<void>;
  /**
   * Writes what is waiting and ends every timer and listener. Events that cannot be written are lost, which is logged.
   * Never rejects; calling it again does nothing. The database stays open.
   */
  close(): Promise<void>;
}
