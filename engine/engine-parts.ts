import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { openBridge, sandboxReport } from '../bridge/index.js';
import type { Bridge } from '../bridge/types.js';
import { openMotionPool } from '../wasm/index.js';
import type { MotionPool } from '../wasm/types.js';
import { Archive } from './archive/archive.js';
import { ConnectionGovernor } from './camera/governor.js';
import { OverloadWatch } from './camera/overload/overload-watch.js';
import { patienceOf } from './camera/patience.js';
import { FirstLooks } from './camera/pictures/first-looks.js';
import { CameraRegistry } from './camera/registry.js';
import { CameraList } from './camera-list.js';
import type { Config } from './config/index.js';
import { loadConfig } from './configuration.js';
import { ControlPlane } from './control/index.js';
import { CallbackFaults } from './core/callback-faults.js';
import { type Clock, systemClock } from './core/clock.js';
import { messageOf } from './core/errors.js';
import type { KeepAlive } from './core/keep-alive.js';
import { type Logger, silentLogger } from './core/log.js';
import { MICROS_PER_MS, seconds } from './core/time.js';
import { tellMediaRestored, tellOpening, tellUnreadable } from './data-folder/tell.js';
import { DataFolderWatch } from './data-folder/watch.js';
import type { EngineOptions } from './engine-options.js';
import { EventTypes } from './events/event-types.js';
import { tellLogLoss } from './events/log-loss.js';
import { Readers } from './events/readers.js';
import { SubscriptionFailures } from './events/subscription-failures.js';
import type { EventJournal } from './events/types.js';
import { Exports } from './export/exports.js';
import { hostSandbox } from './host-sandbox.js';
import { GuardedLogger } from './log/guarded-logger.js';
import { standardError } from './log/standard-error.js';
import { openMeasuredJournal } from './measured-journal.js';
import { HeadroomMeter } from './metrics/headroom-meter.js';
import { MachineLoad } from './metrics/machine-load.js';
import type { EngineMetrics } from './metrics/metrics.js';
import { MotionHistory } from './motion-history/motion-history.js';
import { Muxes } from './mux/muxes.js';
import { MessageInputs } from './nodes/message-inputs.js';
import { NODE_TYPES, nodeTable } from './nodes/table.js';
import { onvifMethods } from './onvif/methods.js';
import { LivePipelineRunner } from './pipeline/runner.js';
import { Playback } from './playback/playback.js';
import { ClipList } from './recording/clip-list.js';
import { ClipShelf } from './recording/clip-shelf.js';
import { Clips } from './recording/clips.js';
import { MediaFolder } from './recording/media-folder.js';
import { Pictures } from './stills/pictures.js';
import { countClipsAfter } from './store/ids-after.js';
import { type DataStore, openDataStore } from './store/sqlite.js';
import type { AnyNodeDefinition } from './topology/node-definition.js';
import { NodeTable } from './topology/node-table.js';

/** How long a detector may be silent, beyond what its decode policy explains, before the pipeline records without it. */
const BLIND_AFTER = seconds(5);

/** What an engine consists of. */
export interface Parts {
  config: Config;
  log: Logger;
  clock: Clock;
  nodeTable: NodeTable;
  eventTypes: EventTypes;
  store: DataStore;
  journal: EventJournal;
  stopTellingLogLoss(): void;
  failures: SubscriptionFailures;
  faults: CallbackFaults;
  readers: Readers;
  keepAlive: KeepAlive;
  metrics: EngineMetrics;
  bridge: Bridge;
  pool: MotionPool;
  folder: DataFolderWatch;
  shelf: ClipShelf;
  clips: Clips;
  archive: Archive;
  history: MotionHistory;
  inputs: MessageInputs;
  runner: LivePipelineRunner;
  control: ControlPlane;
  exports: Exports;
  playback: Playback;
  cameras: CameraList;
  pictures: Pictures;
  headroom: HeadroomMeter;
  overload: OverloadWatch;
  startSeq: number;
}

/**
 * Opens the parts one after another. Those in `parts` are open, and `closeParts` must close them if a later one fails.
 */
