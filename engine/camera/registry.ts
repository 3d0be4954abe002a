import type { DecoderFallback, IsolationChange } from '../../bridge/types.js';
import type { CancelTimer } from '../core/clock.js';
import { highestPriority, type Priority } from '../core/priority.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { CameraState, EngineMetrics } from '../metrics/metrics.js';
import type { CameraAddress } from './address.js';
import { CameraSession, type SessionDeps } from './session.js';
import type { SessionNotice } from './session-listener.js';

export interface SessionLease {
  readonly session: CameraSession;
  /** Disconnects the camera if this is its last lease. Resolves when that is done. */
  release(): Promise<void>;
}

export interface RegistryDeps extends Omit<SessionDeps, 'metrics' | 'timings'> {
  metrics: EngineMetrics;
}

interface Entry {
  session: CameraSession;
  leases: number;
  /** Of those who have one. */
  readonly priorities: Set<{ readonly priority: Priority }>;
  cancelStart: CancelTimer;
}

/** One session per camera, shared by all pipelines that read it. */
export class CameraRegistry {
  readonly #deps: RegistryDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /**
   * The first lease of a camera connects to it.
   * @param priority of the camera while the machine is overloaded. Of several, the highest counts; who names none leaves it to the others.
   */
  lease(address: CameraAddress, priority?: Priority): SessionLease {
    let entry = this.#entries.get(address.key);
    if (!entry) {
      const { metrics } = this.#deps;
      const session = new CameraSession(address, {
        ...this.#deps,
        metrics: metrics.camera(address.label, () => this.#stateOf(address.label)),
        timings: metrics,
      });
      // Not before the nodes that start at this moment have said what they want of the camera: it would be asked twice.
      entry = {
        session,
        leases: 0,
        priorities: new Set(),
        cancelStart: this.#deps.clock.after(0, () => session.start()),
      };
      this.#entries.set(address.key, entry);
    }
    const held = entry;
    held.leases++;
    const own = priority === undefined ? undefined : { priority };
    if (own) prioritise(held, () => held.priorities.add(own));
    let released = false;
    return {
      session: held.session,
      release: async () => {
        if (released) return;
        released = true;
        if (own) prioritise(held, () => held.priorities.delete(own));
        if (--held.leases > 0) return;
        this.#entries.delete(address.key);
        held.cancelStart();
        await held.session.close();
        if (!this.sessions.some((other) => other.address.label === address.label)) {
          this.#deps.metrics.removeCamera(address.label);
        }
      },
    };
  }

  /** The bridge sets a camera apart from the others, or no longer does. */
  isolation(change: IsolationChange): void {
    this.#tell(change.owner, { kind: 'isolation', change });
  }

  /** The bridge decodes a camera's pictures with the processor, although there is hardware. */
  fallback(fallback: DecoderFallback): void {
    this.#tell(fallback.owner, { kind: 'decoderFellBack', fallback });
  }

  #tell(owner: string, notice: SessionNotice): void {
    for (const session of this.sessions) if (session.address.owner === owner) session.notice(notice);
  }

  get sessions(): CameraSession[] {
    return [...this.#entries.values()].map((entry) => entry.session);
  }

  /**
   * Sessions whose addresses differ only in credentials or query have the same label, and therefore the same metrics.
   */
  #stateOf(label: string): CameraState | undefined {
    const session = this.sessions.find(({ address }) => address.label === label);
    return (
      session && {
        connected: session.sdp !== null,
        glances: session.pictures.policy && session.pictures.glances,
        ringBytes: session.ring.bytes,
        ringSeconds: session.ringSpan / MICROS_PER_SECOND,
      }
    );
  }
}

const prioritise = ({ session, priorities }: Entry, change: () => void): void => {
  change();
  session.priority = highestPriority([...priorities].map(({ priority }) => priority));
};
