/**
 * A gateway that embeds the engine. Cameras are added and removed while it runs, events are printed as they happen, and
 * `cost` says what each camera costs. It reads one command per line from stdin:
 *
 *   add NAME rtsp://…     remove NAME     cost     quit
 *
 * docs/guide/embedding.md walks through it.
 */
import { createInterface } from 'node:readline';
import { AvaEvent, Engine, type EngineStats, type EventRecord, SluiceError } from 'sluice';
import { motionClips } from './topology.js';

const say = (text: string) => process.stdout.write(`${text}\n`);

class Gateway {
  readonly #engine: Engine;
  /** The snapshot at the last `cost`, from which the next one computes rates. */
  #before: { at: number; stats: EngineStats };

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#before = { at: performance.now(), stats: engine.stats() };
    engine.events.subscribe({ since: engine.startSeq }, (event) => this.#tell(event));
  }

  /** A camera is a live pipeline of the one topology. The engine keeps it and runs it again after a restart. */
  async add(name: string, url: string): Promise<void> {
    const parameters = [{ name: 'rtspUrl', value: url }];
    this.#engine.pipelines.set({ name, properties: { topologyName: motionClips.name, parameters } });
    await this.#engine.pipelines.activate(name);
  }

  /** Resolves when the camera's last clip is finished. */
  async remove(name: string): Promise<void> {
    await this.#engine.pipelines.deactivate(name);
    this.#engine.pipelines.delete(name);
  }

  /** What each camera has used since the last call. Cameras share child processes, so their CPU is divided evenly. */
  cost(): string[] {
    const [now, { at, stats }] = [this.#engine.stats(), this.#before];
    const seconds = (performance.now() - at) / 1000;
    const cpu = (of: EngineStats) => of.hosts.reduce((sum, host) => sum + host.cpuSeconds, 0);
    const share = Math.max(0, cpu(now) - cpu(stats)) / seconds / Math.max(1, now.cameras.length);
    this.#before = { at: performance.now(), stats: now };
    return now.cameras.map((camera) => {
      const last = stats.cameras.find((other) => other.camera === camera.camera);
      const rate = (of: 'bytesReceived' | 'framesDecoded') => (camera[of] - (last?.[of] ?? 0)) / seconds;
      return [
        `${camera.pipelines.join(',')}: ${camera.connection}`,
        `${Math.round((rate('bytesReceived') * 8) / 1000)} kbit/s in`,
        `${rate('framesDecoded').toFixed(1)} pictures/s decoded`,
        `${(camera.ringBytes / 1024 / 1024).toFixed(2)} MiB for ${camera.ringSeconds.toFixed(1)} s of pre-roll`,
        `${(share * 100).toFixed(1)} % of a core in child processes`,
      ].join(', ');
    });
  }

  /** Runs one command. False if it was the last. */
  async command(line: string): Promise<boolean> {
    const [verb = '', name = '', url = ''] = line.trim().split(/\s+/);
    try {
      if (verb === 'quit') return false;
      if (verb === 'add' && url !== '') await this.add(name, url);
      else if (verb === 'remove' && name !== '') await this.remove(name);
      else if (verb === 'cost') for (const text of this.cost()) say(text);
      else if (verb !== '') say('add NAME URL, remove NAME, cost, quit');
    } catch (error) {
      // A refusal says what is wrong and where. Anything else is a bug and ends the program.
      if (!(error instanceof SluiceError)) throw error;
      say(`refused: ${error.message} [${error.code}]`);
    }
    return true;
  }

  #tell({ eventTime, eventType, subject, data }: EventRecord): void {
    const [, camera = '-'] = /\/livePipelines\/([^/]+)/.exec(subject) ?? [];
    if (eventType === AvaEvent.Inference) say(`${eventTime} ${camera} motion`);
    else if (eventType === AvaEvent.RecordingAvailable) say(`${eventTime} ${camera} clip ${data['outputLocation']}`);
    else if (eventType === AvaEvent.PipelineStateChanged) say(`${eventTime} ${camera} is ${data['state']}`);
    else if (eventType === AvaEvent.NetworkError) say(`${eventTime} ${camera} does not answer: ${data['message']}`);
  }
}

const engine = await Engine.open({ dataDir: process.argv[2] ?? './data', settings: { decodePolicy: 'keyframes' } });
try {
  engine.topologies.set(motionClips);
  const gateway = new Gateway(engine);
  say('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    if (!(await gateway.command(line))) break;
  }
} finally {
  await engine.close();
  // An open pipe would keep the process alive.
  process.stdin.destroy();
}
