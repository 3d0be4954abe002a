import { guarded } from '../core/guarded.js';
import { EventMatcher } from './filter.js';
import { JournalReader } from './journal-reader.js';
import type { EngineEvent, EventFilter, EventJournal, GapRecord } from './types.js';

export interface SubscribeOptions extends EventFilter {
  /** Events after this seq; 0 is the beginning of the log. Default: from now on. */
  since?: number;
  /** Called in place of events that the log does not hold (any more). If it fails, the subscription ends. */
  onGap?(gap: GapRecord): unknown;
}

/**
 * How a subscription ended: it was closed, or its handler threw or rejected. `seq` is then the event that the handler
 * was called with last; after a rejection this may be a later one.
 */
export type SubscriptionEnd = { kind: 'closed' } | { kind: 'failed'; error: unknown; seq: number };

export interface Subscription {
  /** Seq of the last event that was read, whether or not it passed the filter. */
  readonly seq: number;
  /** Resolves when no more events will come. Never rejects. */
  readonly ended: Promise<SubscriptionEnd>;
  close(): void;
}

/** May be asynchronous. It is not waited for, so calls may overlap; they begin in order. */
export type EventHandler = (event: EngineEvent) => unknown;

/** Events handled before other work gets its turn. */
const SLICE = 256;

/**
 * Calls `handler` with every event, in order, each once, stored ones first. If the handler throws or rejects, the
 * subscription ends, and `onFailed` is told of it.
 */
export const subscribe = (
  journal: EventJournal,
  options: SubscribeOptions,
  handler: EventHandler,
  onFailed: (error: unknown, seq: number) => void = () => {},
): Subscription => {
  const reader = new JournalReader(journal, options.since ?? journal.lastSeq);
  const matcher = new EventMatcher(options);
  let seq = reader.cursor;
  let open = true;
  let turn: NodeJS.Immediate | undefined;
  let settleEnded: (end: SubscriptionEnd) => void;
  const ended = new Promise<SubscriptionEnd>((resolve) => {
    settleEnded = resolve;
  });

  const end = (how: SubscriptionEnd) => {
    if (!open) return;
    open = false;
    stopListening();
    if (turn) clearImmediate(turn);
    settleEnded(how);
  };
  const fail = (error: unknown) => {
    // Calls that overlapped may fail after the first.
    if (!open) return;
    const failedAt = seq;
    end({ kind: 'failed', error, seq: failedAt });
    onFailed(error, failedAt);
  };
  const handle = guarded(handler, fail);
  const onGap = guarded((gap: GapRecord) => options.onGap?.(gap), fail);
  const schedule = () => {
    if (open) turn ??= setImmediate(deliver);
  };
  /** False at the end of the journal. */
  const deliverSlice = (): boolean => {
    const chunk = reader.next(SLICE);
    if (chunk.kind === 'end') return false;
    if (chunk.kind === 'gap') onGap(chunk.gap);
    else {
      for (const event of chunk.events) {
        if (!open) return false;
        seq = event.seq;
        if (matcher.matches(event)) handle(event.record as EngineEvent);
      }
    }
    if (open) seq = reader.cursor;
    return true;
  };
  const deliver = () => {
    turn = undefined;
    try {
      if (deliverSlice()) schedule();
    } catch (error) {
      fail(error); // the journal cannot be read
    }
  };

  const stopListening = journal.onAppended(schedule);
  schedule();
  return {
    get seq() {
      return seq;
    },
    ended,
    close: () => end({ kind: 'closed' }),
  };
};
