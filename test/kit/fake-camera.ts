import { MICROS_PER_MS } from '../../engine/core/time.js';
import { type FakeBridge, type FakeIngest, latest } from './fake-bridge.js';
import type { FakeClock } from './fake-clock.js';
import { FRAME, type H264Options, h264Unit } from './units.js';

/** The camera behind a fake bridge. It sends what the test tells it to. */
export class FakeCamera {
  readonly #bridge: FakeBridge;
  readonly #clock: FakeClock;
  #sent = 0;

  constructor(bridge: FakeBridge, clock: FakeClock) {
    this.#bridge = bridge;
    this.#clock = clock;
  }

  /** The connection to the camera that was made last. */
  get ingest(): FakeIngest {
    return latest(this.#bridge.ingests);
  }

  /** Resolves when somebody has connected to the camera, again if there was a connection before; its caps are told. */
  async connected(): Promise<void> {
    await this.#clock.run(10);
    while (this.#bridge.ingests.length === 0 || this.ingest.over) await this.#clock.run(100);
    this.ingest.caps();
    this.#sent = 0;
  }

  /** Sends so many units in its own time, 25 a second; the first after a connection is a keyframe unless `from` says else. */
  send(count: number, options: H264Options & { from?: number } = {}): void {
    this.#sent = options.from ?? this.#sent;
    for (let sent = 0; sent < count; sent++) {
      this.#clock.advance(FRAME / MICROS_PER_MS);
      this.ingest.unit(h264Unit(this.#sent++, options));
    }
  }
}
