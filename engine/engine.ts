/**
 * The engine: everything between topologies and cameras on one side and events and recordings on the other, in one
 * object. The command line and the HTTP interface use it like any embedding program.
 */
import { join, resolve } from 'node:path';
import { openBridge, sandboxReport } from '../bridge/index.js';
import type { Bridge } from '../bridge/types.js';
import { openMotionPool } from '../wasm/index.js';
import type { MotionPool } from '../wasm/types.js';
import { ConnectionGovernor } from './camera/governor.js';
import { patienceOf } from './camera/patience.js';
import { CameraRegistry } from './camera/registry.js';
import type { Config } from './config/index.js';
import { loadConfig } from './configuration.js';
import { ControlPlane } from './control/index.js';
import { type Clock, systemClock } from './core/clock.js';
import { messageOf } from './core/errors.js';
import { type Logger, silentLogger } from './core/log.js';
import type { MethodResult } from './core/method-result.js';
import { MICROS_PER_MS, seconds } from './core/time.js';
import { tellMediaRestored, tellOpening, tellUnreadable } from './data-folder/tell.js';
import { DataFolderWatch } from './data-folder/watch.js';
import { SluiceEvent } from './events/catalogue.js';
import { openEventJournal } from './events/event-journal.js';
import { tellLogLoss } from './events/log-loss.js';
import { type EventHandler, type SubscribeOptions, type Subscription, subscribe } from './events/subscribe.js';
import { SubscriptionFailures } from './events/subscription-failures.js';
import type { EventJournal } from './events/types.js';
import { hostSandbox } from './host-sandbox.js';
import { GuardedLogger } from './log/guarded-logger.js';
import { standardError } from './log/standard-error.js';
import { EngineMetrics } from './metrics/metrics.js';
import { type MessageDelivery, MessageInputs } from './nodes/message-inputs.js';
import type { AnyNodeType } from './nodes/node-type.js';
import { NODE_TYPES, nodeTable } from './nodes/table.js';
import { onvifMethods } from './onvif/methods.js';
import { LivePipelineRunner } from './pipeline/runner.js';
import { ClipShelf } from './recording/clip-shelf.js';
import { MediaFolder } from './recording/media-folder.js';
import { type EngineStats, statsOf } from './stats.js';
import { type DataStore, openDataStore } from './store/sqlite.js';
import { NodeTable } from './topology/node-table.js';

/** How long a detector may be silent, beyond what its decode policy explains, before the pipeline records without it. */
const BLIND_AFTER = seconds(5);

export interface EngineOptions {
  /** Folder for everything that the engine stores. Created if it is missing; one engine at a time can use it. */
  dataDir: string;
  /** Settings by dotted name, as in docs/ref/configuration.md: `{ 'decodePolicy': 'keyframes' }`. */
  settings?: Readonly<Record<string, string>>;
  /** A complete configuration from `loadConfig`, in place of `settings`. `dataDir` above takes precedence. */
  config?: Config;
  /** Logger of the engine. Default: a silent one. */
  log?: Logger;
  /** Logger for messages of GStreamer and its processes. Default: `log`. */
  mediaPipelineLog?: Logger;
  /** Whether live pipelines that were active when the engine last stopped run again. Default true. */
  resume?: boolean;
  clock?: Clock;
  /** Node types that topologies may use besides the engine's own. CONTRIBUTING.md explains how to write one. */
  nodeTypes?: readonly AnyNodeType[];
}

interface Parts {
  config: Config;
  log: Logger;
  clock: Clock;
  nodeTable: NodeTable;
  store: DataStore;
  journal: EventJournal;
  stopTellingLogLoss(): void;
  failures: SubscriptionFailures;
  metrics: EngineMetrics;
  bridge: Bridge;
  pool: MotionPool;
  folder: DataFolderWatch;
  shelf: ClipShelf;
  inputs: MessageInputs;
  runner: LivePipelineRunner;
  control: ControlPlane;
  startSeq: number;
}

