/** Raw pictures to H.264 as cameras send it, and to the units of which it consists. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { nalUnits } from '../../bridge/codec/annex-b.js';
import { videoUnits } from '../../bridge/filters/video-units.js';
import type { EncodedUnit, StreamCaps } from '../../bridge/types.js';

export interface RawFormat {
  width: number;
  height: number;
  /** Pictures a second. */
  fps: number;
}

export interface H264Coding {
  /** Pictures from keyframe to keyframe. */
  distance: number;
  /** The same number of bits every second, or the same quality all the time. */
  rate: { bitsPerSecond: number } | { crf: number };
}

/**
 * Writes NAL units with start codes: no B-frames, keyframes at even distances, each with its parameter sets in front.
 *
 * @param pictures I420 without padding. A picture must stay as it is after the next one has been asked for
 * @throws Error if ffmpeg cannot encode them
 */
export async function encodeH264(
  file: string,
  { width, height, fps }: RawFormat,
  pictures: Iterable<Uint8Array>,
  { distance, rate }: H264Coding,
): Promise<void> {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(fps), '-i', '-'];
  const coder = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-bf', '0', '-sc_threshold', '0'];
  const options = ['-g', String(distance), '-keyint_min', String(distance), ...controlOf(rate), file];
  const encoder = spawn('ffmpeg', ['-v', 'error', ...input, ...coder, ...options], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(encoder, 'close');
  for (const picture of pictures) if (!encoder.stdin.write(picture)) await once(encoder.stdin, 'drain');
  encoder.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`ffmpeg could not encode a scene: status ${String(status)}`);
}

const controlOf = (rate: H264Coding['rate']): string[] => {
  if ('crf' in rate) return ['-crf', String(rate.crf)];
  const bits = String(Math.round(rate.bitsPerSecond));
  return ['-b:v', bits, '-minrate', bits, '-maxrate', bits, '-bufsize', bits];
};

/** What `encodeH264` has written, as a camera's access units in their order. Their times mean nothing. */
export const readH264 = (file: string): { caps: StreamCaps; units: EncodedUnit[] } => {
  const units: EncodedUnit[] = [];
  let caps: StreamCaps | undefined;
  const assembler = videoUnits('h264', [], {
    onCaps: (found) => {
      caps = found;
    },
    onStray: () => {},
    onUnit: (unit) => units.push({ ...unit, payload: Uint8Array.from(unit.payload) }),
  });
  for (const nal of nalUnits(readFileSync(file))) assembler.nal(nal, 0, false);
  assembler.end();
  if (!caps) throw new Error(`${file}: there is no H.264 in it`);
  return { caps, units };
};
