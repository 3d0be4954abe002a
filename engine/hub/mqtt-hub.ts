import type { IPublishPacket } from 'mqtt';
import { withoutCredentials } from '../../bridge/credentials.js';
import { Backoff } from '../core/backoff.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/log.js';
import type { InputRouter, MethodInvoker } from '../core/ports.js';
import type { EventFeed, EventPublisher } from '../events/types.js';
import { EventSender, isRefusal } from './event-sender.js';
import { HubInputs } from './inputs.js';
import { Link, type LinkEnd, type LinkMessage } from './link.js';
import { HubMethods } from './methods.js';
import { Outbox } from './outbox.js';
import { ProtocolChoice } from './protocol-choice.js';
import { HubReports } from './reports.js';
import { Topics } from './topics.js';
import type { HubSettings, HubState, HubStats } from './types.js';

interface MqttHubOptions {
  settings: HubSettings;
  journal: EventFeed;
  /** Where events that could not be delivered are reported (`Diagnostics.DataDropped`). */
  events?: EventPublisher;
  inputs?: InputRouter;
  methods?: MethodInvoker;
  /**
   * Seq after which publishing begins if this engine has never had a broker. Default: the journal's last one, so that a
   * new broker is not flooded with history. With the journal's `lastSeq` at the start of the engine, the engine's own
   * first events are published, too.
   */
  beginAfter?: number;
  clock: Clock;
  log?: Logger;
  random?: () => number;
}

const CONSUMER = 'mqtt';
/** Set once publishing has begun: a cursor of 0 alone could also mean that nothing was confirmed yet. */
const CONSUMER_MARK = 'mqtt.begun';
/** At least a tenth of each wait is waited, so that a broker that refuses us is not flooded. */
const RETRIES = { normal: { firstMs: 500, lastMs: 10_000, floor: 0.1 } } as const;
/** A connection that lasted this long counts as good. */
const STABLE_MS = 10_000;
/** How long to wait for acknowledgements before disconnecting. */
const SETTLE_MS = 2000;
const MAX_WAITING_ANSWERS = 256;

/**
 * The hub: an MQTT broker in the place of AVA's Edge hub. Events are published from the journal, at least once and in
 * order; messages and direct methods come in. See docs/ref/mqtt.md.
 */
export class MqttHub {
  readonly #journal: EventFeed;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #backoff: Backoff<'normal'>;
  readonly #outbox: Outbox;
  readonly #inputs: HubInputs | undefined;
  readonly #methods: HubMethods | undefined;
  readonly #reports: HubReports;
  #beginAfter: number | undefined;
  #settings: HubSettings;
  #topics: Topics;
  #link: Link | undefined;
  #sender: EventSender | undefined;
  #answers: LinkMessage[] = [];
  #state: HubState = 'off';
  #since: number;
  #protocol: ProtocolChoice;
  #timer: CancelTimer | undefined;
  #unlisten: (() => void) | undefined;
  #subscribed = true;
  #turn: Promise<void> = Promise.resolve();
  #counts = { connections: 0, failures: 0, published: 0, acknowledged: 0, resent: 0 };

