import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { type Logger, silentLogger } from '../core/log.js';
import { type Micros, millis } from '../core/time.js';
import { filterKey, matches } from '../events/filter.js';
import type { EventFilter, EventJournal, WireEvent } from '../events/types.js';
import type { SocketStats } from '../metrics/metrics.js';
import { EventSubscriber, piecesOf } from './event-subscriber.js';
import { textFrame } from './frames.js';

export interface SocketLimits {
  /** Bytes that may wait in a socket before its reader has to catch up from the journal. Default 1 MiB. */
  maxBufferedBytes?: number;
  /** A socket whose peer reads nothing for this long, although something waits, is closed with 4008. Default 60 s. */
  slowTimeoutMs?: number;
  /** Interval of pings. A peer that shows no sign of life between two of them is disconnected. Default 30 s. */
  pingMs?: number;
}

const CHECK_MS = 1000;
/** How long subscribers are served from the journal before other work gets its turn. */
const TURN: Micros = millis(4);

/**
 * Sends the events of the journal to sockets. Subscribers that are up to date share one buffer per batch: an event is
 * encoded once, and a batch is one write per socket. Those that are behind read from the journal, a chunk at a time and
 * in turn.
 */
export class EventFanOut {
  readonly #journal: EventJournal;
  readonly #clock: Clock;
  readonly #limits: Required<SocketLimits>;
  readonly #log: Logger;
  readonly #subscribers = new Set<EventSubscriber>();
  /** Subscribers that are up to date, by filter: those with the same filter get the same bytes. */
  readonly #live = new Map<string, { filter: EventFilter; members: Set<EventSubscriber> }>();
  readonly #behind = new Set<EventSubscriber>();
  #stopListening: (() => void) | undefined;
  #stopChecking: CancelTimer | undefined;
  #turn: NodeJS.Immediate | undefined;
  /** The last event that was sent to those who are up to date. */
  #shown: number;
  #sinceLastPing = 0;
  #closedSlow = 0;
  #gone = { events: 0, bytes: 0 };

