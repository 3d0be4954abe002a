#!/usr/bin/env node

import { hideSecretArguments } from './command-line.js';

// Before anything else is loaded, which takes a while.
hideSecretArguments();
const { exitFor, printWithoutWaiting, reportError } = await import('./exit.js');
const { program } = await import('./program.js');

printWithoutWaiting();
try {
  await program.parseAsync();
} catch (error) {
  reportError(error);
  process.exitCode = exitFor(error);
}
