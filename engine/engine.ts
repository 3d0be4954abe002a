/**
 * The engine as programs see it: everything between topologies and cameras on one side and events and recordings on the
 * other, in one object. What it consists of is not theirs: the command line and the interfaces get that from `partsOf`.
 */
import { type Config, wholeConfig } from './config/index.js';
import { failureResult } from './control/index.js';
import { checkArguments, text } from './core/arguments.js';
import { KeepAlive } from './core/keep-alive.js';
import type { MethodResult } from './core/method-result.js';
import type { InputResult } from './core/ports.js';
import { AddedCameras } from './embedding/added-cameras.js';
import type { Cameras } from './embedding/camera-types.js';
import { camerasFace } from './embedding/cameras.js';
import { eventsFace } from './embedding/events.js';
import { facesOf, inputsFace } from './embedding/faces.js';
import { Gate } from './embedding/gate.js';
import { guardedView } from './embedding/guarded-view.js';
import { openOptions } from './embedding/open-options.js';
import type {
  Clips,
  Events,
  Exports,
  Inputs,
  MotionSearch,
  Pictures,
  Pipelines,
  Recordings,
  Topologies,
} from './embedding/types.js';
import type { EngineOptions } from './engine-options.js';
import { closeParts, openParts, type Parts } from './engine-parts.js';
import { SluiceEvent } from './events/catalogue.js';
import { retentionOf } from './measured-journal.js';
import { keepParts } from './parts-of.js';
import { statsOf } from './stats.js';
import type { EngineStats } from './stats-types.js';

export type { EngineOptions } from './engine-options.js';

/** Whether the engine can do its work: `ok`, or what is wrong, for each of its parts. */
export interface Readiness {
  ready: boolean;
  checks: Record<string, string>;
}

/** Opened by `Engine.open`. Keeps the process alive while a live pipeline is anything but inactive, until it is closed. */
export class Engine {
  /** What it was opened with, defaults included. */
  readonly config: Config;
  /** Seq of the last event before this start. Subscribe from here to get all events of this run. */
  readonly startSeq: number;
  readonly topologies: Topologies;
  readonly pipelines: Pipelines;
  /** The cameras, by the live pipelines that read them; and cameras without a topology. */
  readonly cameras: Cameras;
  readonly events: Events;
  /** The clips that FileSinks have written and are writing. */
  readonly clips: Clips;
  /** What the openings of gates have put into the videos that VideoSinks write. */
  readonly recordings: Recordings;
  /** Parts of the videos as files. */
  readonly exports: Exports;
  /** Pictures of cameras, videos and clips, as JPEGs. */
  readonly pictures: Pictures;
  /** What moved where, and when. */
  readonly motionHistory: MotionSearch;
  readonly #parts: Parts;
  readonly #gate: Gate;
  readonly #inputs: Inputs;
  #closing: Promise<void> | null = null;

  private constructor(parts: Parts) {
    const { control, clips, archive, exports, pictures, history, faults, clock, log, journal, readers } = parts;
    const gate = new Gate(parts.keepAlive);
    this.#parts = parts;
    this.#gate = gate;
    this.config = parts.config;
    this.startSeq = parts.startSeq;
    const { topologies, pipelines } = control;
    const faces = facesOf(
      { topologies, pipelines, clips, recordings: archive.people, exports, pictures, motion: history },
      gate,
    );
    this.topologies = faces.topologies;
    this.pipelines = faces.pipelines;
    this.clips = faces.clips;
    this.recordings = faces.recordings;
    this.exports = faces.exports;
    this.pictures = faces.pictures;
    this.motionHistory = faces.motionHistory;
    this.#inputs = inputsFace(parts.inputs, gate);
    this.events = eventsFace({ journal, types: parts.eventTypes, readers, observer: parts.failures }, gate);
    const { cameras } = parts;
    const added = new AddedCameras({ control, cameras, clips, pictures, gate });
    this.cameras = camerasFace(
      {
        list: () => cameras.list(),
        get: (name: string) => cameras.get(name),
        live: (name: string) => guardedView(cameras.live(name), { faults, clock, log }),
        add: (...given: Parameters<Cameras['add']>) => added.add(...given),
        added: (name: string) => added.added(name),
      },
      gate,
    );
    keepParts(this, Object.assign(parts, { gate }));
  }

