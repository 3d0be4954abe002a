import type { DecoderFallback, FallbackCode, HardwareKind } from '../hardware.js';

/**
 * Streams that a kind of hardware decodes at one time, if nothing else is said. NVIDIA limits nothing but its memory, of which
 * a stream of 1080p takes some 60 MB; GPUs of processors and small boards share one decoder, and their own memory, between all.
 */
const USUAL_SESSIONS: Readonly<Record<HardwareKind, number>> = { nvdec: 128, vaapi: 32, v4l2: 8 };

/** How long a camera whose hardware decoder has failed stays with software, from failure to failure. */
const RETRY_MS = [30_000, 120_000, 480_000, 1_800_000] as const;
/** If so many cameras fail in a row, it is not the cameras: nobody tries for a while. */
const NOT_THE_CAMERAS = 3;
const FORGOTTEN_AFTER_MS = 3_600_000;

export interface SessionsDeps {
  /** For each kind; 0 for the usual. */
  most: number;
  onFallback(fallback: DecoderFallback): void;
  /** Monotonic, in ms. */
  now(): number;
}

/** A stream's place in a hardware decoder. */
export interface HardwareSession {
  readonly kind: HardwareKind;
  /** It has given a picture. */
  succeeded(): void;
  /** It has not, or has ended; its camera is decoded by software now. The place is free. */
  failed(code: FallbackCode, cause: string): void;
  /** It is over in good order. The place is free. */
  release(): void;
}

interface Failures {
  count: number;
  notBefore: number;
}

/** Who is decoded by hardware, and who has to wait with trying it again. */
export class HardwareSessions {
  readonly #deps: SessionsDeps;
  readonly #running = new Map<HardwareKind, number>();
  readonly #cameras = new Map<string, Failures>();
  readonly #kinds = new Map<HardwareKind, Failures>();
  /** Who has failed since the last success of a kind. */
  readonly #unlucky = new Map<HardwareKind, Set<string>>();
  /** Who has been told that there is no place. */
  readonly #waiting = new Set<string>();

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** A place for this camera, or undefined if there is none now. */
  take(owner: string, kind: HardwareKind): HardwareSession | undefined {
    const now = this.#deps.now();
    if ((this.#cameras.get(owner)?.notBefore ?? 0) > now || (this.#kinds.get(kind)?.notBefore ?? 0) > now)
      return undefined;
    const running = this.#running.get(kind) ?? 0;
    const most = this.#deps.most || USUAL_SESSIONS[kind];
    if (running >= most) {
      this.#tellFull(owner, kind, most);
      return undefined;
    }
    this.#running.set(kind, running + 1);
    let held = true;
    const release = (): void => {
      if (held) this.#running.set(kind, (this.#running.get(kind) ?? 1) - 1);
      held = false;
    };
    return {
      kind,
      release,
      succeeded: () => {
        this.#waiting.delete(owner);
        this.#unlucky.delete(kind);
        this.#kinds.delete(kind);
      },
      failed: (code, cause) => {
        release();
        this.#failed(owner, kind, code, cause);
      },
    };
  }

  #failed(owner: string, kind: HardwareKind, code: FallbackCode, cause: string): void {
    const { now, onFallback } = this.#deps;
    for (const [name, { notBefore }] of this.#cameras) {
      if (notBefore + FORGOTTEN_AFTER_MS < now()) this.#cameras.delete(name);
    }
    const failures = again(this.#cameras.get(owner), now());
    this.#cameras.set(owner, failures);
    const unlucky = (this.#unlucky.get(kind) ?? new Set()).add(owner);
    this.#unlucky.set(kind, unlucky);
    if (unlucky.size >= NOT_THE_CAMERAS) {
      this.#unlucky.delete(kind);
      this.#kinds.set(kind, again(this.#kinds.get(kind), now()));
    }
    const notBefore = Math.max(failures.notBefore, this.#kinds.get(kind)?.notBefore ?? 0);
    onFallback({ owner, kind, code, cause, retryInMs: notBefore - now() });
  }

  #tellFull(owner: string, kind: HardwareKind, most: number): void {
    if (this.#waiting.has(owner)) return;
    this.#waiting.add(owner);
    const cause = `${most} streams are decoded by ${kind} already`;
    this.#deps.onFallback({ owner, kind, code: 'noSession', cause, retryInMs: 0 });
  }
}

const again = (before: Failures | undefined, now: number): Failures => {
  const count = (before?.count ?? 0) + 1;
  return { count, notBefore: now + RETRY_MS[Math.min(count, RETRY_MS.length) - 1]! };
};
