/** What `sluice doctor` looks at. Every finding says what was found and, if it is not good, how to mend it. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { findJemalloc, type SandboxOptions, sandboxReport } from '../../bridge/index.js';
import { messageOf } from '../core/errors.js';
import { setAsideIn as databasesSetAsideIn } from '../store/data-files.js';
import type { Finding } from './finding.js';
import { gstreamer, simulator } from './gstreamer.js';
import { mediaHosts } from './hosts.js';
import { install } from './install.js';
import { nativeModules } from './native.js';
import { type HardwareUse, trial } from './trial.js';

type Held = NonNullable<SandboxOptions['level']>;

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/**
 * @param dataDir undefined where settings that cannot be read would name it
 * @param hosts the settings of media hosts
 * @param hardware which decoders besides the processor may be used
 */
export async function examine(
  dataDir: string | undefined,
  hosts?: { user: string; sandbox: Held },
  hardware?: HardwareUse,
): Promise<Finding[]> {
  const sandbox: SandboxOptions = hosts ? { user: hosts.user, level: hosts.sandbox } : {};
  return [
    node(),
    ...(await nativeModules()),
    ...(await gstreamer()),
    await simulator(),
    simd(),
    allocator(),
    ...mediaHosts(sandboxReport(sandbox)),
    ...(await trial(sandbox, hardware)),
    openFiles(),
    cores(),
    ...(dataDir === undefined ? [] : [folder(dataDir), ...setAside(dataDir), ...disk(dataDir)]),
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node.js',
    verdict: good ? 'good' : 'bad',
    detail: process.version,
    mend: 'Install Node.js 20.19 or newer.',
  };
}

/** The smallest module with a SIMD instruction: () => i8x16.splat(0). */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

function simd(): Finding {
  const there = WebAssembly.validate(SIMD_PROBE);
  return {
    what: 'WebAssembly SIMD',
    verdict: there ? 'good' : 'warning',
    detail: there ? 'available' : 'missing: motion detection works, but several times slower',
    mend: 'Use a processor with SSE4.1 or NEON.',
  };
}

function allocator(): Finding {
  const path = findJemalloc();
  return {
    what: 'allocator of media hosts',
    verdict: path ? 'good' : 'warning',
    detail:
      path ?? 'jemalloc is missing: the memory of hosts grows with every start of a decoder, until they are replaced',
    mend: install('libjemalloc2'),
  };
}

/** File descriptors of the engine per camera, roughly: the lanes of its source, decoder and muxer. */
const DESCRIPTORS_PER_CAMERA = 4;
const WANTED_DESCRIPTORS = 4096;

function openFiles(): Finding {
  const what = 'open files';
  try {
    const limit = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    const most = limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
    return {
      what,
      verdict: most >= WANTED_DESCRIPTORS ? 'good' : 'warning',
      detail: `up to ${limit}, enough for about ${Math.floor(most / DESCRIPTORS_PER_CAMERA)} cameras`,
      mend: `Raise the limit to ${WANTED_DESCRIPTORS} or more: 'ulimit -n', or LimitNOFILE= in a systemd unit.`,
    };
  } catch (error) {
    return { what, verdict: 'warning', detail: `the limit is unknown: ${messageOf(error)}` };
  }
}

const cores = (): Finding => ({
  what: 'processor cores',
  verdict: availableParallelism() >= 2 ? 'good' : 'warning',
  detail: String(availableParallelism()),
  mend: 'With one core, the engine and motion detection share it.',
});

export function nearestExisting(path: string): string {
  let at = resolve(path);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

function folder(dataDir: string): Finding {
  const what = 'data folder';
  const at = nearestExisting(dataDir);
  try {
    accessSync(at, constants.R_OK | constants.W_OK | constants.X_OK);
    if (at === resolve(dataDir)) mkdirSync(at, { recursive: true });
    return { what, verdict: 'good', detail: `${resolve(dataDir)} is writable` };
  } catch (error) {
    return { what, verdict: 'bad', detail: messageOf(error), mend: `Make ${at} writable for this user.` };
  }
}

function setAside(dataDir: string): Finding[] {
  const names = databasesSetAsideIn(dataDir);
  if (names.length === 0) return [];
  return [
    {
      what: 'damaged databases',
      verdict: 'warning',
      detail: `set aside at a start: ${names.join(', ')}`,
      mend: 'What could be read is in sluice.db. Check the disk, and delete them when they are of no use.',
    },
  ];
}

function disk(dataDir: string): Finding[] {
  const { bavail, bsize } = statfsSync(nearestExisting(dataDir));
  const free = bavail * bsize;
  return [
    {
      what: 'disk',
      verdict: free > 5 * GIB ? 'good' : free > 512 * MIB ? 'warning' : 'bad',
      detail: `${(free / GIB).toFixed(1)} GiB free`,
      mend: 'Free some space, or choose another folder with --data.',
    },
  ];
}
