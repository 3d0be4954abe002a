import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { type Logger, silentLogger } from '../core/log.js';
import { type Micros, millis } from '../core/time.js';
import type { EventMatcher } from '../events/filter.js';
import type { EventJournal, WireEvent } from '../events/types.js';
import type { SocketStats } from '../metrics/metrics.js';
import type { EventForm } from './event-forms.js';
import type { EventPeer } from './event-peer.js';
import { EventSubscriber, piecesOf } from './event-subscriber.js';
import { sendQueues } from './send-queues.js';

export interface SocketLimits {
  /** Bytes that may wait in a connection before its reader has to catch up from the journal. Default 1 MiB. */
  maxBufferedBytes?: number;
  /** A connection whose peer reads nothing for this long, although something waits, is closed with 4008. Default 60 s. */
  slowTimeoutMs?: number;
  /** How long a peer that is being closed may read nothing before it is cut off. Default 5 min. */
  farewellMs?: number;
  /** Interval of pings. A peer that shows no sign of life between two of them is disconnected. Default 30 s. */
  pingMs?: number;
}

const DEFAULT_LIMITS: Required<SocketLimits> = {
  maxBufferedBytes: 1024 * 1024,
  slowTimeoutMs: 60_000,
  farewellMs: 300_000,
  pingMs: 30_000,
};

/** A group of subscribers that are up to date and are sent the same bytes. */
interface Group {
  readonly form: EventForm;
  readonly matcher: EventMatcher;
  readonly members: Set<EventSubscriber>;
}

const CHECK_MS = 1000;
/** A peer that has been silent for this part of the time allowed is looked at more closely. */
const LOOK_AFTER = 1 / 12;
/** How long a peer may take to answer a close when the engine stops. */
const CLOSE_MS = 3000;
/** How long subscribers are served from the journal before other work gets its turn. */
const TURN: Micros = millis(4);

/**
 * Sends the events of the journal to connections. Subscribers that are up to date share one buffer per batch: an event is
 * written once for each form, and a batch is one write per connection. Those that are behind read from the journal, a
 * chunk at a time and in turn.
 */
