import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What ffmpeg finds in a file, one hash for each in the order of the file. */
export interface MediaHashes {
  /** Of the slices of each picture, without what containers add to them. */
  pictures: string[];
  sound: string[];
  /** What it had to say when it decoded all of it. */
  complaints: string;
}

const LARGEST_ANSWER = 64 * 1024 * 1024;
/** NAL units of H.264 that are slices. */
const SLICES = '1-5';

/** Reads and decodes a file with H.264, and AAC if there is any. Rejects if ffmpeg cannot read it. */
export const hashMedia = async (file: string, { decode = true } = {}): Promise<MediaHashes> => {
  const quiet = ['-v', 'error', '-nostdin', '-threads', '1', '-i', file];
  // A segment that continues another may begin with any picture.
  const filters = `h264_mp4toannexb,filter_units=pass_types=${SLICES}`;
  const options = { maxBuffer: LARGEST_ANSWER };
  const { stdout } = await run(
    'ffmpeg',
    [...quiet, '-map', '0:v', '-map', '0:a?', '-c', 'copy', '-copyinkf', '-bsf:v', filters, '-f', 'framemd5', '-'],
    options,
  );
  const hashes: MediaHashes = { pictures: [], sound: [], complaints: '' };
  for (const line of stdout.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = line.split(',').map((field) => field.trim());
    (fields[0] === '0' ? hashes.pictures : hashes.sound).push(fields[5]!);
  }
  if (decode) {
    const all = await run('ffmpeg', [...quiet, '-map', '0', '-fps_mode:v', 'vfr', '-f', 'null', '-'], options);
    hashes.complaints = all.stderr.trim();
  }
  return hashes;
};
