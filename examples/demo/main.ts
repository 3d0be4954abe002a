/**
 * `npm run demo`: what `sluice record` does, with a simulated camera, or a real one with --rtsp. The topology is AVA's "EVR
 * to files on motion". With --infer, an inference server says when to record.
 */
import { Command } from 'commander';
import { hideSecretArguments } from '../../engine/cli/command-line.js';

// Before the engine is loaded, which takes a while.
hideSecretArguments();
const { exitFor, printWithoutWaiting, reportError } = await import('../../engine/cli/exit.js');
const { demo } = await import('./demo.js');

printWithoutWaiting();
const command = new Command('demo')
  .description('A camera, the engine, events and clips.')
  .option('--once', 'end after the first finished clip')
  .option('--rtsp <url>', 'a real camera instead of the simulated one')
  .option(
    '--infer [objects]',
    'record what an inference server finds, such as person,truck (default: everything it knows)',
  )
  .option('--data <dir>', 'folder for recordings and events (default: a new temporary one)')
  .parse();

try {
  process.exitCode = await demo(command.opts());
} catch (error) {
  reportError(error);
  process.exitCode = exitFor(error);
}