  /** @throws TopicError */
  constructor(options: MqttHubOptions) {
    this.#settings = options.settings;
    this.#topics = new Topics(options.settings);
    this.#protocol = new ProtocolChoice(options.settings.mqtt.protocol);
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLogger();
    this.#backoff = new Backoff({
      clock: this.#clock,
      ranges: RETRIES,
      stableMs: STABLE_MS,
      ...(options.random ? { random: options.random } : {}),
    });
    this.#since = this.#clock.utc();
    this.#reports = new HubReports(this.#log, this.#clock, options.events);
    if (options.inputs) this.#inputs = new HubInputs(options.inputs, this.#clock, this.#log);
    if (options.methods) this.#methods = new HubMethods(options.methods, this.#log);
    this.#beginAfter = options.beginAfter;
    this.#outbox = new Outbox(options.journal, CONSUMER, this.#clock, {
      credit: () => this.#sender?.credit ?? 0,
      send: (event, repeat, done) => this.#sender?.send(event, this.#outbox.inFlight, repeat, done) ?? 'later',
      onLost: (from, to) => this.#reports.lose(from, to),
      onRetry: () => this.#link?.fail(new Error('the broker refuses events; they are sent again later')),
      onJournalError: (thrown, what) =>
        what === 'read'
          ? this.#reports.trouble('the event log cannot be read', thrown)
          : this.#reports.trouble('the position in the event log cannot be stored; events may be sent twice', thrown),
    });
  }

  /** Connects, and reconnects until `stop`. Does nothing if no broker is configured. */
  start(): void {
    if (this.#state !== 'off' || !this.#settings.mqtt.url) return;
    this.#begin();
    this.#unlisten = this.#journal.onAppended(() => this.#outbox.fill());
    this.#connect();
  }

  #begin(): void {
    const after = this.#beginAfter ?? this.#journal.lastSeq;
    // A broker that is configured later gets what happens from then on.
    this.#beginAfter = undefined;
    if (this.#journal.cursor(CONSUMER_MARK) !== 0) return;
    this.#outbox.begin(after);
    try {
      this.#journal.saveCursor(CONSUMER_MARK, 1);
    } catch (thrown) {
      this.#reports.trouble('the position in the event log cannot be stored; events may be sent twice', thrown);
    }
  }

  /** Applies new settings at once: reconnects if they differ. @throws TopicError, and nothing changes. */
  reconfigure(settings: HubSettings): Promise<void> {
    const topics = new Topics(settings);
    return this.#inTurn(async () => {
      if (this.#state === 'stopped' || JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
      await this.#disconnect();
      this.#settings = settings;
      this.#topics = topics;
      this.#backoff.reset();
      this.#protocol = new ProtocolChoice(settings.mqtt.protocol);
      this.#enter('off');
      this.start();
    });
  }

  /** Disconnects and stores the position. Events that are not acknowledged are sent again after the next start. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#disconnect();
      this.#enter('stopped');
    });
  }

  stats(): HubStats {
    const cursor = this.#outbox.cursor;
    return {
      state: this.#state,
      protocol: this.#link && this.#state === 'connected' ? (this.#link.version === 5 ? '5' : '3.1.1') : undefined,
      since: Math.floor(this.#since / 1000),
      lastError: this.#reports.lastError,
      subscribed: this.#subscribed,
      ...this.#counts,
      dropped: this.#reports.dropped,
      lost: this.#reports.lost,
      inFlight: this.#outbox.inFlight,
      cursor,
      lag: this.#journal.lastSeq - cursor,
      inputs: { ...(this.#inputs?.counts ?? { received: 0, delivered: 0, undelivered: 0, refused: 0 }) },
      methods: { ...(this.#methods?.counts ?? { received: 0, answered: 0, refused: 0 }) },
    };
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #disconnect(): Promise<void> {
    this.#timer?.();
    this.#unlisten?.();
    this.#unlisten = undefined;
    if (this.#state === 'connected') await this.#outbox.settle(SETTLE_MS);
    // The link may have closed meanwhile and scheduled a reconnect.
    this.#timer?.();
    const link = this.#link;
    this.#link = undefined;
    this.#answers = [];
    this.#sender?.close();
    this.#sender = undefined;
    this.#outbox.pause();
    await link?.close();
  }

  #enter(state: HubState): void {
    this.#state = state;
    this.#since = this.#clock.utc();
  }

  #connect(): void {
    this.#enter('connecting');
    try {
      const link: Link = new Link(this.#settings, this.#protocol.version, this.#clock, {
        onOpen: () => this.#opened(link),
        onMessage: (packet) => this.#received(link, packet),
        onClosed: (end) => {
          if (link === this.#link) this.#closed(end);
        },
      });
      this.#link = link;
    } catch (thrown) {
      this.#closed({ error: thrown instanceof Error ? thrown : new Error(messageOf(thrown)), versionDoubt: 'none' });
    }
  }

  #opened(link: Link): void {
    this.#counts.connections++;
    this.#protocol.opened();
    this.#enter('connected');
    this.#log.info({ broker: this.#brokerName(), protocol: link.version }, 'connected to the broker');
    this.#backoff.succeeded();
    this.#sender = new EventSender(
      link,
      { settings: this.#settings, topics: this.#topics, clock: this.#clock, counts: this.#counts },
      {
        onDropped: (event, why) => this.#reports.drop(event, why),
        onRefused: (event, code) =>
          this.#reports.trouble('the broker refuses an event', new Error(`reason code ${code}`), {
            seq: event.record.seq,
          }),
        onRoom: () => this.#sendAnswers(),
      },
    );
    this.#subscribe(link);
    this.#outbox.start();
  }

  #subscribe(link: Link): void {
    const filters = [
      ...(this.#inputs ? [this.#topics.inputFilter] : []),
      ...(this.#methods ? [this.#topics.methodFilter] : []),
    ];
    Promise.all(filters.map((filter) => link.subscribe(filter))).then(
      () => {
        this.#subscribed = true;
      },
      (thrown: unknown) => {
        if (link !== this.#link) return;
        this.#subscribed = false;
        this.#reports.trouble('the broker refuses a subscription; inputs or methods do not come through', thrown);
      },
    );
  }

  #closed({ error, versionDoubt }: LinkEnd): void {
    const wasConnected = this.#state === 'connected';
    this.#counts.failures++;
    this.#link = undefined;
    this.#answers = [];
    this.#sender?.close();
    this.#sender = undefined;
    this.#outbox.pause();
    this.#protocol.closed(versionDoubt, wasConnected);
    this.#enter('waiting');
    const delayMs = this.#backoff.failed('normal');
    this.#reports.trouble(
      wasConnected ? 'the connection to the broker was lost' : 'the broker cannot be reached',
      error,
      {
        broker: this.#brokerName(),
        retryInMs: delayMs,
      },
    );
    this.#timer = this.#clock.after(delayMs, () => this.#connect());
  }

  #received(link: Link, packet: IPublishPacket): void {
    const limit = this.#settings.mqtt.maximumInputSize;
    const answer = (message: LinkMessage): void => {
      // After a reconnect the response is dropped: the caller times out and asks again.
      if (link !== this.#link || this.#answers.length >= MAX_WAITING_ANSWERS) {
        this.#reports.trouble('a response to a direct method could not be sent', undefined);
        return;
      }
      this.#answers.push(message);
      this.#sendAnswers();
    };
    if (this.#methods?.take(packet, this.#topics, limit, answer)) return;
    this.#inputs?.take(packet, this.#topics, limit);
  }

  /** Somebody waits for responses, so they go before events. */
  #sendAnswers(): void {
    while (this.#answers.length > 0 && this.#link && this.#link.credit > 0) {
      this.#link.publish(this.#answers.shift()!, (code) => {
        if (isRefusal(code)) this.#reports.trouble('the broker refuses a response', new Error(`reason code ${code}`));
        this.#sendAnswers();
        this.#outbox.fill();
      });
    }
  }

  #brokerName(): string {
    return withoutCredentials(this.#settings.mqtt.url);
  }
}
