/** What `sluice doctor` looks at. Every finding says what was found and, if it is not good, how to mend it. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findJemalloc } from '../../bridge/hosts/host-allocator.js';
import { messageOf } from '../core/errors.js';

export interface Finding {
  what: string;
  verdict: 'good' | 'warning' | 'bad';
  detail: string;
  mend?: string;
}

interface NeededElement {
  name: string;
  package: string;
  why: string;
  /** Without it something is missing, not everything. */
  optional?: boolean;
}

const ELEMENTS: readonly NeededElement[] = [
  { name: 'fdsrc', package: 'gstreamer1.0-plugins-base', why: 'lanes' },
  { name: 'rtspsrc', package: 'gstreamer1.0-plugins-good', why: 'cameras' },
  { name: 'rtph264depay', package: 'gstreamer1.0-plugins-good', why: 'H.264 cameras' },
  { name: 'mp4mux', package: 'gstreamer1.0-plugins-good', why: 'clips' },
  { name: 'h264parse', package: 'gstreamer1.0-plugins-bad', why: 'H.264 cameras' },
  { name: 'h264timestamper', package: 'gstreamer1.0-plugins-bad', why: 'clips of cameras with B-frames' },
  { name: 'gdppay', package: 'gstreamer1.0-plugins-bad', why: 'lanes' },
  { name: 'videorate', package: 'gstreamer1.0-plugins-base', why: 'motion detection' },
  { name: 'videoscale', package: 'gstreamer1.0-plugins-base', why: 'motion detection' },
  { name: 'videoconvert', package: 'gstreamer1.0-plugins-base', why: 'motion detection' },
  { name: 'avdec_h264', package: 'gstreamer1.0-libav', why: 'motion detection' },
  { name: 'h265parse', package: 'gstreamer1.0-plugins-bad', why: 'H.265 cameras', optional: true },
  { name: 'x264enc', package: 'gstreamer1.0-plugins-ugly', why: 'simulated cameras', optional: true },
];

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const run = promisify(execFile);

export async function examine(dataDir: string): Promise<Finding[]> {
  return [
    node(),
    ...(await gstreamer()),
    await simulator(),
    simd(),
    allocator(),
    openFiles(),
    cores(),
    folder(dataDir),
    ...disk(dataDir),
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

async function gstreamer(): Promise<Finding[]> {
  let version: string;
  try {
    version = (await run('gst-inspect-1.0', ['--version'])).stdout.split('\n')[1]?.trim() ?? '';
  } catch (error) {
    return [
      {
        what: 'GStreamer',
        verdict: 'bad',
        detail: `gst-inspect-1.0 does not run: ${messageOf(error)}`,
        mend: 'Run `npm run setup`, or install GStreamer 1.22 or newer with its tools.',
      },
    ];
  }
  const known = new Set(
    (await run('gst-inspect-1.0', [], { maxBuffer: 16 * MIB })).stdout
      .split('\n')
      .map((line) => /^\S+:\s+(\S+):/.exec(line)?.[1]),
  );
  const missing = ELEMENTS.filter(({ name }) => !known.has(name));
  return [
    { what: 'GStreamer', verdict: 'good', detail: version },
    {
      what: 'GStreamer elements',
      verdict: missing.some(({ optional }) => !optional) ? 'bad' : missing.length > 0 ? 'warning' : 'good',
      detail:
        missing.length === 0
          ? `all ${ELEMENTS.length} there`
          : missing.map(({ name, why }) => `${name} is missing (${why})`).join('; '),
      mend: `Install ${[...new Set(missing.map((element) => element.package))].join(', ')}.`,
    },
  ];
}

async function simulator(): Promise<Finding> {
  const what = 'simulated cameras';
  try {
    const probe = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
    await run('/usr/bin/python3', ['-c', probe]);
    return { what, verdict: 'good', detail: 'gst-rtsp-server is there' };
  } catch {
    return {
      what,
      verdict: 'warning',
      detail: 'gst-rtsp-server for Python is missing; `sluice camera` and the demo need it',
      mend: 'Install gir1.2-gst-rtsp-server-1.0 and python3-gi.',
    };
  }
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
    detail: there ? 'there' : 'missing: motion detection works, several times slower',
    mend: 'Use a processor with SSE4.1 or NEON.',
  };
}

function allocator(): Finding {
  const path = findJemalloc();
  return {
    what: 'allocator of media hosts',
    verdict: path ? 'good' : 'warning',
    detail: path ?? 'jemalloc is missing: the hosts grow with every start of a decoder, until they are replaced',
    mend: 'Install libjemalloc2.',
  };
}

/** A camera takes about this many descriptors in the engine: its lane, a decoder's and a muxer's. */
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
    return { what, verdict: 'warning', detail: `the limit is not known: ${messageOf(error)}` };
  }
}

const cores = (): Finding => ({
  what: 'processor cores',
  verdict: availableParallelism() >= 2 ? 'good' : 'warning',
  detail: String(availableParallelism()),
  mend: 'With one core, detection and the engine share it.',
});

function nearestExisting(path: string): string {
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
    return { what, verdict: 'good', detail: `${resolve(dataDir)} can be written` };
  } catch (error) {
    return { what, verdict: 'bad', detail: messageOf(error), mend: `Make ${at} writable for this user.` };
  }
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
