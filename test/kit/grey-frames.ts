import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GreyFrames {
  width: number;
  height: number;
  /** In the order in which they are shown. */
  frames: Buffer[];
  /** What ffmpeg had to say. */
  complaints: string;
}

/**
 * Brightness of all pictures, as ffmpeg decodes them; what it could pass over counts as wrong, as browsers have it.
 *
 * @param input its arguments up to the file's name
 */
export const greyFrames = async (...input: string[]): Promise<GreyFrames> => {
  const path = input.at(-1)!;
  const size = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', path],
  ]);
  const [width = 0, height = 0] = size.stdout.trim().split(',').map(Number);
  const { stdout, stderr } = await run(
    'ffmpeg',
    [
      ...['-v', 'warning', '-nostdin', '-err_detect', 'explode', ...input.slice(0, -1), '-i', path],
      ...['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 1 << 29 },
  );
  const frames: Buffer[] = [];
  for (let at = 0; at + width * height <= stdout.length; at += width * height)
    frames.push(stdout.subarray(at, at + width * height));
  return { width, height, frames, complaints: stderr.toString().trim() };
};

/** Mean difference of two pictures, in levels of brightness. */
export const difference = (a: Uint8Array, b: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += Math.abs(a[at]! - b[at]!);
  return sum / a.length;
};
