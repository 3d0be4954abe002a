import type { CameraInfo } from '../camera-info.js';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import type { Scene } from '../core/scene.js';
import type { EventJournal } from '../events/types.js';
import type { CameraSource } from '../hub/index.js';
import type { Fleet } from './fleet.js';

interface FleetCamerasOptions {
  fleet: Fleet;
  journal: Pick<EventJournal, 'onAppended'>;
  clock: Clock;
}

const LOOK_MS = 1000;
/** Events come in groups, and the hub looks a moment after one. */
const LOOK_AFTER_EVENT_MS = 20;

/** How the cameras of all engines are, for the hub, which wants to know without waiting: as they were a moment ago. */
export class FleetCameras implements CameraSource {
  readonly #options: FleetCamerasOptions;
  readonly #known = new Map<number, readonly CameraInfo[]>();
  #stopListening: (() => void) | undefined;
  #cancelLooks: CancelTimer | undefined;
  #cancelSoon: CancelTimer | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: FleetCamerasOptions) {
    this.#options = options;
  }

  /** Resolves when it has looked once. Starting again does nothing. */
  async start(): Promise<void> {
    if (this.#stopListening) return;
    const { journal, clock } = this.#options;
    this.#stopListening = journal.onAppended(() => {
      this.#cancelSoon ??= clock.after(LOOK_AFTER_EVENT_MS, () => {
        this.#cancelSoon = undefined;
        void this.#look();
      });
    });
    this.#cancelLooks = every(clock, LOOK_MS, () => void this.#look());
    await this.#look();
  }

  stop(): void {
    this.#stopListening?.();
    this.#cancelLooks?.();
    this.#cancelSoon?.();
  }

  list(): CameraInfo[] {
    return [...this.#known.values()].flat();
  }

  async picture(camera: string, width: number): Promise<{ jpeg: Buffer; version: string }> {
    const { jpeg, version } = await this.#options.fleet.ofPipeline(camera).ask('picture', camera, width);
    return { jpeg: Buffer.from(jpeg), version };
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    await Promise.all(
      this.#options.fleet.engines.map(async (engine) => {
        const cameras = await engine.ask('cameras').catch(() => (this.#known.get(engine.engine) ?? []).map(lost));
        this.#known.set(engine.engine, cameras);
      }),
    );
  }
}

/** A camera whose engine is away. */
const lost = (camera: CameraInfo): CameraInfo => ({
  ...camera,
  connection: 'inactive',
  connected: false,
  recording: false,
  scene: Object.fromEntries(Object.keys(camera.scene).map((sense) => [sense, 'unknown'])) as Scene,
});
