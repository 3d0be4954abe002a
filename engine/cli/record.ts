import { isatty } from 'node:tty';
import { Command } from 'commander';
import { SluiceError } from '../core/errors.js';
import type { Micros } from '../core/time.js';
import { standardError } from '../log/standard-error.js';
import { cameraAddresses } from './record/addresses.js';
import { record } from './record/recording-run.js';
import { ALWAYS_TO_VIDEO, MOTION_TO_CLIPS } from './record/topologies.js';
import { printResult } from './results.js';
import { durationOption } from './timing.js';

interface RecordOptions {
  urls?: string;
  continuous?: true;
  data?: string;
  http?: string;
  for?: Micros;
  printTopology?: true;
}

const HELP = `
Addresses look like rtsp://user:password@host/path. Other users of the machine can see a command line: write addresses with passwords
into a file (--urls), on standard input (-), or into the variable SLUICE_RECORD_URLS, with blanks between them.
On a terminal it tells what happens; into a pipe or a file it writes events as JSON lines, as 'sluice run' does.`;

export const recordCommand = (): Command =>
  new Command('record')
    .description('Records cameras: a clip for each motion, with the 5 s before it, and a page to watch.')
    .argument('[url...]', 'addresses of cameras; - reads them from standard input, one in each line')
    .option('--urls <file>', 'file with addresses, one in each line')
    .option('--continuous', 'record everything, not only motion')
    .option('--data <dir>', 'data folder (default ./data)')
    .option('--http <address>', 'address of the page (default 127.0.0.1:8080, or a free port if that one is taken)')
    .option('--for <duration>', 'stop after this long: 30s, 2m, 1h30m, PT30S', durationOption)
    .option('--print-topology', 'print the topology, to copy it, and end')
    .addHelpText('after', HELP)
    .action(run);

async function run(urls: string[], options: RecordOptions): Promise<void> {
  const topology = options.continuous ? ALWAYS_TO_VIDEO : MOTION_TO_CLIPS;
  if (options.printTopology) return printResult(`${JSON.stringify(topology, null, 2)}\n`);
  if (urls.includes('-') && isatty(0))
    standardError.write('Addresses of cameras, one in each line; Ctrl-D ends them:\n');
  const { unread, unreached, cameras } = await record({
    urls: await cameraAddresses(urls, options.urls),
    topology,
    dataDir: options.data,
    http: options.http,
    for: options.for,
    show: isatty(1) ? 'text' : 'json',
    quietLog: isatty(1) && isatty(2),
  });
  if (unreached.length === 0 || unread) return;
  const labels = cameras.filter(({ name }) => unreached.includes(name)).map(({ label }) => label);
  throw new SluiceError('CameraNeverReached', `no media ever came from ${labels.join(', ')}`, {
    kind: 'unavailable',
    hint: 'The events above say why.',
  });
}
