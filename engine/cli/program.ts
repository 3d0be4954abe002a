import { Command } from 'commander';
import { version } from '../core/package-files.js';
import { cameraCommand } from './camera.js';
import { checkCommand } from './check.js';
import { doctorCommand } from './doctor.js';
import { inferCommand } from './infer.js';
import { recordCommand } from './record.js';
import { printRemark, printResult } from './results.js';
import { runCommand } from './run.js';
import { serveCommand } from './serve.js';
import { setupCommand } from './setup.js';
import { videosCommand } from './videos.js';

export const program = new Command('sluice')
  .description('Event-based video recording: runs Azure Video Analyzer edge topologies on your own machine.')
  .version(version())
  .showHelpAfterError('(add --help for the options)')
  .addHelpText('before', "Begin with: sluice record 'rtsp://user:password@camera/path'\n")
  .addCommand(recordCommand())
  .addCommand(runCommand())
  .addCommand(serveCommand())
  .addCommand(checkCommand())
  .addCommand(cameraCommand())
  .addCommand(inferCommand())
  .addCommand(setupCommand())
  .addCommand(doctorCommand())
  .addCommand(videosCommand());

/** Help goes the way of all results, so that `sluice --help | head` is no crash. */
const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
for (const command of everyCommand(program)) {
  command.configureOutput({ writeOut: printResult, writeErr: printRemark });
}
