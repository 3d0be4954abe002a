/** How soon a camera is recorded again when it is back, whatever it did meanwhile and however long that took. */
import { afterEach, expect, it, vi } from 'vitest';
import { cameraAddress } from '../../../../engine/camera/address.js';
import { CameraConnection } from '../../../../engine/camera/connection.js';
import { ConnectionGovernor } from '../../../../engine/camera/governor.js';
import { DEFAULT_PATIENCE } from '../../../../engine/camera/patience.js';
import { silentLogger } from '../../../../engine/core/log.js';
import { Count } from '../../../../engine/metrics/metric-families.js';
import { FakeBridge, type FakeIngest, HERE, latest, refusal, unreached } from '../../../kit/fake-bridge.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { h264Unit } from '../../../kit/units.js';

const STEP_MS = 100;
const BOUND_MS = 10_000;
/** From the start of an attempt to its first picture. */
const FIRST_PICTURE_MS = 1_500;
/** When the system asks for a connection again that is not answered. */
const SYN_AT_MS = [0, 1_000, 3_000, 7_000];
const OUTAGES_S = [5, 7.3, 10, 20, 31, 44, 60, 95, 120, 180, 300, 600];

type Answer = FakeBridge['answer'];

/** What a camera does while it is away. */
interface Outage {
  /** How an attempt ends, and after how long; undefined: it goes on until the engine ends it. */
  attempt?: { ends: Answer; afterMs?: number };
  /** The stream that runs ends at once, or falls silent. */
  cut?: boolean;
  /** What becomes of an attempt that goes on when the camera is back: it is cut, or served. */
  pending?: 'cut' | 'served';
  /** The camera describes itself, and sends nothing. */
  described?: boolean;
}

const AWAY: Readonly<Record<string, Outage>> = {
  'refuses connections': { attempt: { ends: unreached('ECONNREFUSED') }, cut: true },
  'has no address': { attempt: { ends: unreached('ENOTFOUND') }, cut: true },
  'has lost its network, as its neighbours say': { attempt: { ends: unreached('EHOSTUNREACH'), afterMs: 3_000 } },
  'is without power and answers nothing': {
    attempt: { ends: unreached('timeout'), afterMs: 8_000 },
    pending: 'served',
  },
  'cuts each connection': { attempt: { ends: refusal('network', 'network.ECONNRESET') }, cut: true },
  'hangs up': { attempt: { ends: refusal('network', 'network.closed'), afterMs: 400 }, cut: true },
  'has no stream': { attempt: { ends: refusal('protocol', '404') }, cut: true },
  'is not ready': { attempt: { ends: refusal('protocol', '503') }, cut: true },
  'has too many sessions': { attempt: { ends: refusal('protocol', '453') } },
  'fails in its TLS': { attempt: { ends: refusal('tls', 'tls.EPROTO') }, cut: true },
  'sends what cannot be taken': { attempt: { ends: refusal('format', 'unsupportedVideoFormat') }, cut: true },
  'hangs, and is started again': { pending: 'cut' },
  'hangs, and goes on': { pending: 'served' },
  'describes itself and sends nothing, and is started again': { described: true, pending: 'cut' },
  'describes itself and sends nothing, and goes on': { described: true, pending: 'served' },
};

class World {
  readonly clock = new FakeClock();
  readonly bridge = new FakeBridge();
  readonly attempts = new Count();
  readonly connection: CameraConnection;
  outage: Outage | undefined;
  /** What happens to the attempts that run, and when. */
  readonly #due = new Map<FakeIngest, { atMs: number; what: () => void }>();
  readonly #begun = new Map<FakeIngest, number>();
  readonly #streaming = new Set<FakeIngest>();

