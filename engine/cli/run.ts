import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../configuration.js';
import { parseDuration } from '../core/duration.js';
import { SluiceError } from '../core/errors.js';
import { type Micros, seconds } from '../core/time.js';
import { Engine } from '../engine.js';
import type { Parts } from '../engine-parts.js';
import { AvaEvent } from '../events/catalogue.js';
import { createCategoryLogs } from '../log/categories.js';
import { standardError } from '../log/standard-error.js';
import { StandardOutput } from '../log/standard-output.js';
import { nodeTable } from '../nodes/table.js';
import { partsOf } from '../parts-of.js';
import { startService } from '../service.js';
import { resolvePipeline } from '../topology/resolve.js';
import { problemLine, readTopologyFile } from '../topology/topology-file.js';
import { EventPrinter } from './event-printer.js';
import { untilStopped } from './exit.js';

interface RunOptions {
  param: Record<string, string>;
  data?: string;
  for?: Micros;
  http?: string;
}

/** Name of the live pipeline. */
const PIPELINE = 'run';
/** How long the end of the run waits for a reader of the events that takes nothing, and for one that takes little. */
const END_IDLE: Micros = seconds(2);
const END: Micros = seconds(10);

export const runCommand = (): Command =>
  new Command('run')
    .description('Runs one topology: events as JSON lines on stdout, progress on stderr.')
    .argument('<topology>', 'topology file')
    .option('--param <name=value>', "value of one of the topology's parameters; may be repeated", parameter, {})
    .option('--data <dir>', 'data folder (default ./data)')
    .option('--for <duration>', 'stop after this long, e.g. PT60S', duration)
    .option('--http <address>', 'also serve HTTP and WebSocket at this address')
    .action(run);

function parameter(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function duration(text: string): Micros {
  const micros = parseDuration(text);
  if (micros === undefined || micros <= 0)
    throw new InvalidArgumentError('It must be an ISO 8601 duration such as PT60S.');
  return micros;
}

async function run(file: string, options: RunOptions): Promise<void> {
  const parameters = Object.entries(options.param).map(([name, value]) => ({ name, value }));
  const { topology, problems } = readTopologyFile(nodeTable, file);
  if (!topology) return refuse(problems);
  const unresolved = resolvePipeline(nodeTable, topology, { name: PIPELINE, parameters }).problems;
  if (unresolved.length > 0) return refuse(unresolved.map((problem) => problemLine(file, problem)));
  const stopped = untilStopped();
  const { config } = loadConfig({
    overridesPlace: 'command line',
    overrides: { 'http.address': options.http ?? '', ...(options.data ? { dataDir: options.data } : {}) },
  });
  const { application: log, mediaPipeline: mediaPipelineLog } = createCategoryLogs(config);
  const engine = await Engine.open({ dataDir: config.dataDir, config, log, mediaPipelineLog, resume: false });
  let reached = false;
  let nobodyReads = (): void => {};
  const unread = new Promise<void>((resolve) => {
    nobodyReads = resolve;
  });
  const parts = partsOf(engine);
  const { journal, clock, startSeq: since } = parts;
  const printer = new EventPrinter({ journal, since, output: new StandardOutput(1), clock, onGone: nobodyReads });
  void unread.then(() => log.info('nobody reads the events any more: finishing'));
  try {
    const established = engine.events.subscribe({ since, type: AvaEvent.MediaSessionEstablished }, () => {
      reached = true;
    });
    printer.start();
    const service = await startService(engine);
    for (const url of service.urls) log.info(`listening on ${url}`);
    parts.control.topologies.set(topology);
    engine.pipelines.set({ name: PIPELINE, properties: { topologyName: topology.name, parameters } });
    await engine.pipelines.activate(PIPELINE);
    log.info(`recording into ${config.dataDir}; ${options.for ? `for ${options.for / 1e6} s` : 'Ctrl-C ends it'}`);
    await Promise.race([stopped, unread, ...(options.for ? [elapsed(options.for)] : [])]);
    await engine.pipelines.deactivate(PIPELINE);
    await journal.flush();
    await caughtUp(established, parts);
    await printRest(printer, parts);
    await service.close();
  } finally {
    printer.stop();
    await engine.close();
  }
  if (!reached) {
    throw new SluiceError('CameraNeverReached', 'no media came from the camera', {
      kind: 'unavailable',
      where: { pipeline: PIPELINE },
      hint: 'The events above say why.',
    });
  }
}

function refuse(problems: readonly string[]): void {
  for (const line of problems) standardError.write(`${line}\n`);
  process.exitCode = 2;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const elapsed = (micros: Micros) => pause(micros / 1000);

/** Waits until a subscription has seen every event in the journal. */
async function caughtUp(events: { seq: number }, { journal }: Parts): Promise<void> {
  while (events.seq < journal.lastSeq) await pause(5);
}

/** Waits until every event has been printed, unless the reader does not take them; then says where they are. */
async function printRest(printer: EventPrinter, { journal, clock, config, log }: Parts): Promise<void> {
  const began = clock.monotonic();
  let taken = printer.taken;
  let progress = began;
  while (printer.printed < journal.lastSeq && !printer.gone) {
    const now = clock.monotonic();
    if (printer.taken > taken) progress = now;
    taken = printer.taken;
    if (now - progress > END_IDLE || now - began > END) break;
    await pause(5);
  }
  const events = journal.lastSeq - printer.printed;
  if (events === 0) return;
  const left = `${events} events were not printed because nobody read them`;
  log.warn({ events, after: printer.printed }, `${left}; they are in the event log in ${config.dataDir}`);
}