  constructor(journal: EventJournal, clock: Clock, limits: SocketLimits = {}, log: Logger = silentLogger()) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
    this.#limits = { maxBufferedBytes: 1024 * 1024, slowTimeoutMs: 60_000, pingMs: 30_000, ...limits };
    this.#shown = journal.lastSeq;
  }

  /** Begins to follow the journal and to check the sockets. */
  start(): void {
    this.#shown = this.#journal.lastSeq;
    this.#stopListening = this.#journal.onAppended(() => this.#fanOut());
    this.#stopChecking = every(this.#clock, this.#checkMs, () => this.#checkSockets());
  }

  /**
   * @param stream the connection under `socket`, to which prepared frames are written directly. The socket must not use
   *   extensions, which could split or compress frames.
   * @param since begin after this event; undefined: only what comes from now on
   */
  add(socket: WebSocket, stream: Duplex, since: number | undefined, filter: EventFilter): EventSubscriber {
    const subscriber = new EventSubscriber({
      socket,
      stream,
      filter,
      journal: this.#journal,
      clock: this.#clock,
      since: since ?? this.#shown,
      maxBufferedBytes: this.#limits.maxBufferedBytes,
      onReady: () => this.#wake(subscriber),
    });
    this.#subscribers.add(subscriber);
    socket.once('close', () => this.#remove(subscriber));
    this.#wake(subscriber);
    return subscriber;
  }

  stats(): SocketStats {
    const stats = {
      subscribers: this.#subscribers.size,
      maxLag: 0,
      eventsSent: this.#gone.events,
      bytesSent: this.#gone.bytes,
    };
    for (const subscriber of this.#subscribers) {
      stats.eventsSent += subscriber.eventsSent;
      stats.bytesSent += subscriber.bytesSent;
      stats.maxLag = Math.max(stats.maxLag, this.#journal.lastSeq - subscriber.cursor);
    }
    return { ...stats, closedSlow: this.#closedSlow };
  }

  /** Closes every socket, after what was already sent to it. */
  close(): void {
    this.#stopListening?.();
    this.#stopChecking?.();
    if (this.#turn) clearImmediate(this.#turn);
    for (const subscriber of this.#subscribers) subscriber.end(1001, 'the engine is stopping');
  }

  /** How often the sockets are checked, in ms. */
  get #checkMs(): number {
    return Math.min(CHECK_MS, this.#limits.pingMs, this.#limits.slowTimeoutMs);
  }

  #remove(subscriber: EventSubscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    this.#gone.events += subscriber.eventsSent;
    this.#gone.bytes += subscriber.bytesSent;
    this.#behind.delete(subscriber);
    this.#leave(subscriber);
  }

  #join(subscriber: EventSubscriber): void {
    const key = filterKey(subscriber.filter);
    let group = this.#live.get(key);
    if (!group) {
      group = { filter: subscriber.filter, members: new Set() };
      this.#live.set(key, group);
    }
    group.members.add(subscriber);
  }

  #leave(subscriber: EventSubscriber): void {
    const key = filterKey(subscriber.filter);
    const group = this.#live.get(key);
    group?.members.delete(subscriber);
    if (group?.members.size === 0) this.#live.delete(key);
  }

  /** Called in the turn of the event loop in which the events were written. */
  #fanOut(): void {
    const lastSeq = this.#journal.lastSeq;
    if (this.#live.size === 0) {
      this.#shown = lastSeq;
      return;
    }
    const events = this.#journal.readWire(this.#shown, lastSeq - this.#shown);
    this.#shown = lastSeq;
    const frames: Array<Buffer | undefined> = [];
    const frameOf = (event: WireEvent, index: number): Buffer => {
      frames[index] ??= textFrame(event.wire);
      return frames[index];
    };
    for (const { filter, members } of this.#live.values()) {
      const parts: Buffer[] = [];
      events.forEach((event, index) => {
        if (matches(filter, event)) parts.push(frameOf(event, index));
      });
      const pieces = piecesOf(parts);
      for (const subscriber of members) {
        // Those whose connection is full continue from their own position when it has drained.
        if (!subscriber.show(lastSeq, pieces)) this.#leave(subscriber);
      }
    }
  }

  #wake(subscriber: EventSubscriber): void {
    if (!this.#subscribers.has(subscriber)) return;
    this.#behind.add(subscriber);
    this.#turn ??= setImmediate(() => this.#catchUp());
  }

  #catchUp(): void {
    this.#turn = undefined;
    const started = this.#clock.monotonic();
    // A set keeps insertion order: who has had a turn goes to the end.
    for (const subscriber of [...this.#behind]) {
      this.#behind.delete(subscriber);
      this.#step(subscriber);
      if (this.#clock.monotonic() - started > TURN) break;
    }
    if (this.#behind.size > 0) this.#turn = setImmediate(() => this.#catchUp());
  }

  #step(subscriber: EventSubscriber): void {
    try {
      const state = subscriber.read();
      if (state === 'more') this.#behind.add(subscriber);
      if (state === 'upToDate') {
        // No event can have been appended since it read: all of this happens in one turn of the event loop.
        if (subscriber.cursor === this.#shown) this.#join(subscriber);
        else this.#behind.add(subscriber);
      }
    } catch (error) {
      this.#log.error({ err: error }, 'the event log cannot be read for a socket');
      subscriber.end(1011, 'the event log cannot be read');
    }
  }

  #checkSockets(): void {
    const slowTimeout = millis(this.#limits.slowTimeoutMs);
    this.#sinceLastPing += this.#checkMs;
    const ping = this.#sinceLastPing >= this.#limits.pingMs;
    if (ping) this.#sinceLastPing = 0;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.open) continue;
      if (subscriber.stuckFor() >= slowTimeout) {
        this.#closedSlow += 1;
        subscriber.end(4008, 'too slow: reconnect with since');
      } else if (ping) subscriber.ping();
    }
  }
}
