import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { Random } from '../../bench/chaos/random.js';
import type { Mosquitto } from '../../bench/common/mosquitto.js';
import type { CameraNow } from '../../engine/hub/states/camera-now.js';

const PROGRAM = fileURLToPath(new URL('./state-engine.mjs', import.meta.url));
const ROOT = 'sluice/avaedge/state';
/** After three refreshes of one second nobody who comes anew is told what was. */
const EXPIRES_MS = 3_000;

export interface StateSoakPlan {
  broker: Mosquitto;
  /** Times that each of broker and engine is killed. */
  kills: number;
  seed: number;
  say?: (line: string) => void;
}

export interface StateSoakResult {
  /** Kills of each. */
  engine: number;
  broker: number;
  /** Views that were taken, and how many of them said that nothing is known. */
  views: number;
  unknown: number;
  /** What was claimed and was not so, when it could not be excused. */
  wrong: string[];
  /** Times that a broker that came back said what it had kept, with nobody there to correct it. */
  stale: number;
  /** ms from the moment when both were back until the view was right, for each round. */
  settled: number[];
  /** ms from the engine's death until the broker said that it is away. */
  noticed: number[];
}

type View = Map<string, string>;

/** A subscriber's view of what is retained: it comes, reads, and leaves. Undefined while the broker is away. */
const viewOf = async (broker: Mosquitto, protocolVersion: 4 | 5): Promise<View | undefined> => {
  const client = await connectAsync(broker.url, { protocolVersion, reconnectPeriod: 0, connectTimeout: 2_000 }).catch(
    () => undefined,
  );
  if (!client) return undefined;
  const view: View = new Map();
  client.on('error', () => {});
  try {
    const fence = `fence/${Math.random()}`;
    const all = new Promise<void>((resolve, reject) => {
      client.once('close', () => reject(new Error('the broker has gone')));
      client.on('message', (topic, payload) => {
        if (topic === fence) resolve();
        else view.set(topic, payload.toString());
      });
    });
    all.catch(() => {});
    await client.subscribeAsync([`${ROOT}/#`, 'homeassistant/#', fence], { qos: 1 });
    await client.publishAsync(fence, '', { qos: 1 });
    await all;
    return view;
  } catch {
    return undefined;
  } finally {
    await client.endAsync(true);
  }
};

const isUnknown = (view: View): boolean => view.get(`${ROOT}/availability`) !== 'online';

/** What of a view is not so. */
const faultsOf = (view: View, cameras: readonly CameraNow[]): string[] => {
  const payload = (known: boolean | 'unknown') => (known === 'unknown' ? 'UNKNOWN' : known ? 'ON' : 'OFF');
  const wanted: View = new Map([[`${ROOT}/availability`, 'online']]);
  for (const { name, connected, recording, scene } of cameras) {
    for (const [state, known] of Object.entries({ connected, recording, ...scene })) {
      wanted.set(`${ROOT}/camera/${name}/${state}`, payload(known));
    }
    wanted.set(`${ROOT}/camera/${name}/discovery`, `homeassistant/device/sluice_edge_avaedge_${name}/config`);
    wanted.set(`homeassistant/device/sluice_edge_avaedge_${name}/config`, '*');
  }
  const faults: string[] = [];
  for (const topic of new Set([...wanted.keys(), ...view.keys()])) {
    const [is, should] = [view.get(topic), wanted.get(topic)];
    if (is !== should && !(should === '*' && is !== undefined)) faults.push(`${topic}: ${is}, not ${should}`);
  }
  return faults;
};

/** Cameras that change, come and go, by a seed. */
class World {
  cameras: CameraNow[] = [];
  readonly #random: Random;
  readonly #file: string;

  constructor(random: Random, file: string) {
    this.#random = random;
    this.#file = file;
  }