export const openParts = async (
  parts: Partial<Parts>,
  options: EngineOptions & { keepAlive: KeepAlive },
): Promise<Parts> => {
  const dataDir = resolve(options.dataDir);
  const loaded = options.config ?? loadConfig({ env: {}, overrides: options.settings ?? {} }).config;
  const config = { ...loaded, dataDir };
  const loggers = new GuardedLogger((error) => parts.faults?.tell(error, { callback: 'log' }));
  const log = loggers.guard(options.log ?? silentLogger());
  const mediaPipelineLog = options.mediaPipelineLog ? loggers.guard(options.mediaPipelineLog) : log;
  const clock = options.clock ?? systemClock;
  const table = options.nodeTypes ? new NodeTable<AnyNodeDefinition>([...NODE_TYPES, ...options.nodeTypes]) : nodeTable;
  const faults = new CallbackFaults(options.onError, log);
  const [readers, keepAlive] = [new Readers(), options.keepAlive];
  const eventTypes = new EventTypes((options.nodeTypes ?? []).length > 0);
  Object.assign(parts, { config, log, clock, nodeTable: table, eventTypes, faults, readers, keepAlive });

  const store = openDataStore(dataDir, { log, synchronous: config.events.synchronous });
  parts.store = store;
  if (options.clipIdsAfter) countClipsAfter(store.db, options.clipIdsAfter);
  const { metrics, journal } = openMeasuredJournal({ store, dataDir, config, clock, log });
  parts.metrics = metrics;
  parts.journal = journal;
  const failures = new SubscriptionFailures({ journal, clock, log, faults });
  parts.failures = failures;
  parts.stopTellingLogLoss = tellLogLoss(standardError, journal, clock);
  parts.startSeq = journal.lastSeq;
  const telling = { events: journal, clock, log };
  tellOpening(store.opening, telling);
  const mediaDir = join(dataDir, 'media');
  const modes = { file: config.media.fileMode, folder: config.media.folderMode };
  const videosDir = join(dataDir, 'videos');
  const media = MediaFolder.open(mediaDir, { modes, onRestored: () => tellMediaRestored(mediaDir, telling) });
  const videos = MediaFolder.open(videosDir, { modes, onRestored: () => tellMediaRestored(videosDir, telling) });
  parts.folder = new DataFolderWatch({ store, folders: [media, videos], ...telling });
  parts.folder.start();
  const shelf = new ClipShelf({ media, db: store.db, ...telling });
  parts.shelf = shelf;
  const list = new ClipList(store.db);
  parts.clips = new Clips({ list, media, keeping: shelf.keeping, events: journal });
  // A database that has lost rows does not know every clip that is there.
  const isNew = store.opening.kind !== 'existing';
  const archive = new Archive({ media: videos, db: store.db, retention: config.videos, ...telling });
  parts.archive = archive;
  if (isNew) archive.oweRebuild();
  await shelf.sweep({ adopt: isNew });
  shelf.keeping.start();
  archive.sweep({ rebuild: isNew });
  archive.start();
  const history = new MotionHistory({ folder: join(dataDir, 'motion'), clock, log, keep: config.detector.history });
  parts.history = history;
  history.start();
  const pool = await openMotionPool(config.detector.threads > 0 ? { threads: config.detector.threads } : {});
  parts.pool = pool;
  const sandbox = hostSandbox(config, log);
  const bridge = openBridge({
    sandbox,
    slotsPerHost: config.hosts.camerasPerHost,
    recycleRssBytes: config.hosts.recycleAt,
    hangTimeoutMs: config.hosts.hangTimeout / MICROS_PER_MS,
    hardware: { use: config.decode.hardware, sessions: config.decode.hardwareSessions },
    onLog: (level, message) => mediaPipelineLog[level](message),
    onIsolation: (change) => sessions.isolation(change),
    onFallback: (fallback) => sessions.fallback(fallback),
  });
  parts.bridge = bridge;
  const hosts = () => bridge.stats();
  const processors = availableParallelism();
  const firstLooks = new FirstLooks({ clock, processors, load: new MachineLoad({ clock, hosts }) });
  const sessions: CameraRegistry = new CameraRegistry({
    bridge,
    clock,
    log,
    metrics,
    governor: new ConnectionGovernor({ clock, perSecond: config.camera.connectionsPerSecond }),
    patience: patienceOf(config.camera),
    path: config.ingest,
    ringBytes: config.camera.ringMaximumSize,
    blindAfter: BLIND_AFTER,
    firstLooks,
  });
  const inputs = new MessageInputs();
  parts.inputs = inputs;
  const { decodePolicy } = config;
  const muxes = new Muxes({ bridge, clock, mjpegClips: config.media.mjpeg });
  const services = {
    cameras: sessions,
    bridge,
    muxes,
    motion: pool,
    tracker: pool,
    shelf,
    archive,
    history,
    inputs,
    timings: metrics,
    decodePolicy,
    whenInsensitive: config.detector.whenInsensitive,
  };
  parts.runner = new LivePipelineRunner({ services, metrics, journal, clock, log }, config);
  const { runner } = parts;
  const onStored = () => store.resourcesStored();
  const control = new ControlPlane({ db: store.db, nodeTable: table, runner, onStored, keepAlive, ...telling });
  parts.control = control;
  tellUnreadable(control.unreadable, telling);
  for (const [name, handler] of Object.entries(onvifMethods({ clock }))) control.registerMethod(name, handler);
  Object.assign(parts, viewsOf(parts as Parts));
  const headroom = new HeadroomMeter({
    clock,
    cameras: () => sessions.sessions.filter(({ sdp }) => sdp !== null).length,
    hosts: () => bridge.stats(),
  });
  parts.headroom = headroom;
  const load = new MachineLoad({ clock, hosts });
  parts.overload = new OverloadWatch({ clock, log, sessions: () => sessions.sessions, load, metrics });
  parts.overload.start();
  metrics.overload.waiting = () => firstLooks.waiting;
  metrics.readFrom({
    hosts: () => bridge.stats(),
    headroom: () => headroom.read(),
    heldHosts: () => sandboxReport(sandbox).hosts,
    journal: () => journal.stats(),
    dataFolder: () => parts.folder?.whole ?? true,
    log: () => ({ dropped: standardError.dropped + loggers.failures }),
    subscriptions: () => ({ failed: failures.count }),
  });
  return parts as Parts;
};

