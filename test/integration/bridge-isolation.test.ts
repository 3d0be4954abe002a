import { afterEach, describe, expect, it } from 'vitest';
import type { Bridge, HostStats, IsolationChange } from '../../bridge/types.js';
import { type RecordedIngest, recordIngest, testBridge } from '../kit/bridge.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

const { camera, stopCameras } = testCameras();
afterEach(stopCameras);

/** A camera that is connected again whenever its host is lost, as the engine does. */
class Reconnecting {
  readonly connections: RecordedIngest[] = [];
  readonly #bridge: Bridge;
  readonly #url: string;
  readonly owner: string;

  constructor(bridge: Bridge, url: string, owner: string) {
    this.#bridge = bridge;
    this.#url = url;
    this.owner = owner;
    this.#connect();
  }

  /** Resolves when units flow over a connection after the `count`-th. */
  async streams(count: number): Promise<void> {
    await until(`${this.owner} streams`, () => this.connections.length > count && this.units > 5, 30_000);
  }

  /** Of the present connection. */
  get units(): number {
    return this.connections.at(-1)?.units.length ?? 0;
  }

  get host(): HostStats {
    const host = this.#bridge.stats().find(({ owners }) => owners.includes(this.owner));
    if (host === undefined) throw new Error(`${this.owner} runs nowhere`);
    return host;
  }

  #connect(): void {
    const recorded = recordIngest(this.#bridge, {
      ...{ url: this.#url, transport: 'tcp', video: 'h264', owner: this.owner },
    });
    this.connections.push(recorded);
    void recorded.ended.then((reason) => {
      // A timer may be a hair early, and is refused then: that was none.
      if (recorded.units.length === 0) this.connections.splice(this.connections.indexOf(recorded), 1);
      if (reason.kind !== 'hostLost' || reason.message === 'the bridge is closed') return;
      setTimeout(() => this.#connect(), reason.retryInMs ?? 0);
    });
  }
}

describe.each(['SIGSEGV', 'SIGSTOP'] as const)('a camera at whose every start its host gets %s', (signal) => {
  it('has a host of its own after the second time, and its neighbours lose nothing from then on', async () => {
    const { urls } = await camera({ count: 4 });
    const changes: IsolationChange[] = [];
    const { bridge } = testBridge({ onIsolation: (change) => changes.push(change) });
    const all = urls.map((url, n) => new Reconnecting(bridge, url, `camera-${n}`));
    const [damaged, ...healthy] = all as [Reconnecting, ...Reconnecting[]];
    const strike = async (time: number) => {
      await damaged.streams(time);
      process.kill(damaged.host.pid!, signal);
      await until('its end', () => damaged.connections[time]!.ends.length > 0, 30_000);
    };

    for (let time = 0; time < 2; time++) {
      await Promise.all(healthy.map((each) => each.streams(time)));
      await strike(time);
    }
    await Promise.all(healthy.map((each) => each.streams(2)));
    const since = healthy.map((each) => each.units);
    for (let time = 2; time < 4; time++) await strike(time);

    for (const [n, each] of healthy.entries()) {
      await until('more units', () => each.units > since[n]! + 25);
      expect(each.connections).toHaveLength(3);
      const { units, ends } = each.connections.at(-1)!;
      expect(ends).toEqual([]);
      for (const [at, unit] of units.slice(1).entries()) expect(unit.pts! - units[at]!.pts!).toBeLessThan(41_000);
      expect(each.host.apart).toBe(false);
    }
    const cause = signal === 'SIGSEGV' ? 'exited with SIGSEGV' : expect.stringMatching(/^did not answer for/);
    const common = { kind: 'isolated', role: 'ingest', owner: 'camera-0', cause };
    expect(changes).toEqual([
      { ...common, deaths: 3, retryInMs: 500 },
      { ...common, deaths: 4, retryInMs: 1000 },
    ]);
    const deaths = bridge.stats().reduce((sum, host) => sum + host.deaths, 0);
    expect(deaths).toBe(4);
  }, 120_000);
});