export class EventFanOut {
  readonly #journal: EventJournal;
  readonly #clock: Clock;
  readonly #limits: Required<SocketLimits>;
  readonly #log: Logger;
  readonly #subscribers = new Set<EventSubscriber>();
  /** Subscribers that are up to date, by form and filter. */
  readonly #live = new Map<string, Group>();
  readonly #behind = new Set<EventSubscriber>();
  #stopListening: (() => void) | undefined;
  #stopChecking: CancelTimer | undefined;
  #turn: NodeJS.Immediate | undefined;
  #looking = false;
  /** The last event that was sent to those who are up to date. */
  #shown: number;
  #sinceLastPing = 0;
  readonly #gone = {
    socket: { events: 0, bytes: 0, closedSlow: 0 },
    stream: { events: 0, bytes: 0, closedSlow: 0 },
  };

  constructor(journal: EventJournal, clock: Clock, limits: SocketLimits = {}, log: Logger = silentLogger()) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#shown = journal.lastSeq;
  }

  /** Begins to follow the journal and to check the connections. */
  start(): void {
    this.#shown = this.#journal.lastSeq;
    this.#stopListening = this.#journal.onAppended(() => this.#fanOut());
    this.#stopChecking = every(this.#clock, this.#checkMs, () => this.#check());
  }

  get maxBufferedBytes(): number {
    return this.#limits.maxBufferedBytes;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** @param since begin after this event; undefined: only what comes from now on */
  add(peer: EventPeer, since: number | undefined, matcher: EventMatcher): EventSubscriber {
    const subscriber = new EventSubscriber({
      peer,
      matcher,
      journal: this.#journal,
      since: since ?? this.#shown,
      onReady: () => this.#wake(subscriber),
    });
    this.#subscribers.add(subscriber);
    peer.onceClosed(() => this.#remove(subscriber));
    peer.begin(subscriber.cursor);
    this.#wake(subscriber);
    return subscriber;
  }

  /** Of one kind of connection. */
  stats(kind: EventPeer['kind']): SocketStats {
    const { events, bytes, closedSlow } = this.#gone[kind];
    const stats = { subscribers: 0, maxLag: 0, eventsSent: events, bytesSent: bytes, closedSlow };
    for (const subscriber of this.#subscribers) {
      if (subscriber.peer.kind !== kind) continue;
      stats.subscribers += 1;
      stats.eventsSent += subscriber.eventsSent;
      stats.bytesSent += subscriber.bytesSent;
      if (subscriber.peer.open) stats.maxLag = Math.max(stats.maxLag, this.#journal.lastSeq - subscriber.cursor);
    }
    return stats;
  }

  /** Closes every connection, after what was already sent to it. */
  close(): void {
    this.#stopListening?.();
    this.#stopChecking?.();
    if (this.#turn) clearImmediate(this.#turn);
    for (const { peer } of this.#subscribers) {
      peer.close(1001, 'the engine is stopping');
      peer.onceClosed(this.#clock.after(CLOSE_MS, () => peer.terminate()));
    }
  }

  /** How often the connections are checked, in ms. */
  get #checkMs(): number {
    return Math.min(CHECK_MS, this.#limits.pingMs, this.#limits.slowTimeoutMs);
  }

  #remove(subscriber: EventSubscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    const gone = this.#gone[subscriber.peer.kind];
    gone.events += subscriber.eventsSent;
    gone.bytes += subscriber.bytesSent;
    this.#behind.delete(subscriber);
    this.#leave(subscriber);
  }

  #join(subscriber: EventSubscriber): void {
    const key = subscriber.groupKey;
    let group = this.#live.get(key);
    if (!group) {
      group = { form: subscriber.peer.form, matcher: subscriber.matcher, members: new Set() };
      this.#live.set(key, group);
    }
    group.members.add(subscriber);
  }

  #leave(subscriber: EventSubscriber): void {
    const key = subscriber.groupKey;
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
    const written = new Map<string, Array<Buffer | undefined>>(); // by form
    for (const { form, matcher, members } of this.#live.values()) {
      const known = written.get(form.name) ?? [];
      written.set(form.name, known);
      const parts: Buffer[] = [];
      events.forEach((event, index) => {
        if (matcher.matches(event)) parts.push(this.#write(form, event, known, index));
      });
      const pieces = piecesOf(parts);
      for (const subscriber of members) {
        // Those whose connection is full continue from their own position when it has drained.
        if (!subscriber.show(lastSeq, pieces)) this.#leave(subscriber);
      }
    }
  }

  /** Each event once for a form, whoever gets it. */
  #write(form: EventForm, event: WireEvent, known: Array<Buffer | undefined>, index: number): Buffer {
    const bytes = known[index] ?? form.event(event);
    known[index] = bytes;
    return bytes;
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
      this.#log.error({ err: error }, 'the event log cannot be read for a subscriber');
      subscriber.peer.close(1011, 'the event log cannot be read');
    }
  }

  #check(): void {
    this.#sinceLastPing += this.#checkMs;
    const ping = this.#sinceLastPing >= this.#limits.pingMs;
    if (ping) this.#sinceLastPing = 0;
    const silent: EventPeer[] = [];
    for (const subscriber of this.#subscribers) {
      const { peer } = subscriber;
      if (peer.stuckFor() >= millis(this.#limits.slowTimeoutMs * LOOK_AFTER)) silent.push(peer);
      if (ping) subscriber.beat();
    }
    if (silent.length > 0 && !this.#looking) void this.#lookAt(silent);
  }

  /** Those that seem to read nothing, with what the system knows of them. */
  async #lookAt(silent: readonly EventPeer[]): Promise<void> {
    this.#looking = true;
    const listed = silent.filter(({ connection }) => connection.remotePort !== undefined);
    for (const peer of silent) if (!listed.includes(peer)) this.#judge(peer);
    if (listed.length > 0) {
      const queues = await sendQueues(listed.map(({ connection }) => connection));
      for (const peer of listed) {
        const queue = queues.get(peer.connection);
        if (queue !== undefined) peer.queueIs(queue);
        this.#judge(peer);
      }
    }
    this.#looking = false;
  }

  #judge(peer: EventPeer): void {
    const stuck = peer.stuckFor();
    if (!peer.open) {
      if (stuck >= millis(this.#limits.farewellMs)) peer.terminate();
    } else if (stuck >= millis(this.#limits.slowTimeoutMs)) {
      this.#gone[peer.kind].closedSlow += 1;
      peer.close(4008, 'too slow: reconnect with since');
    }
  }
}
