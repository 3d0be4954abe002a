/** Programs that suites need or compare with: whether they are here, in which version, and how to get them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CHROMIUM } from './chromium.js';
import type { ProgramName } from './definition.js';

/** Debian's: another one on the path would lack Debian's modules. */
export const PYTHON = '/usr/bin/python3';

export interface Program {
  title: string;
  /** Which packages bring it. */
  packages: string;
  /** The part of the set-up that installs them. */
  setup: string;
  /** Undefined if it is not here. */
  version(): string | undefined;
}

const SETUP = 'npm run setup';

/** What a program says to `args`, cut to its version; undefined if it cannot be started or fails. */
const said = (command: string, args: readonly string[], pattern: RegExp): string | undefined => {
  const { error, stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  if (error) return undefined;
  const found = pattern.exec(`${stdout}\n${stderr}`)?.[1];
  return found ?? (status === 0 ? 'unknown version' : undefined);
};

const ofModule = (name: string, more = ''): string | undefined =>
  said(PYTHON, ['-c', `import ${name}${more}; print("version", ${name}.__version__)`], /^version (\S+)/m);

const ofPackage = (name: string): string | undefined => {
  try {
    const file = fileURLToPath(import.meta.resolve(`${name}/package.json`));
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
};

export const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  motion: {
    ...{ title: 'Motion', packages: 'motion', setup: `${SETUP} -- --with-bench` },
    version: () => said('motion', ['-h'], /version (\S+?),?\s/i),
  },
  opencv: {
    ...{ title: 'OpenCV', packages: 'python3-opencv', setup: `${SETUP} -- --with-bench` },
    version: () => ofModule('cv2'),
  },
  'gst-launch': {
    ...{ title: 'gst-launch', packages: 'gstreamer1.0-tools', setup: SETUP },
    version: () => said('gst-launch-1.0', ['--version'], /GStreamer (\S+)/),
  },
  chromium: {
    ...{ title: 'Chromium', packages: 'chromium', setup: `${SETUP} -- --with-tests` },
    version: () => said(CHROMIUM, ['--version'], /Chromium (\S+)/),
  },
  ffmpeg: {
    ...{ title: 'ffmpeg', packages: 'ffmpeg', setup: SETUP },
    version: () => said('ffmpeg', ['-version'], /version (\S+)/),
  },
  grpc: {
    title: 'gRPC for Python',
    packages: 'python3-grpcio python3-protobuf',
    setup: `${SETUP} -- --with-tests`,
    version: () => ofModule('grpc', ', google.protobuf'),
  },
  ws: { title: 'ws', packages: 'ws', setup: 'npm ci', version: () => ofPackage('ws') },
};

const found = new Map<ProgramName, string | undefined>();

/** Its version; undefined if it is not here. Looked for once. */
export const versionOf = (name: ProgramName): string | undefined => {
  if (!found.has(name)) found.set(name, PROGRAMS[name].version());
  return found.get(name);
};

/** Undefined if it is here, else what to tell somebody who lacks it. */
export const missing = (name: ProgramName): string | undefined => {
  if (versionOf(name) !== undefined) return undefined;
  const { title, packages, setup } = PROGRAMS[name];
  return `${title} is not installed (Debian: ${packages}); ${setup} installs it`;
};