export class Engine {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: EngineMetrics;
  /** Seq of the last event before this start. Subscribe from here to get all events of this run. */
  readonly startSeq: number;
  readonly #parts: Parts;
  #closing: Promise<void> | null = null;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.config = parts.config;
    this.log = parts.log;
    this.clock = parts.clock;
    this.metrics = parts.metrics;
    this.startSeq = parts.startSeq;
  }

  /**
   * Opens the data folder, repairs what a crash left behind, and activates the live pipelines that were active. If it
   * fails, nothing is left running.
   * @throws SluiceError if the folder cannot be used; ConfigError if a setting is wrong.
   */
  static async open(options: EngineOptions): Promise<Engine> {
    const parts: Partial<Parts> = {};
    try {
      const engine = new Engine(await openParts(parts, options));
      const { journal, clock, control, config } = engine.#parts;
      journal.publish({
        eventType: SluiceEvent.EngineStarted,
        subject: '',
        eventTime: clock.utc(),
        data: { dataDir: config.dataDir },
      });
      await control.start({ resume: options.resume ?? true });
      return engine;
    } catch (error) {
      await closeParts(parts);
      throw error;
    }
  }

  get nodeTable(): NodeTable {
    return this.#parts.nodeTable;
  }

  get topologies() {
    return this.#parts.control.topologies;
  }

  get pipelines() {
    return this.#parts.control.pipelines;
  }

  /** The journal: the durable log of events. */
  get journal(): EventJournal {
    return this.#parts.journal;
  }

  readonly events = {
    /**
     * Calls `handler` with every event, in order and once. If it throws, or its promise rejects, the subscription ends:
     * `ended` says so, and an event, the log and a metric do.
     */
    subscribe: (options: SubscribeOptions, handler: EventHandler): Subscription => {
      const { journal, failures } = this.#parts;
      return subscribe(journal, options, handler, (error, seq) => failures.add(error, seq));
    },
  };

  /** Calls one of AVA's direct methods. Never rejects: an error is a result with a status of 400 or above. */
  invoke(method: string, payload: unknown): Promise<MethodResult> {
    return this.#parts.control.invoke(method, payload);
  }

  /** Delivers a message to every IotHubMessageSource with that input, or only to those of one live pipeline. */
  deliver(input: string, message: unknown, target?: { pipeline?: string }): MessageDelivery {
    return this.#parts.inputs.deliver(input, message, target);
  }

  /** Current figures about pipelines, cameras, hosts and the detector's threads. */
  stats(): EngineStats {
    return statsOf(this.#parts);
  }

  /** Whether the engine can do its work, and what is wrong if not. */
  readiness(): { ready: boolean; checks: Record<string, string> } {
    const { journal, control, folder } = this.#parts;
    const failure = journal.stats().failure;
    const checks = {
      dataFolder: folder.failure ?? 'ok',
      eventLog: failure ?? 'ok',
      pipelines: control.failure ?? 'ok',
      engine: this.#closing === null ? 'ok' : 'closing',
    };
    return { ready: Object.values(checks).every((state) => state === 'ok'), checks };
  }

  /** Applies the settings that can change while the engine runs. */
  reconfigure(config: Config): void {
    this.#parts.journal.retain(retentionOf(config));
    this.#parts.runner.reconfigure(config);
  }

  /**
   * Finishes open clips, writes every event and ends all child processes. Active pipelines resume at the next start.
   */
  close(): Promise<void> {
    const { clock } = this.#parts;
    this.#closing ??= closeParts(this.#parts, (journal) => {
      journal.publish({ eventType: SluiceEvent.EngineStopped, subject: '', eventTime: clock.utc(), data: {} });
    });
    return this.#closing;
  }
}

/**
 * Opens the parts one after another. Those in `parts` are open, and `closeParts` must close them if a later one fails.
 */
