import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { packetsOf } from '../../common/packets.js';

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

/** Longest that a program may take for one file on a busy machine. */
const PATIENCE_MS = 120_000;
/** A decoder that is unhappy has much to say. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/** ffprobe for the packets, ffmpeg to decode all of it. Rejects if the file cannot be read as a video at all. */
export const play = async (path: string): Promise<Played> => {
  const packets = await packetsOf(path);
  const starts = packets.map(({ at }) => at);
  const ends = packets.map(({ at, seconds }) => at + seconds);
  const decode = ['-v', 'warning', '-nostdin', '-threads', '1', '-i', path, '-fps_mode', 'vfr', '-f', 'null', '-'];
  const { stderr } = await run('ffmpeg', decode, { timeout: PATIENCE_MS, maxBuffer: LARGEST_ANSWER });
  return {
    seconds: packets.length === 0 ? 0 : maximum(ends) + maximum(starts.map((start) => -start)),
    frames: packets.length,
    firstIsKeyframe: packets[0]?.key ?? false,
    complaints: stderr.trim(),
  };
};

const maximum = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
