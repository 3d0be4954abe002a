import type { IPublishPacket } from 'mqtt';
import { withoutCredentials } from '../../bridge/credentials.js';
import { Backoff } from '../core/backoff.js';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/log.js';
import type { InputRouter, MethodInvoker } from '../core/ports.js';
import type { EventFeed, EventPublisher } from '../events/types.js';
import { Answers } from './answers.js';
import { EventStream } from './event-stream.js';
import { HubInputs } from './inputs.js';
import { Link, type LinkEnd } from './link.js';
import { HubMethods } from './methods.js';
import { outgoingMessage, wholeEventMessage } from './outgoing.js';
import { ProtocolChoice } from './protocol-choice.js';
import { HubReports } from './reports.js';
import type { CameraSource } from './states/camera-now.js';
import { StatePublisher } from './states/state-publisher.js';
import { StateTopics } from './states/state-topics.js';
import { Topics } from './topics.js';
import type { HubSettings, HubState, HubStats } from './types.js';

interface MqttHubOptions {
  settings: HubSettings;
  journal: EventFeed;
  /** Where events that could not be delivered are reported (`Diagnostics.DataDropped`). */
  events?: EventPublisher;
  inputs?: InputRouter;
  methods?: MethodInvoker;
  /** Without it no states are published. */
  cameras?: CameraSource;
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

/**
 * At least a tenth of each wait is waited, so that a broker that refuses us is not flooded; and none is so long that states
 * are late when the broker is back.
 */
const RETRIES = { normal: { firstMs: 500, lastMs: 3_000, floor: 0.1 } } as const;
/** A connection that lasted this long counts as good. */
const STABLE_MS = 10_000;
/** How long to wait for acknowledgements before disconnecting. */
const SETTLE_MS = 2000;

/**
 * The hub: an MQTT broker in the place of AVA's Edge hub. Events are published from the journal, at least once and in
 * order; messages and direct methods come in; and retained messages say how cameras are. See docs/ref/mqtt.md.
 */
export class MqttHub {
  readonly #options: MqttHubOptions;
  readonly #journal: EventFeed;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #backoff: Backoff<'normal'>;
  /** On the topics of hub outputs. */
  readonly #outputs: EventStream;
  /** With the whole event in the payload. */
  readonly #wholeEvents: EventStream;
  readonly #inputs: HubInputs | undefined;
  readonly #methods: HubMethods | undefined;
  readonly #answers: Answers;
  readonly #reports: HubReports;
  #beginAfter: number | undefined;
  #settings: HubSettings;
  #topics: Topics;
  #states: StatePublisher | undefined;
  #link: Link | undefined;
  #state: HubState = 'off';
  #since: number;
  #protocol: ProtocolChoice;
  #timer: CancelTimer | undefined;
  #subscribed = true;
  #turn: Promise<void> = Promise.resolve();
  #counts = { connections: 0, failures: 0 };

  /** @throws TopicError */
  constructor(options: MqttHubOptions) {
    this.#options = options;
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
    this.#reports = new HubReports(this.#log, this.#clock, options.events, 'mqtt');
    this.#answers = new Answers(this.#reports, () => this.#room());
    this.#states = this.#statesOf(options.settings);
    if (options.inputs) this.#inputs = new HubInputs(options.inputs, this.#clock, this.#log);
    if (options.methods) this.#methods = new HubMethods(options.methods, this.#log);
    this.#beginAfter = options.beginAfter;
    const common = { journal: options.journal, clock: this.#clock, onRoom: () => this.#room() };
    this.#outputs = new EventStream({
      ...common,
      consumer: 'mqtt',
      reports: this.#reports,
      messageOf: (event, { version }) =>
        outgoingMessage(event, this.#settings, this.#topics, version === 5 ? '5' : '3.1.1'),
      patience: () => this.#settings.mqtt.subscriberPatience,
      onRefused: (link) => link.fail(new Error('the broker refuses events; they are sent again later')),
    });
    this.#wholeEvents = new EventStream({
      ...common,
      consumer: 'mqtt.wholeEvents',
      reports: new HubReports(this.#log, this.#clock, options.events, 'mqtt.wholeEvents'),
      messageOf: (event) => wholeEventMessage(event, this.#settings, this.#topics),
      // Nobody need be interested in these.
      patience: () => 0,
      // Access rules may know nothing of these topics. That must not hold up what they do know.
      onRefused: () => this.#wholeEvents.closed(),
    });
  }

