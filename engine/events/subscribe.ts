import type { CallbackFault, OnError } from '../core/callback-faults.js';
import { guarded } from '../core/guarded.js';
import { EventMatcher } from './filter.js';
import { JournalReader } from './journal-reader.js';
import type { EngineEvent, EventFilter, EventJournal, GapRecord, WireEvent } from './types.js';

export interface SubscribeOptions extends EventFilter {
  /** Events after this seq; 0 is the beginning of the log. Default: from now on. */
  since?: number | undefined;
  /** Called in place of events that the log does not hold (any more). */
  onGap?: ((gap: GapRecord) => unknown) | undefined;
  /**
   * Told of what the handler or `onGap` threw or rejected with. The subscription then goes on with the next event; without
   * it, the subscription ends, because nobody knows of the event that was not handled.
   */
  onError?: OnError | undefined;
}

/**
 * How a subscription ended: it or the engine was closed, or its handler threw or rejected. `seq` is then the event that the handler
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

/** Events that a subscription is still given when the engine closes. It can ask for what is left at the next start. */
const LAST = 4096;

/** What a subscription tells of. */
export interface SubscriptionObserver {
  /** It has ended because of this. */
  failed(error: unknown, seq: number): void;
  /** It goes on: its own `onError` was told. */
  wentOn(error: unknown, fault: CallbackFault): void;
}

/** A subscription, and the way to end it with the engine. */
export interface OpenSubscription extends Subscription {
  /** Gives the handler what has been written, and ends. */
  finish(): void;
}

/** Calls `handler` with every event, in order, each once, stored ones first. */
export const subscribe = (
  journal: EventJournal,
  options: SubscribeOptions,
  handler: EventHandler,
  observer: SubscriptionObserver = { failed: () => {}, wentOn: () => {} },
): OpenSubscription => {
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
    observer.failed(error, failedAt);
  };
  /** What becomes of an error of a callback, which belongs to the program. */
  const onFault = (error: unknown, fault: CallbackFault): void => {
    const { onError } = options;
    if (!onError) {
      fail(error);
      return;
    }
    observer.wentOn(error, fault);
    // What it is told with may fail as well, and that is the end of it.
    guarded(onError, (thrown) => observer.wentOn(thrown, { ...fault, callback: 'onError' }))(error, fault);
  };
  const handle = (event: WireEvent) =>
    guarded(handler, (error) => onFault(error, { callback: 'handler', seq: event.seq }))(event.record as EngineEvent);
  const onGap = (gap: GapRecord) =>
    guarded(
      () => options.onGap?.(gap),
      (error) => onFault(error, { callback: 'onGap', seq: gap.gap.from }),
    )();
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
        if (matcher.matches(event)) handle(event);
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
  const finish = () => {
    try {
      if (journal.lastSeq - reader.cursor <= LAST) while (open && deliverSlice());
    } catch (error) {
      fail(error);
    }
    end({ kind: 'closed' });
  };

  const stopListening = journal.onAppended(schedule);
  schedule();
  return {
    get seq() {
      return seq;
    },
    ended,
    close: () => end({ kind: 'closed' }),
    finish,
  };
};