  constructor() {
    // The answers are given here.
    const ingest = this.bridge.ingest;
    const start: FakeBridge['ingest'] = (spec, handlers) => {
      const begun = ingest(spec, handlers);
      const answer = begun.answer.bind(begun);
      begun.answer = () => {};
      this.#begun.set(begun, this.nowMs);
      this.#begin(begun, answer);
      return begun;
    };
    Object.assign(this.bridge, {
      ingest: start,
      reaches: async (_: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> => {
        this.bridge.knocks++;
        const began = this.nowMs;
        const refused = this.outage?.attempt?.afterMs === undefined;
        for (;;) {
          if (this.outage === undefined && SYN_AT_MS.some((at) => at >= this.#backAt - began && at <= timeoutMs))
            return true;
          if (this.outage?.attempt === undefined || !('unreached' in this.outage.attempt.ends)) return true;
          if (signal.aborted || refused || this.nowMs - began >= timeoutMs) return false;
          await new Promise<void>((resolve) => this.clock.after(STEP_MS, resolve));
        }
      },
    });
    this.connection = new CameraConnection(
      cameraAddress({
        ...{ name: 'camera', transport: 'tcp' },
        endpoint: { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false },
      }),
      {
        ...{ bridge: this.bridge, clock: this.clock, log: silentLogger(), patience: DEFAULT_PATIENCE },
        governor: new ConnectionGovernor({ clock: this.clock }),
        path: 'gstreamer',
        metrics: { connectAttempts: this.attempts },
      },
      {
        onUnit: () => {
          this.lastUnitMs = this.nowMs;
        },
        ...{ onEstablished: () => {}, onCaps: () => {}, onLoss: () => {}, onStray: () => {}, onDescribed: () => {} },
        ...{ wantsSound: () => false, wantsMetadata: () => false, onMetadata: () => {}, onMetadataRefused: () => {} },
        ...{ onSoundFault: () => {}, onInterrupted: () => {}, onFailure: () => {} },
      },
    );
  }

  #backAt = 0;
  lastUnitMs = Number.NEGATIVE_INFINITY;

  get nowMs(): number {
    return this.clock.monotonic() / 1000;
  }

  #begin(ingest: FakeIngest, answer: (what: Answer) => void): void {
    const at = (ms: number, what: () => void) => this.#due.set(ingest, { atMs: this.nowMs + ms, what });
    const serve = (): void => {
      answer(HERE);
      at(FIRST_PICTURE_MS, () => this.#streaming.add(ingest));
    };
    this.#serve.set(ingest, serve);
    const { outage } = this;
    if (outage === undefined) at(0, serve);
    else if (outage.attempt) at(outage.attempt.afterMs ?? 0, () => answer(outage.attempt!.ends));
    else if (outage.described) at(0, () => answer(HERE));
    else
      at(ingest.spec.answerMs!, () => answer({ ...refusal('network', 'network.timeout'), slowAt: 'answer' } as Answer));
  }
  readonly #serve = new Map<FakeIngest, () => void>();

  away(outage: Outage): void {
    this.outage = outage;
    for (const ingest of this.#streaming) if (outage.cut && !ingest.over) ingest.end();
    this.#streaming.clear();
  }

  back(): void {
    const { pending } = this.outage!;
    this.outage = undefined;
    this.#backAt = this.nowMs;
    const ingest = latest(this.bridge.ingests);
    if (ingest.over || pending === undefined) return;
    const begun = this.#begun.get(ingest)!;
    const answered = SYN_AT_MS.find((at) => begun + at >= this.nowMs);
    const serve = this.#serve.get(ingest)!;
    if (pending === 'cut') ingest.end({ ...refusal('network', 'network.ECONNRESET') });
    else this.#due.set(ingest, { atMs: begun + (answered ?? this.nowMs - begun), what: serve });
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await this.clock.run(STEP_MS, STEP_MS);
      for (const [ingest, { atMs, what }] of [...this.#due]) {
        if (this.nowMs < atMs) continue;
        this.#due.delete(ingest);
        if (!ingest.over) what();
      }
      for (const ingest of this.#streaming) if (!ingest.over) ingest.unit(h264Unit(this.nowMs * 1000));
    }
  }
}

afterEach(() => void vi.restoreAllMocks());

const CHANCES = [0, 0.999];

it.each(Object.entries(AWAY))('within 10 s: a camera that %s', { timeout: 300_000 }, async (_, outage) => {
  for (const chance of CHANCES) {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    for (const seconds of OUTAGES_S) {
      const world = new World();
      world.connection.start();
      await world.pass(20_000);
      expect(world.lastUnitMs).toBe(world.nowMs);
      world.away(outage);
      await world.pass(seconds * 1000);
      const backAt = world.nowMs;
      expect(world.lastUnitMs).toBeLessThan(backAt);
      world.back();
      await world.pass(BOUND_MS);
      expect(world.lastUnitMs, `after ${seconds} s`).toBeGreaterThan(backAt);
      await world.connection.close();
    }
  }
});

it('is not held to that with a camera that refuses the credentials, nor with one that is gone for long', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  const world = new World();
  world.connection.start();
  await world.pass(20_000);
  world.away({ attempt: { ends: refusal('auth', '401') }, cut: true });
  await world.pass(600_000);
  expect(world.attempts.value).toBeLessThan(8);
  await world.connection.close();
});

it('knocks at a camera that is gone twice a minute, and attempts it every two', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  const world = new World();
  world.connection.start();
  await world.pass(20_000);
  world.away({ attempt: { ends: unreached('ECONNREFUSED') }, cut: true });
  await world.pass(16 * 60_000);
  const [knocks, attempts] = [world.bridge.knocks, world.attempts.value];
  expect(attempts).toBeLessThan(12);
  await world.pass(10 * 60_000);
  expect(world.bridge.knocks - knocks).toBeLessThanOrEqual(22);
  expect(world.attempts.value - attempts).toBeLessThanOrEqual(5);
  world.back();
  await world.pass(35_000);
  expect(world.lastUnitMs).toBe(world.nowMs);
  await world.connection.close();
});
