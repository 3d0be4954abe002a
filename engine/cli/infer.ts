import { Command, InvalidArgumentError } from 'commander';
import { type ListenAddress, parseListenAddress } from '../core/listen-address.js';
import { untilStopped } from './exit.js';
import { printResult } from './results.js';

interface InferFlags {
  http?: ListenAddress;
  grpc?: ListenAddress;
  objects?: string;
  minimumConfidence: number;
  threads: number;
  install?: true;
}

const DEFAULT_HTTP = '127.0.0.1:44080';
/** The port of AVA's sample servers. */
const DEFAULT_GRPC = '127.0.0.1:44000';

const address = (text: string): ListenAddress => {
  const parsed = parseListenAddress(text);
  if (!parsed) throw new InvalidArgumentError('It must be HOST:PORT, PORT or unix:PATH.');
  return parsed;
};

const confidence = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
};

const threadCount = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new InvalidArgumentError('It must be from 1 to 64.');
  return value;
};

const HELP = `
Without --http and --grpc it serves both, at ${DEFAULT_HTTP} and ${DEFAULT_GRPC}; with one of them, only that.
The objects are those of COCO: person, bicycle, car, motorcycle, bus, truck, cat, dog, backpack, suitcase …
Addresses other than loopback need a token in the environment variable SLUICE_INFER_TOKEN, which clients then give.`;

/** `sluice infer`: an inference server in a process of its own. */
export const inferCommand = (): Command =>
  new Command('infer')
    .description("An inference server with AVA's HTTP and gRPC contracts, and a detector of everyday objects.")
    .option('--http <address>', `address for HTTP, such as ${DEFAULT_HTTP}`, address)
    .option('--grpc <address>', `address for gRPC, such as ${DEFAULT_GRPC}`, address)
    .option('--objects <list>', 'what to look for, such as person,truck (default: everything that the model knows)')
    .option('--minimum-confidence <n>', 'from 0 to 1; what is less sure is left out', confidence, 0.4)
    .option('--threads <n>', 'pictures that are looked at side by side', threadCount, 1)
    .option('--install', 'install the detector, or what is missing of it, and end')
    .addHelpText('after', HELP)
    .action(infer);

async function infer(flags: InferFlags): Promise<void> {
  // Loaded here: no other command has a use for it.
  const server = await import('../../infer/index.js');
  if (flags.install) return server.installPackages();
  const stopped = untilStopped();
  const usual = flags.http || flags.grpc ? {} : { http: address(DEFAULT_HTTP), grpc: address(DEFAULT_GRPC) };
  const { http = usual.http, grpc = usual.grpc } = flags;
  const running = await server.startInferenceServer({
    ...(http ? { http } : {}),
    ...(grpc ? { grpc } : {}),
    wanted: server.wantedObjects(flags.objects, flags.minimumConfidence),
    threads: flags.threads,
    token: process.env['SLUICE_INFER_TOKEN'],
  });
  const { close, ...where } = running;
  const text = Object.entries(where).map(([name, value]) => `${name}: ${value}`);
  printResult(process.stdout.isTTY ? `${text.join('\n')}\nReady. Ctrl-C ends it.\n` : `${JSON.stringify(where)}\n`);
  await stopped;
  await close();
}