  change(): void {
    const any = () => this.#random.chance(0.5);
    const names = ['door', 'yard', 'gate', 'hall'].filter(() => this.#random.chance(0.7));
    this.cameras = names.map((name) => {
      const connected = this.#random.chance(0.8);
      const motion = connected ? any() : 'unknown';
      return { ...{ name, pipelines: [name], connected, recording: any() }, scene: { motion, tampered: any() } };
    });
    // In one step: the engine must not read half of it.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.cameras));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/** Kills broker and engine, at random by a seed, while cameras change, and looks at what a subscriber is told meanwhile. */
export const soakStates = async (plan: StateSoakPlan): Promise<StateSoakResult> => {
  const { broker, kills, seed } = plan;
  const say = plan.say ?? (() => {});
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-states-'));
  const file = join(folder, 'cameras.json');
  const world = new World(random, file);
  const result: StateSoakResult = {
    ...{ engine: 0, broker: 0, views: 0, unknown: 0, stale: 0 },
    ...{ wrong: [], settled: [], noticed: [] },
  };
  let engine: ChildProcess | undefined;
  let brokerBack = 0;
  /** Resolves when it runs. How long a process takes to start is the machine's affair. */
  const startEngine = async () => {
    engine = spawn(process.execPath, [PROGRAM, folder, broker.url, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(engine.stdout!, 'data');
  };
  const killEngine = async () => {
    const child = engine;
    engine = undefined;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    result.engine++;
  };
  const startBroker = async () => {
    await broker.run();
    brokerBack = performance.now();
  };
  const protocol = () => (random.chance(0.5) ? 4 : 5);

  /** Nobody corrects the broker: what it says must be nothing, but for a while after it has come back. */
  const lookWithoutEngine = async () => {
    const view = await viewOf(broker, protocol());
    if (!view) return;
    result.views++;
    if (isUnknown(view)) result.unknown++;
    else if (performance.now() - brokerBack < EXPIRES_MS + 2_000) result.stale++;
    else result.wrong.push(`without an engine: ${[...view].map((entry) => entry.join(' ')).join(', ')}`);
  };
  const untilRight = async (since: number) => {
    let faults = ['nothing was seen'];
    for (const end = performance.now() + 60_000; performance.now() < end; await sleep(50)) {
      const view = await viewOf(broker, protocol());
      if (!view) continue;
      faults = isUnknown(view) ? ['availability'] : faultsOf(view, world.cameras);
      result.views++;
      if (isUnknown(view)) result.unknown++;
      if (faults.length === 0) {
        result.settled.push(performance.now() - since);
        return;
      }
    }
    result.wrong.push(`not right within a minute: ${faults.join('; ')}`);
  };
  const untilNoticed = async () => {
    const died = performance.now();
    for (const end = died + 60_000; performance.now() < end; await sleep(10)) {
      const view = await viewOf(broker, protocol());
      if (!view) continue;
      result.views++;
      if (!isUnknown(view)) continue;
      result.unknown++;
      result.noticed.push(performance.now() - died);
      return;
    }
    result.wrong.push('the death of the engine was not told within a minute');
  };

  try {
    world.change();
    await startEngine();
    await untilRight(performance.now());
    result.settled.length = 0;
    while (result.engine < kills || result.broker < kills) {
      const [first, second] = random.chance(0.5) ? ['engine', 'broker'] : ['broker', 'engine'];
      const both = random.chance(0.5);
      const victims = new Set(both ? [first, second] : [first]);
      if (result.engine >= kills) victims.delete('engine');
      if (result.broker >= kills) victims.delete('broker');
      if (victims.size === 0) continue;
      for (const victim of victims) {
        if (random.chance(0.7)) world.change();
        if (victim === 'broker') {
          await broker.kill('SIGKILL');
          result.broker++;
        } else {
          await killEngine();
          if (!victims.has('broker')) await untilNoticed();
        }
        await sleep(random.next() * 1_000);
      }
      if (random.chance(0.7)) world.change();
      const brokerFirst = random.chance(0.7);
      if (victims.has('broker') && brokerFirst) await startBroker();
      if (victims.has('engine')) {
        // Sometimes so long that even a broker that was killed as well has forgotten.
        if (brokerFirst && random.chance(0.4)) await sleep(EXPIRES_MS + 2_500);
        await lookWithoutEngine();
        await startEngine();
      }
      if (victims.has('broker') && !brokerFirst) await startBroker();
      await untilRight(performance.now());
      say(`${[...victims].join(' and ')}: right after ${Math.round(result.settled.at(-1) ?? -1)} ms`);
    }
    return result;
  } finally {
    engine?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