  /** Connects, and reconnects until `stop`. Does nothing if no broker is configured. */
  start(): void {
    if (this.#state !== 'off' || !this.#settings.mqtt.url) return;
    const after = this.#beginAfter ?? this.#journal.lastSeq;
    // A broker that is configured later gets what happens from then on.
    this.#beginAfter = undefined;
    this.#outputs.start(after);
    if (this.#hasWholeEvents) this.#wholeEvents.start(after);
    else this.#wholeEvents.forget();
    this.#connect();
  }

  /** Applies new settings at once: reconnects if they differ. @throws TopicError, and nothing changes. */
  reconfigure(settings: HubSettings): Promise<void> {
    const topics = new Topics(settings);
    const states = this.#statesOf(settings);
    return this.#inTurn(async () => {
      if (this.#state === 'stopped' || JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
      await this.#disconnect({ forGood: placesOf(settings) !== placesOf(this.#settings) });
      this.#settings = settings;
      this.#topics = topics;
      this.#states = states;
      this.#backoff.reset();
      this.#protocol = new ProtocolChoice(settings.mqtt.protocol);
      this.#enter('off');
      this.start();
    });
  }

  /** Disconnects and stores the position. Events that are not acknowledged are sent again after the next start. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#disconnect({ forGood: false });
      this.#enter('stopped');
    });
  }

  stats(): HubStats {
    return {
      state: this.#state,
      protocol: this.#link && this.#state === 'connected' ? (this.#link.version === 5 ? '5' : '3.1.1') : undefined,
      since: Math.floor(this.#since / 1000),
      lastError: this.#reports.lastError,
      subscribed: this.#subscribed,
      ...this.#counts,
      ...this.#outputs.stats(),
      wholeEvents: this.#hasWholeEvents ? this.#wholeEvents.stats() : undefined,
      states: this.#states?.stats(),
      inputs: { ...(this.#inputs?.counts ?? { received: 0, delivered: 0, undelivered: 0, refused: 0 }) },
      methods: { ...(this.#methods?.counts ?? { received: 0, answered: 0, refused: 0 }) },
    };
  }

  get #hasWholeEvents(): boolean {
    return this.#settings.mqtt.wholeEvents !== 'none' && this.#topics.event(undefined, '') !== undefined;
  }

  /** @throws TopicError */
  #statesOf(settings: HubSettings): StatePublisher | undefined {
    const topics = StateTopics.of(settings);
    const { cameras } = this.#options;
    if (!topics || !cameras || !settings.mqtt.states) return undefined;
    const { journal } = this.#options;
    const [clock, log, reports] = [this.#clock, this.#log, this.#reports];
    const onRoom = () => this.#room();
    return new StatePublisher({ settings, topics, source: cameras, journal, clock, log, reports, onRoom });
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #disconnect(leave: { forGood: boolean }): Promise<void> {
    this.#timer?.();
    for (const stream of [this.#outputs, this.#wholeEvents]) stream.stop();
    if (this.#state === 'connected') {
      await Promise.all([this.#outputs.settle(SETTLE_MS), this.#wholeEvents.settle(SETTLE_MS)]);
      await this.#states?.leave(leave);
    }
    // The link may have closed meanwhile and scheduled a reconnect.
    this.#timer?.();
    const link = this.#link;
    this.#unlinked();
    await link?.close();
  }

  #unlinked(): void {
    this.#link = undefined;
    this.#answers.closed();
    this.#outputs.closed();
    this.#wholeEvents.closed();
    this.#states?.closed();
  }

  #enter(state: HubState): void {
    this.#state = state;
    this.#since = this.#clock.utc();
  }

  #connect(): void {
    this.#enter('connecting');
    try {
      const link: Link = new Link(this.#settings, this.#states?.will, this.#protocol.version, this.#clock, {
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
    this.#answers.opened(link);
    this.#subscribe(link);
    // How things are comes before what has happened.
    this.#states?.opened(link);
    this.#outputs.opened(link);
    if (this.#hasWholeEvents) this.#wholeEvents.opened(link);
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
    this.#unlinked();
    this.#protocol.closed(versionDoubt, wasConnected);
    this.#enter('waiting');
    const retryInMs = this.#backoff.failed('normal');
    const what = wasConnected ? 'the connection to the broker was lost' : 'the broker cannot be reached';
    this.#reports.trouble(what, error, { broker: this.#brokerName(), retryInMs });
    this.#timer = this.#clock.after(retryInMs, () => this.#connect());
  }

  #received(link: Link, packet: IPublishPacket): void {
    const limit = this.#settings.mqtt.maximumInputSize;
    if (this.#states?.take(packet)) return;
    if (this.#methods?.take(packet, this.#topics, limit, (message) => this.#answers.add(link, message))) return;
    this.#inputs?.take(packet, this.#topics, limit);
  }

  /** There may be room for another message. Somebody waits for responses, so they go first. */
  #room(): void {
    this.#answers.fill();
    this.#states?.fill();
    this.#outputs.fill();
    this.#wholeEvents.fill();
  }

  #brokerName(): string {
    return withoutCredentials(this.#settings.mqtt.url);
  }
}

/** What decides where retained messages stand. */
const placesOf = ({ mqtt, homeAssistant, module, device }: HubSettings): string => {
  const { enabled, prefix, pictures } = homeAssistant;
  return JSON.stringify([mqtt.url, mqtt.layout, mqtt.topics, mqtt.states, enabled, prefix, pictures, module, device]);
};
