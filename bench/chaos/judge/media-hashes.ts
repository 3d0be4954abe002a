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

const QUIET = ['-v', 'error', '-nostdin', '-threads', '1'];
const LARGEST_ANSWER = 64 * 1024 * 1024;
/** NAL units of H.264 that are slices. */
const SLICES = '1-5';

/**
 * Reads a file with H.264, and AAC if there is any, and decodes it. Rejects if ffmpeg cannot read it.
 * @param decode false: it is not decoded. `sound`: its pictures are not, since they need others.
 */
export const hashMedia = async (
  file: string,
  { decode = true }: { decode?: boolean | 'sound' } = {},
): Promise<MediaHashes> => {
  const quiet = [...QUIET, '-i', file];
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
  const tracks = decode === 'sound' ? '0:a?' : '0';
  if (decode === true || (decode && hashes.sound.length > 0)) {
    const all = await run('ffmpeg', [...quiet, '-map', tracks, '-fps_mode:v', 'vfr', '-f', 'null', '-'], options);
    const lines = all.stderr.split('\n');
    // It looks at pictures also where it need not.
    hashes.complaints = lines
      .filter((line) => decode !== 'sound' || !line.startsWith('[h264'))
      .join('\n')
      .trim();
  }
  return hashes;
};

/** What ffmpeg has to say when it decodes the pictures of these files behind each other, as one stream. */
export const complaintsOfRow = async (files: readonly string[]): Promise<string> => {
  const parts: Buffer[] = [];
  for (const file of files) {
    const copy = ['-map', '0:v', '-c', 'copy', '-copyinkf', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264', '-'];
    const options = { maxBuffer: LARGEST_ANSWER, encoding: 'buffer' } as const;
    parts.push((await run('ffmpeg', [...QUIET, '-i', file, ...copy], options)).stdout);
  }
  const input = ['-v', 'error', '-threads', '1', '-f', 'h264', '-i', '-'];
  const decoding = run('ffmpeg', [...input, '-fps_mode:v', 'passthrough', '-f', 'null', '-']);
  decoding.child.stdin?.end(Buffer.concat(parts));
  return (await decoding).stderr.trim();
};