/** What looks at the others. */
const viewsOf = ({ archive, clock, log, control, runner, shelf, bridge, clips }: Parts) => {
  const cameras = new CameraList({
    clock,
    resources: control.pipelines,
    runner,
    sensesOf: (topology) => control.topologies.senses(topology),
    videosOf: (pipeline) => archive.writtenBy(pipeline),
    recording: () => new Set([...archive.recordings.open(), ...shelf.index.open()].map((each) => each.pipeline)),
  });
  return {
    exports: new Exports(archive),
    playback: new Playback({ archive, clock, log }),
    cameras,
    pictures: new Pictures({ bridge, archive, clips, sessionOf: (name) => cameras.sessionOf(name) }),
  };
};

/** Closes the parts that are open, the last one first. If a part fails, the others are closed all the same. */
export const closeParts = async (parts: Partial<Parts>, beforeJournal: (journal: EventJournal) => void = () => {}) => {
  const { control, runner, bridge, pool, folder, journal, metrics, store, log } = parts;
  const step = async (what: string, work: () => Promise<void> | void) => {
    try {
      await work();
    } catch (error) {
      log?.error(`while closing ${what}: ${messageOf(error)}`);
    }
  };
  await step('the control plane', () => control?.close());
  await step('the watch over the load', () => parts.overload?.stop());
  await step('the pipelines', () => runner?.close());
  await step('the bridge', () => bridge?.close());
  await step('the detector pool', () => pool?.close());
  await step('what moved', () => parts.history?.stop());
  await step('the clips', () => parts.shelf?.keeping.stop());
  await step('the videos', () => parts.archive?.stop());
  await step('the watch over the data folder', () => folder?.stop());
  await step('the log', () => parts.stopTellingLogLoss?.());
  if (journal) await step('the journal', () => beforeJournal(journal));
  await step('the journal', () => journal?.close());
  await step('the readers of events', () => parts.readers?.end());
  await step('the metrics', () => metrics?.close());
  await step('the data store', () => store?.close());
};
