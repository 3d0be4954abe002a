import type { EngineMetrics } from '../metrics/metrics.js';
import { type CameraSource, cameraAddress } from './address.js';
import { CameraSession, type SessionDeps } from './session.js';

export interface SessionLease {
  readonly session: CameraSession;
  /** The camera is disconnected when its last lease is released. Resolves when that is done. */
  release(): Promise<void>;
}

export interface RegistryDeps extends Omit<SessionDeps, 'metrics' | 'timings'> {
  metrics: EngineMetrics;
}

interface Entry {
  session: CameraSession;
  leases: number;
}

/** One session per camera, however many pipelines read it. */
export class CameraRegistry {
  readonly #deps: RegistryDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** @throws SluiceError if the source's URL cannot be used. */
  lease(source: CameraSource): SessionLease {
    const address = cameraAddress(source);
    let entry = this.#entries.get(address.key);
    if (!entry) {
      const { metrics } = this.#deps;
      const session = new CameraSession(address, {
        ...this.#deps,
        metrics: metrics.camera(address.label),
        timings: metrics,
      });
      entry = { session, leases: 0 };
      this.#entries.set(address.key, entry);
      session.start();
    }
    const held = entry;
    held.leases++;
    let released = false;
    return {
      session: held.session,
      release: async () => {
        if (released) return;
        released = true;
        if (--held.leases > 0) return;
        this.#entries.delete(address.key);
        await held.session.close();
        if (!this.sessions.some((other) => other.address.label === address.label)) {
          this.#deps.metrics.removeCamera(address.label);
        }
      },
    };
  }

  get sessions(): CameraSession[] {
    return [...this.#entries.values()].map((entry) => entry.session);
  }
}
