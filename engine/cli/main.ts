#!/usr/bin/env node
import { Command } from 'commander';
import { cameraCommand } from './camera.js';
import { checkCommand } from './check.js';
import { doctorCommand } from './doctor.js';
import { exitFor, printWithoutWaiting, reportError } from './exit.js';
import { inferCommand } from './infer.js';
import { runCommand } from './run.js';
import { serveCommand } from './serve.js';
import { setupCommand } from './setup.js';
import { version } from './version.js';
import { videosCommand } from './videos.js';

const program = new Command('sluice')
  .description('Event-based video recording: runs Azure Video Analyzer edge topologies on your own machine.')
  .version(version())
  .showHelpAfterError('(add --help for the options)')
  .addCommand(runCommand())
  .addCommand(serveCommand())
  .addCommand(checkCommand())
  .addCommand(cameraCommand())
  .addCommand(inferCommand())
  .addCommand(setupCommand())
  .addCommand(doctorCommand())
  .addCommand(videosCommand());

printWithoutWaiting();
try {
  await program.parseAsync();
} catch (error) {
  reportError(error);
  process.exitCode = exitFor(error);
}
