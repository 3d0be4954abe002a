/** Everything that a run needs around it: a disk, a broker, cameras, the engine, and those who read from it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Mosquitto, mosquittoMissing } from '../../common/mosquitto.js';
import type { History } from '../history.js';
import { Camera } from './camera.js';
import { Client } from './client.js';
import { Disk } from './disk.js';
import { configuration, livePipeline, type Trigger, topology } from './documents.js';
import { EngineProcess } from './engine-process.js';
import { Follower } from './follower.js';
import { Health } from './health.js';
import { Inputs } from './inputs.js';
import { Marks } from './marks.js';
import { Subscriber } from './subscriber.js';

const CAMERAS: readonly { pipeline: string; trigger: Trigger; scene: string }[] = [
  { pipeline: 'door-1', trigger: 'input', scene: 'quiet' },
  { pipeline: 'door-2', trigger: 'input', scene: 'motion' },
  { pipeline: 'yard-1', trigger: 'motion', scene: 'motion' },
  { pipeline: 'yard-2', trigger: 'motion', scene: 'busy' },
];

export interface Stage {
  readonly history: History;
  /** Holds the logs, and the data if the run is kept. */
  readonly folder: string;
  readonly disk: Disk;
  readonly broker: Mosquitto;
  readonly cameras: readonly Camera[];
  readonly engine: EngineProcess;
  readonly client: Client;
  readonly follower: Follower;
  readonly subscriber: Subscriber;
  readonly inputs: Inputs;
  readonly health: Health;
  readonly marks: Marks;
  /** Writes the configuration file, with more settings in it. The engine finds them by itself. */
  configure(more?: Record<string, unknown>): void;
  /** Writes the configuration file as it is given. */
  writeConfiguration(text: string): void;
}

export const buildStage = async (history: History, seed: number): Promise<Stage> => {
  if (mosquittoMissing) throw new Error(mosquittoMissing);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-chaos-'));
  const undo: Array<() => unknown> = [];
  try {
    const disk = new Disk(join(folder, 'disk'));
    undo.push(() => disk.close(undefined));
    mkdirSync(disk.dataDir);
    const broker = await Mosquitto.start();
    undo.push(() => broker.close());
    const subscriber = await Subscriber.start(broker.url, 'sluice/avaedge/outputs/#');
    undo.push(() => subscriber.stop());
    const cameras: Camera[] = [];
    undo.push(() => Promise.all(cameras.map((camera) => camera.stop())));
    for (const { pipeline, scene } of CAMERAS) cameras.push(await Camera.start(pipeline, scene));
    const httpPort = await freePort();
    const base = `http://127.0.0.1:${httpPort}`;
    const configFile = join(folder, 'sluice.yaml');
    const writeConfiguration = (text: string): void => writeFileSync(configFile, text);
    const configure = (more: Record<string, unknown> = {}): void =>
      writeConfiguration(configuration({ dataDir: disk.dataDir, httpPort, mqttUrl: broker.url, more }));
    configure();
    const logFile = join(folder, 'engine.log');
    const marks = new Marks();
    const engine = new EngineProcess({ configFile, logFile, base, history, marks });
    const client = new Client(base);
    const follower = new Follower(base, history);
    const told = CAMERAS.filter(({ trigger }) => trigger === 'input').map(({ pipeline }) => pipeline);
    const inputs = new Inputs(client, told, seed);
    const health = new Health(client, engine, history);
    return {
      ...{ history, folder, disk, broker, cameras, engine, client, follower, subscriber, inputs, health },
      ...{ configure, writeConfiguration, marks },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
};

/** Starts the engine, sets and activates everything, and those who read and ask. */
export const openStage = async ({ engine, client, cameras, follower, health, inputs }: Stage): Promise<void> => {
  await engine.start();
  follower.connect();
  const must = async (method: string, payload: object): Promise<void> => {
    const { status, body } = await client.method(method, payload);
    if (status >= 300 || status === 0) throw new Error(`${method}: ${status} ${JSON.stringify(body)}`);
  };
  for (const trigger of ['input', 'motion'] as const) await must('pipelineTopologySet', topology(trigger));
  for (const [i, { pipeline, url }] of cameras.entries()) {
    await must('livePipelineSet', livePipeline(pipeline, CAMERAS[i]!.trigger, url));
    await must('livePipelineActivate', { name: pipeline });
  }
  void health.watch();
  void inputs.run();
};

/** @param keep whether the data is kept beside the logs */
export const closeStage = async (stage: Stage, keep: boolean): Promise<void> => {
  stage.inputs.stop();
  stage.health.stop();
  stage.follower.stop();
  await stage.engine.killGroup();
  await stage.subscriber.stop();
  await stage.broker.close();
  await Promise.all(stage.cameras.map((camera) => camera.stop()));
  stage.disk.close(keep ? join(stage.folder, 'data') : undefined);
  if (!keep) rmSync(stage.folder, { recursive: true, force: true });
};