const openParts = async (parts: Partial<Parts>, options: EngineOptions): Promise<Parts> => {
  const dataDir = resolve(options.dataDir);
  const loaded =
    options.config ?? loadConfig({ env: {}, ...(options.settings ? { overrides: options.settings } : {}) }).config;
  const config = { ...loaded, dataDir };
  const loggers = new GuardedLogger();
  const log = loggers.guard(options.log ?? silentLogger());
  const mediaPipelineLog = options.mediaPipelineLog ? loggers.guard(options.mediaPipelineLog) : log;
  const clock = options.clock ?? systemClock;
  const table = options.nodeTypes ? new NodeTable([...NODE_TYPES, ...options.nodeTypes]) : nodeTable;
  Object.assign(parts, { config, log, clock, nodeTable: table });

  const store = openDataStore(dataDir, { log, synchronous: config.events.synchronous });
  parts.store = store;
  const metrics = new EngineMetrics({ edgeDevice: config.device, module: config.module, dataDir, clock });
  parts.metrics = metrics;
  const journal = openEventJournal(store.db, {
    engine: config.device,
    module: config.module,
    clock,
    log,
    retention: retentionOf(config),
    noteSeq: (seq) => store.noteSeq(seq),
    observer: { onWritten: (_events, micros) => metrics.eventWriteSeconds.observe(micros / 1e6) },
  });
  parts.journal = journal;
  const failures = new SubscriptionFailures({ journal, clock, log });
  parts.failures = failures;
  parts.stopTellingLogLoss = tellLogLoss(standardError, journal, clock);
  parts.startSeq = journal.lastSeq;
  const telling = { events: journal, clock, log };
  tellOpening(store.opening, telling);
  const mediaDir = join(dataDir, 'media');
  const modes = { file: config.media.fileMode, folder: config.media.folderMode };
  const media = MediaFolder.open(mediaDir, { modes, onRestored: () => tellMediaRestored(mediaDir, telling) });
  parts.folder = new DataFolderWatch({ store, media, ...telling });
  parts.folder.start();
  const shelf = new ClipShelf({ media, db: store.db, ...telling });
  parts.shelf = shelf;
  // A database that has lost rows does not know every clip that is there.
  await shelf.sweep({ adopt: store.opening.kind !== 'existing' });
  const pool = await openMotionPool(config.detector.threads > 0 ? { threads: config.detector.threads } : {});
  parts.pool = pool;
  const sandbox = hostSandbox(config, log);
  const bridge = openBridge({
    sandbox,
    mjpegClips: config.media.mjpeg,
    slotsPerHost: config.hosts.camerasPerHost,
    recycleRssBytes: config.hosts.recycleAt,
    hangTimeoutMs: config.hosts.hangTimeout / MICROS_PER_MS,
    onLog: (level, message) => mediaPipelineLog[level](message),
    onIsolation: (change) => cameras.isolation(change),
  });
  parts.bridge = bridge;
  const cameras: CameraRegistry = new CameraRegistry({
    bridge,
    clock,
    log,
    metrics,
    governor: new ConnectionGovernor({ clock, perSecond: config.camera.connectionsPerSecond }),
    patience: patienceOf(config.camera),
    path: config.ingest,
    ringBytes: config.camera.ringMaximumSize,
    blindAfter: BLIND_AFTER,
  });
  const inputs = new MessageInputs();
  parts.inputs = inputs;
  const { decodePolicy } = config;
  const services = { cameras, bridge, motion: pool, shelf, inputs, timings: metrics, decodePolicy };
  parts.runner = new LivePipelineRunner({ services, metrics, journal, clock, log }, config);
  const { runner } = parts;
  const onStored = () => store.resourcesStored();
  const control = new ControlPlane({ db: store.db, nodeTable: table, runner, onStored, ...telling });
  parts.control = control;
  tellUnreadable(control.unreadable, telling);
  for (const [name, handler] of Object.entries(onvifMethods({ clock }))) control.registerMethod(name, handler);
  metrics.readFrom({
    hosts: () => bridge.stats(),
    heldHosts: () => sandboxReport(sandbox).hosts,
    journal: () => journal.stats(),
    dataFolder: () => parts.folder?.whole ?? true,
    log: () => ({ dropped: standardError.dropped + loggers.failures }),
    subscriptions: () => ({ failed: failures.count }),
  });
  return parts as Parts;
};

/** Closes the parts that are open, the last one first. If a part fails, the others are closed all the same. */
const closeParts = async (parts: Partial<Parts>, beforeJournal: (journal: EventJournal) => void = () => {}) => {
  const { control, runner, bridge, pool, folder, journal, metrics, store, log } = parts;
  const step = async (what: string, work: () => Promise<void> | void) => {
    try {
      await work();
    } catch (error) {
      log?.error(`while closing ${what}: ${messageOf(error)}`);
    }
  };
  await step('the control plane', () => control?.close());
  await step('the pipelines', () => runner?.close());
  await step('the bridge', () => bridge?.close());
  await step('the detector pool', () => pool?.close());
  await step('the watch over the data folder', () => folder?.stop());
  await step('the log', () => parts.stopTellingLogLoss?.());
  if (journal) await step('the journal', () => beforeJournal(journal));
  await step('the journal', () => journal?.close());
  await step('the metrics', () => metrics?.close());
  await step('the data store', () => store?.close());
};

const retentionOf = ({ events }: Config) => ({
  maxAgeMs: events.retention / MICROS_PER_MS,
  maxBytes: events.maximumSize,
});
