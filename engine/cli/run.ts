import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../configuration.js';
import { SluiceError } from '../core/errors.js';
import { topologiesFolder } from '../core/package-files.js';
import { MICROS_PER_SECOND, type Micros } from '../core/time.js';
import { Engine } from '../engine.js';
import { createCategoryLogs } from '../log/categories.js';
import { standardError } from '../log/standard-error.js';
import { nodeTable } from '../nodes/table.js';
import { partsOf } from '../parts-of.js';
import { type Service, startService } from '../service.js';
import { resolvePipeline } from '../topology/resolve.js';
import { problemLine, readTopologyFile } from '../topology/topology-file.js';
import { attend } from './attend.js';
import { untilStopped } from './exit.js';
import { PrintedEvents } from './printed-events.js';
import { durationOption, elapsed } from './timing.js';

interface RunOptions {
  param: Record<string, string>;
  data?: string;
  for?: Micros;
  http?: string;
}

/** Name of the live pipeline. */
const PIPELINE = 'run';

export const runCommand = (): Command =>
  new Command('run')
    .description('Runs one topology: events as JSON lines on stdout, progress on stderr.')
    .argument('[topology]', 'topology file')
    .option('--param <name=value>', "value of one of the topology's parameters; may be repeated", parameter, {})
    .option('--data <dir>', 'data folder (default ./data)')
    .option('--for <duration>', 'stop after this long: 30s, 2m, 1h30m, PT30S', durationOption)
    .option('--http <address>', 'also serve HTTP and WebSocket at this address')
    .action((file: string | undefined, options: RunOptions) => (file === undefined ? explain() : run(file, options)));

/** What to do, for somebody who has no topology yet. */
function explain(): void {
  const folder = topologiesFolder();
  const lines = [
    'error: which topology? Name its file:',
    `  sluice run ${folder}/motion-to-clips.json --param rtspUrl=rtsp://camera/stream`,
    `There are more to copy in ${folder}. 'sluice record rtsp://camera/stream' needs none.`,
  ];
  standardError.write(`${lines.join('\n')}\n`);
  process.exitCode = 1;
}

function parameter(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

async function run(file: string, options: RunOptions): Promise<void> {
  const parameters = Object.entries(options.param).map(([name, value]) => ({ name, value }));
  const { topology, problems } = readTopologyFile(nodeTable, file);
  if (!topology) return refuse(problems);
  const unresolved = resolvePipeline(nodeTable, topology, { name: PIPELINE, parameters }).problems;
  if (unresolved.length > 0) return refuse(unresolved.map((problem) => problemLine(file, problem)));
  const stopped = untilStopped('SIGHUP');
  const { config } = loadConfig({
    overridesPlace: 'command line',
    overrides: { 'http.address': options.http ?? '', ...(options.data ? { dataDir: options.data } : {}) },
  });
  const { application: log, mediaPipeline: mediaPipelineLog } = createCategoryLogs(config);
  const engine = await Engine.open({ dataDir: config.dataDir, config, log, mediaPipelineLog, resume: false });
  let service: Service | undefined;
  try {
    service = await startService(engine);
    for (const url of service.urls) log.info(`listening on ${url}`);
    partsOf(engine).control.topologies.set(topology);
    engine.pipelines.set({ name: PIPELINE, properties: { topologyName: topology.name, parameters } });
    const lasts = options.for ? `for ${options.for / MICROS_PER_SECOND} s` : 'Ctrl-C ends it';
    const { unread, unreached } = await attend({
      engine,
      pipelines: [PIPELINE],
      view: new PrintedEvents(engine),
      ends: [stopped, ...(options.for ? [elapsed(options.for)] : [])],
      onActive: () => log.info(`recording into ${config.dataDir}; ${lasts}`),
    });
    if (unreached.length > 0 && !unread) throw neverReached();
  } finally {
    await service?.close();
    await engine.close();
  }
}

const neverReached = (): SluiceError =>
  new SluiceError('CameraNeverReached', 'no media came from the camera', {
    kind: 'unavailable',
    where: { pipeline: PIPELINE },
    hint: 'The events above say why.',
  });

function refuse(problems: readonly string[]): void {
  for (const line of problems) standardError.write(`${line}\n`);
  process.exitCode = 2;
}
