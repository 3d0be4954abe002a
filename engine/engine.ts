/**
 * The engine: everything between topologies and cameras on one side and events and recordings on the other, in one
 * object. The command line and the HTTP interface use it like any embedding program.
 */
import type { Archive } from './archive/archive.js';
import { CameraList, type Cameras } from './camera-list.js';
import type { Config } from './config/index.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import type { MethodResult } from './core/method-result.js';
import type { EngineOptions } from './engine-options.js';
import { closeParts, openParts, type Parts, retentionOf } from './engine-parts.js';
import { SluiceEvent } from './events/catalogue.js';
import { type EventHandler, type SubscribeOptions, type Subscription, subscribe } from './events/subscribe.js';
import type { EventJournal } from './events/types.js';
import { Exports } from './export/exports.js';
import type { EngineMetrics } from './metrics/metrics.js';
import type { MotionHistory } from './motion-history/motion-history.js';
import type { MessageDelivery } from './nodes/message-inputs.js';
import { Playback } from './playback/playback.js';
import type { Clips } from './recording/clips.js';
import { type EngineStats, statsOf } from './stats.js';
import { Pictures } from './stills/pictures.js';
import { secretOf } from './store/secrets.js';
import type { NodeTable } from './topology/node-table.js';

/** How the event log says that there is no room for it. */
const OUT_OF_ROOM = /^(?:SQLITE_FULL|ENOSPC|EDQUOT):/;

export type { EngineOptions } from './engine-options.js';

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
    const { archive, control, runner, shelf } = parts;
    this.exports = new Exports(parts.archive);
    this.playback = new Playback({ archive, clock: parts.clock, log: parts.log });
    const cameras = new CameraList({
      clock: parts.clock,
      resources: control.pipelines,
      runner,
      videosOf: (pipeline) => archive.writtenBy(pipeline),
      recording: () => new Set([...archive.recordings.open(), ...shelf.index.open()].map((each) => each.pipeline)),
    });
    this.cameras = cameras;
    const { bridge, clips } = parts;
    this.pictures = new Pictures({ bridge, archive, clips, sessionOf: (name) => cameras.sessionOf(name) });
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

  /** The clips that FileSinks have written and are writing. */
  get clips(): Clips {
    return this.#parts.clips;
  }

  /** The videos that VideoSinks write. */
  get archive(): Archive {
    return this.#parts.archive;
  }

  /** What players ask of the videos. */
  readonly playback: Playback;

  /** The cameras, by the live pipelines that read them. */
  readonly cameras: Cameras;

  /** Pictures of cameras, videos and clips, as JPEGs. */
  readonly pictures: Pictures;

  /** What moved where, and when. */
  get motionHistory(): Pick<MotionHistory, 'search' | 'buckets'> {
    return this.#parts.history;
  }

  /** A secret of this installation, for what is signed with it. */
  secret(name: string): Buffer {
    return secretOf(this.#parts.store.db, name);
  }

  /** Parts of the videos as files. */
  readonly exports: Exports;

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

  /** Whether a restart could not do better: the event log takes events, or waits for room on the disk. */
  isWell(): boolean {
    if (this.#closing !== null) return true;
    const { failure } = this.#parts.journal.stats();
    return failure === undefined || OUT_OF_ROOM.test(failure);
  }

  /** Applies the settings that can change while the engine runs. */
  reconfigure(config: Config): void {
    this.#parts.journal.retain(retentionOf(config));
    this.#parts.archive.retain(config.videos);
    this.#parts.history.retain(config.detector.history);
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
