/**
 * `npm run demo`: a simulated camera, or a real one with --rtsp, and the engine with AVA's topology "EVR to files on
 * motion". It shows events and finished clips as they come. With --infer, an inference server says when to record.
 */
import { statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { whenOrphaned } from '../../engine/cli/exit.js';
import { Engine, type EventRecord } from '../../engine/index.js';
import { startSimulator } from '../../engine/simulator/index.js';
import { startDetector } from './detector.js';
import { evrToFilesOnMotion, evrToFilesOnObjects } from './topology.js';

interface DemoOptions {
  once?: boolean;
  rtsp?: string;
  data?: string;
  /** What to look for; `true`: everything. */
  infer?: string | true;
}

const PIPELINE = 'demo';
/** With --once, the demo has failed if it has no clip after this time. */
const PATIENCE_MS = 120_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

interface Inference {
  readonly motion?: { readonly box?: Box };
  readonly entity?: { readonly tag: { readonly value: string; readonly confidence: number }; readonly box: Box };
}
type Box = Readonly<Record<string, number>>;

const place = (box: Box | undefined): string =>
  box ? `at [${['l', 't', 'w', 'h'].map((side) => box[side]?.toFixed(2)).join(' ')}]` : 'in the whole picture';

const seen = ({ entity, motion }: Inference): string =>
  entity
    ? `${entity.tag.value} (${Math.round(entity.tag.confidence * 100)} %) ${place(entity.box)}`
    : `motion ${place(motion?.box)}`;

function describeEvent(event: EventRecord): string {
  const time = event.eventTime.slice(11, 23);
  const name = event.eventType.split('.').at(-1) ?? event.eventType;
  const { data } = event;
  if (name === 'Inference')
    return `${time}  #${event.seq}  ${(data['inferences'] as Inference[]).map(seen).join(', ')}`;
  const { sdp: _, ...rest } = data;
  return `${time}  #${event.seq}  ${name}  ${JSON.stringify(rest)}`;
}

async function demo(options: DemoOptions): Promise<number> {
  const dataDir = resolve(options.data ?? (await mkdtemp(join(tmpdir(), 'sluice-demo-'))));
  const simulator = options.rtsp ? null : await startSimulator({ scenes: [options.infer ? 'sign' : 'motion'] });
  const url = options.rtsp ?? simulator?.cameras[0]?.url ?? '';
  say(
    simulator
      ? `A simulated camera plays at ${url}: some seconds of a quiet yard, then ${options.infer ? 'a sign is held up' : 'something moves'}.`
      : `Camera: ${url}`,
  );
  say(`Recordings and the event log are kept in ${dataDir}\n`);

  const detector = options.infer ? await startDetector(options.infer === true ? undefined : options.infer) : undefined;
  if (detector) say(`An inference server looks at the pictures at ${detector.url}`);
  const engine = await Engine.open({ dataDir });
  let finish: (status: number) => void = () => {};
  const finished = new Promise<number>((done) => {
    finish = done;
  });
  const stop = () => finish(0);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  whenOrphaned(stop);
  const patience = options.once ? setTimeout(() => finish(1), PATIENCE_MS) : undefined;
  engine.events.subscribe({ since: engine.startSeq }, (event) => {
    say(describeEvent(event));
    if (!event.eventType.endsWith('.RecordingAvailable')) return;
    const file = String(event.data['outputLocation']);
    say(`\n  a clip is ready: ${file} (${Math.round(statSync(file).size / 1024)} KiB)\n`);
    if (options.once) finish(0);
  });
  try {
    const topology = detector ? evrToFilesOnObjects : evrToFilesOnMotion;
    const parameters = [
      { name: 'rtspUrl', value: url },
      ...(detector ? [{ name: 'inferencingUrl', value: detector.url }] : []),
    ];
    engine.topologies.set(topology);
    engine.pipelines.set({ name: PIPELINE, properties: { topologyName: topology.name, parameters } });
    await engine.pipelines.activate(PIPELINE);
    const status = await finished;
    if (status !== 0) say(`No clip within ${PATIENCE_MS / 1000} s. 'npx sluice doctor' checks what this machine has.`);
    return status;
  } finally {
    clearTimeout(patience);
    await engine.close();
    await detector?.stop();
    await simulator?.stop();
  }
}

const options = new Command('demo')
  .description('A camera, the engine, events and clips.')
  .option('--once', 'end after the first finished clip')
  .option('--rtsp <url>', 'a real camera instead of the simulated one')
  .option(
    '--infer [objects]',
    'record what an inference server finds, such as person,truck (default: everything it knows)',
  )
  .option('--data <dir>', 'folder for recordings and events (default: a new temporary one)')
  .parse()
  .opts<DemoOptions>();

process.exitCode = await demo(options);
