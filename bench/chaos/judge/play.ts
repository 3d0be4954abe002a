import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What independent programs make of a file. */
export interface Played {
  /** Of the pictures, from the first to the end of the last. */
  seconds: number;
  frames: number;
  firstIsKeyframe: boolean;
  /** What the decoder had to say; empty if every picture could be decoded. */
  complaints: string;
}

interface Probe {
  packets?: Array<{ pts_time?: string; duration_time?: string; flags: string }>;
}

/** Longest that a program may take for one file on a busy machine. */
const PATIENCE_MS = 120_000;
/** A clip of an hour has some MB of packets. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/** ffprobe for the packets, ffmpeg to decode all of it. Rejects if the file cannot be read as a video at all. */
export const play = async (path: string): Promise<Played> => {
  const options = { timeout: PATIENCE_MS, maxBuffer: LARGEST_ANSWER };
  const entries = 'packet=pts_time,duration_time,flags';
  const probe = await run(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', path],
    options,
  );
  const { packets = [] } = JSON.parse(probe.stdout) as Probe;
  const starts = packets.map(({ pts_time }) => Number(pts_time));
  const ends = packets.map(({ pts_time, duration_time = 0 }) => Number(pts_time) + Number(duration_time));
  const decode = ['-v', 'warning', '-nostdin', '-threads', '1', '-i', path, '-fps_mode', 'vfr', '-f', 'null', '-'];
  const { stderr } = await run('ffmpeg', decode, options);
  return {
    seconds: packets.length === 0 ? 0 : maximum(ends) + maximum(starts.map((start) => -start)),
    frames: packets.length,
    firstIsKeyframe: packets[0]?.flags.startsWith('K') ?? false,
    complaints: stderr.trim(),
  };
};

const maximum = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
