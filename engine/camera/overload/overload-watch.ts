/**
 * Watches over the load of an engine, and asks cameras to decode less while there is more than the machine can do: an ordered
 * loss in place of one that hits whoever is unlucky. `Relief` decides which; here is what it goes by, and what becomes of it.
 */
import { type CancelTimer, type Clock, every } from '../../core/clock.js';
import { decodePolicyText } from '../../core/decode-policy.js';
import type { Logger } from '../../core/log.js';
import { type Micros, seconds } from '../../core/time.js';
import type { LoadSource } from '../../metrics/machine-load.js';
import type { EngineMetrics } from '../../metrics/metrics.js';
import type { CameraSession } from '../session.js';
import { type CameraLoad, Relief, type ReliefStep } from './relief.js';

const LOOKS_EVERY_MS = 1_000;
/** A thread or all processors, used for more than this share of the time, have nothing to spare. */
const BUSY = 0.9;
/** Media that reaches the engine later than this has waited for the main thread, where that is busy. */
const LATE: Micros = seconds(1);

export interface OverloadDeps {
  clock: Clock;
  log: Logger;
  sessions(): readonly CameraSession[];
  load: LoadSource;
  metrics: Pick<EngineMetrics, 'overload'>;
}

export class OverloadWatch {
  readonly #deps: OverloadDeps;
  readonly #relief = new Relief();
  #cancel: CancelTimer = () => {};

  constructor(deps: OverloadDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, sessions, metrics } = this.#deps;
    metrics.overload.reduced = () =>
      sessions()
        .filter(({ pictures }) => pictures.reduction)
        .map(({ priority }) => priority);
    this.#cancel = every(clock, LOOKS_EVERY_MS, () => this.#look());
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const { clock, sessions, load } = this.#deps;
    const byKey = new Map(sessions().map((session) => [session.address.key, session]));
    const cameras = [...byKey].map(([key, { priority, pictures }]): CameraLoad => {
      return { key, priority, reduced: pictures.reduction !== undefined, ...pictures.takeLoad() };
    });
    const mainThread = load.mainThread();
    const mainThreadBehind = mainThread >= BUSY && isLate([...byKey.values()], clock.monotonic());
    const hasLost = cameras.some(({ lost }) => lost.decoderBehind + lost.detectorBusy > 0);
    // Looking at processors costs something, and is of no use while all is well.
    const busy = mainThread >= BUSY || (hasLost && load.processors() >= BUSY);
    const steps = this.#relief.report({ at: clock.monotonic(), cameras, mainThreadBehind, busy });
    for (const step of steps) this.#take(step, byKey.get(step.key)!);
  }

  #take(step: ReliefStep, session: CameraSession): void {
    const { clock, log, metrics } = this.#deps;
    const { pictures, priority, address } = session;
    const before = pictures.reduction;
    const asked = pictures.askedPolicy ? decodePolicyText(pictures.askedPolicy) : 'nothing';
    const decodes = () => (pictures.policy ? decodePolicyText(pictures.policy) : 'nothing');
    if (step.kind === 'reduce') {
      const { cause, shared } = step;
      pictures.decodeLess(cause);
      metrics.overload.reductions(priority, cause).add();
      log.warn({ camera: address.label, priority, cause }, 'a camera is decoded less than asked');
      session.notice({
        kind: 'decoding',
        change: { kind: 'reduced', priority, cause, shared, asked, decodes: decodes() },
      });
    } else if (before) {
      const { cause, since } = before;
      pictures.decodeAsAsked();
      const lasted = Math.max(0, clock.utc() - since);
      log.info({ camera: address.label, priority }, 'a camera is decoded as asked again');
      session.notice({
        kind: 'decoding',
        change: { kind: 'restored', priority, cause, lasted, asked, decodes: decodes() },
      });
    }
  }
}

/** Of the cameras that send, most are late: not one with a bad connection, but all that pass through here. */
const isLate = (sessions: readonly CameraSession[], now: Micros): boolean => {
  const newest = sessions.flatMap(({ ring }) =>
    ring.newest && now - ring.newest.arrival < 2 * LATE ? [ring.newest] : [],
  );
  const late = newest.filter(({ arrival, pts }) => arrival - pts > LATE);
  return late.length > 0 && 2 * late.length > newest.length;
};
