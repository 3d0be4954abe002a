import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { SluiceError } from '../core/errors.js';

/** From dist/engine/cli or, in tests, from engine/cli. */
const PLACES = ['../../../scripts/setup.sh', '../../scripts/setup.sh'];

export const setupCommand = (): Command =>
  new Command('setup')
    .description('Installs the system packages that Sluice needs (Debian), or lists them. Safe to run again.')
    .option('--with-infer', 'also what `sluice infer` needs')
    .action(async ({ withInfer }: { withInfer?: true }) => {
      const script = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
      if (script === undefined) {
        throw new SluiceError('SetupMissing', 'the package has no scripts/setup.sh', {
          kind: 'internal',
          hint: 'Install Sluice again.',
        });
      }
      const child = spawn('sh', [script, ...(withInfer ? ['--with-infer'] : [])], { stdio: 'inherit' });
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code) => resolve(code ?? 1));
      });
    });
