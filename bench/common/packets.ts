import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A picture of a video as it lies in its file. */
export interface Packet {
  /** When it is shown, in seconds from the beginning of the file. */
  at: number;
  /** How long. */
  seconds: number;
  key: boolean;
}

interface Probe {
  packets?: Array<{ pts_time?: string; duration_time?: string; flags: string }>;
}

/** Longest that the program may take for one file on a busy machine. */
const PATIENCE_MS = 120_000;
/** A clip of an hour has some MB of packets. */
const LARGEST_ANSWER = 256 * 1024 * 1024;

/** By ffprobe, in the order of the file. Rejects if the file cannot be read as a video at all. */
export const packetsOf = async (path: string): Promise<Packet[]> => {
  const entries = 'packet=pts_time,duration_time,flags';
  const probe = await run(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v:0', '-show_entries', entries, '-of', 'json', path],
    { timeout: PATIENCE_MS, maxBuffer: LARGEST_ANSWER },
  );
  const { packets = [] } = JSON.parse(probe.stdout) as Probe;
  return packets.map(({ pts_time, duration_time = 0, flags }) => {
    return { at: Number(pts_time), seconds: Number(duration_time), key: flags.startsWith('K') };
  });
};
