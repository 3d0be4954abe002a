import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPTS = resolve(import.meta.dirname, '../../../scripts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-setup-'));
  for (const sub of ['bin', 'scripts']) mkdirSync(join(folder, sub));
  // What the npm package has of scripts/.
  for (const file of ['setup.sh', 'packages.txt']) copyFileSync(join(SCRIPTS, file), join(folder, 'scripts', file));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that the script finds before the real one. */
const program = (name: string, text: string) => {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
};
const setUp = () =>
  spawnSync('sh', [join(folder, 'scripts/setup.sh')], {
    encoding: 'utf8',
    env: { PATH: [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':') },
  });

describe('scripts/setup.sh of an installed package', () => {
  it('leaves npm and the build to the project around it', () => {
    program('dpkg-query', 'echo installed');
    program('apt-get', 'exit 1');
    program('npm', `touch ${folder}/called`);
    const { status, stdout, stderr } = setUp();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('npm rebuild');
    expect(existsSync(join(folder, 'called'))).toBe(false);
  });

  it('installs the Debian packages that are missing', () => {
    program('dpkg-query', `[ -f ${folder}/there ] && echo installed`);
    program('apt-get', `echo "$@" >>${folder}/apt; case $1 in install) touch ${folder}/there ;; esac`);
    program('sudo', 'exec "$@"');
    const { status, stdout } = setUp();
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/installing .*libgstreamer1.0-dev/),
    });
  });
});