  /**
   * Opens the data folder, repairs what a crash left behind, and activates the live pipelines that were active. If it
   * fails, nothing is left running.
   * @throws SluiceError `ArgumentInvalid`; if the folder cannot be used; ConfigError if a setting is wrong.
   */
  static async open(options: EngineOptions): Promise<Engine> {
    checkArguments('Engine.open', { options: openOptions }, [options]);
    const keepAlive = new KeepAlive();
    return await keepAlive.during(() => Engine.#open({ ...options, keepAlive }));
  }

  static async #open(options: EngineOptions & { keepAlive: KeepAlive }): Promise<Engine> {
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

  /** Everything that is measured. */
  readonly metrics = {
    /** In the text format of Prometheus, version 0.0.4. @throws SluiceError `EngineClosing` */
    text: (): Promise<string> =>
      this.#gate.during(() => {
        this.#gate.enter('engine.metrics.text');
        return this.#parts.metrics.text();
      }),
  };

  /** Calls one of AVA's direct methods. Never rejects: an error is a result with a status of 400 or above. */
  async invoke(method: string, payload: unknown): Promise<MethodResult> {
    try {
      this.#gate.enter('engine.invoke');
      checkArguments('engine.invoke', { method: text }, [method]);
    } catch (error) {
      return failureResult(error);
    }
    return await this.#gate.during(() => this.#parts.control.invoke(method, payload));
  }

  /**
   * Delivers a message to every IotHubMessageSource with that input, or only to those of one live pipeline.
   * @throws SluiceError `ArgumentInvalid`; what a node threw that could not take it
   */
  deliver(input: string, message: unknown, target?: { pipeline?: string | undefined }): InputResult {
    return this.#inputs.deliver(input, message, target);
  }

  /** Current figures about pipelines, cameras, hosts and the detector's threads. */
  stats(): EngineStats {
    this.#gate.enter('engine.stats');
    return statsOf(this.#parts);
  }

  /** Whether the engine can do its work, and what is wrong if not. May be asked at any time, also after `close`. */
  readiness(): Readiness {
    const { journal, control, folder } = this.#parts;
    const failure = journal.stats().failure;
    const checks = {
      dataFolder: folder.failure ?? 'ok',
      eventLog: failure ?? 'ok',
      pipelines: control.failure ?? 'ok',
      engine: this.#gate.closed ? 'closing' : 'ok',
    };
    return { ready: Object.values(checks).every((state) => state === 'ok'), checks };
  }

  /**
   * Applies the settings that can change while the engine runs.
   * @throws SluiceError `ArgumentInvalid`
   */
  reconfigure(config: Config): void {
    this.#gate.enter('engine.reconfigure');
    checkArguments('engine.reconfigure', { config: wholeConfig }, [config]);
    this.#parts.journal.retain(retentionOf(config));
    this.#parts.archive.retain(config.videos);
    this.#parts.history.retain(config.detector.history);
    this.#parts.runner.reconfigure(config);
  }

  /**
   * Finishes open clips, writes every event and ends all child processes, subscriptions and loops over events. Active
   * pipelines resume at the next start. From now on every other method says `EngineClosing`. Closing again is the same.
   */
  close(): Promise<void> {
    const { clock } = this.#parts;
    this.#gate.close();
    this.#closing ??= this.#gate.during(() =>
      closeParts(this.#parts, (journal) => {
        journal.publish({ eventType: SluiceEvent.EngineStopped, subject: '', eventTime: clock.utc(), data: {} });
      }),
    );
    return this.#closing;
  }
}
