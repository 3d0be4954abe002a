import { matches } from './filter.js';
import { JournalReader } from './journal-reader.js';
import type { EventFilter, EventJournal, EventRecord, GapRecord } from './types.js';

export interface SubscribeOptions extends EventFilter {
  /** Events after this seq; 0 is the beginning of the log. Default: from now on. */
  since?: number;
  /** Called in place of events that the log does not hold (any more). */
  onGap?(gap: GapRecord): void;
}

export interface Subscription {
  /** Seq of the last event that was read, whether or not it passed the filter. */
  readonly seq: number;
  close(): void;
}

/** Events handled before other work gets its turn. */
const SLICE = 256;

/**
 * Calls `handler` with every event, in order, each once, stored ones first. If the handler throws, the subscription
 * ends and the exception goes on, as from any other callback.
 */
export const subscribe = (
  journal: EventJournal,
  options: SubscribeOptions,
  handler: (event: EventRecord) => void,
): Subscription => {
  const reader = new JournalReader(journal, options.since ?? journal.lastSeq);
  let seq = reader.cursor;
  let open = true;
  let turn: NodeJS.Immediate | undefined;

  const close = () => {
    open = false;
    stopListening();
    if (turn) clearImmediate(turn);
  };
  const schedule = () => {
    if (open) turn ??= setImmediate(deliver);
  };
  /** False at the end of the journal. */
  const deliverSlice = (): boolean => {
    const chunk = reader.next(SLICE);
    if (chunk.kind === 'end') return false;
    if (chunk.kind === 'gap') options.onGap?.(chunk.gap);
    else {
      for (const event of chunk.events) {
        if (!open) return false;
        seq = event.seq;
        if (matches(options, event)) handler(event.record);
      }
    }
    seq = reader.cursor;
    return true;
  };
  const deliver = () => {
    turn = undefined;
    let failed = true;
    try {
      const more = deliverSlice();
      failed = false;
      if (more) schedule();
    } finally {
      if (failed) close();
    }
  };

  const stopListening = journal.onAppended(schedule);
  schedule();
  return {
    get seq() {
      return seq;
    },
    close,
  };
};
