/** Media whose pictures say their number, so that whoever looks at one knows which it is, whatever a player claims. */
import { execFileSync } from 'node:child_process';

export const FPS = 25;
export const PICTURE_MS = 1000 / FPS;

export interface NumberedOptions {
  /** Number of the first picture; below 65 536, as all are. */
  first?: number;
  pictures: number;
  /** As `640x360`. */
  size?: string;
  /** Pictures from one keyframe to the next. */
  gop?: number;
  bframes?: number;
  codec?: 'h264' | 'h265';
  /** A tone beside them. */
  sound?: boolean;
}

/** Bits of a number: blocks beside each other over the upper quarter of the picture, the lowest on the left. */
const NUMBER_BITS = 16;
const [DARK, BRIGHT] = [40, 215];

const blocks = (number: number): Uint8Array =>
  Uint8Array.from({ length: NUMBER_BITS * 2 }, (_, at) => ((number >> (at % NUMBER_BITS)) & 1 ? BRIGHT : DARK));

/**
 * Writes a segment of a video as the engine's muxer does: fragments that begin with keyframes, one track in each.
 *
 * @throws if ffmpeg is missing or fails
 */
export const writeNumbered = (path: string, options: NumberedOptions): void => {
  const { first = 0, pictures, size = '320x180', gop = 25, bframes = 0, codec = 'h264', sound = false } = options;
  const [width, height] = size.split('x').map(Number) as [number, number];
  const numbers = Buffer.concat(Array.from({ length: pictures }, (_, index) => blocks(first + index)));
  const seconds = pictures / FPS;
  const encoder =
    codec === 'h264'
      ? ['-c:v', 'libx264', '-preset', 'veryfast', '-sc_threshold', '0', '-bf', String(bframes)]
      : [
          '-c:v',
          'libx265',
          '-preset',
          'ultrafast',
          '-tag:v',
          'hvc1',
          '-x265-params',
          `log-level=error:bframes=${bframes}`,
        ];
  execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${FPS}`],
      ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${NUMBER_BITS}x2`, '-r', String(FPS), '-i', 'pipe:0'],
      ...(sound ? ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`] : []),
      ...[
        '-filter_complex',
        `[1:v]scale=${width}:${height >> 2}:flags=neighbor[n];[0:v][n]overlay=0:0[v]`,
        '-map',
        '[v]',
      ],
      ...(sound ? ['-map', '2:a', '-c:a', 'aac', '-b:a', '64k'] : []),
      ...['-frames:v', String(pictures), '-pix_fmt', 'yuv420p', ...encoder, '-g', String(gop)],
      ...['-video_track_timescale', '90000', '-movflags', 'frag_keyframe+empty_moov+default_base_moof+separate_moof'],
      ...['-f', 'mp4', path],
    ],
    { input: numbers },
  );
};

/** Reads the number from a picture, in a page: a function of an image source that a canvas takes, as text. */
export const READ_NUMBER = `((picture) => {
  const context = Object.assign(document.createElement('canvas'), { width: ${NUMBER_BITS} * 8, height: 8 }).getContext('2d');
  const width = picture.videoWidth ?? picture.naturalWidth ?? picture.width;
  const height = picture.videoHeight ?? picture.naturalHeight ?? picture.height;
  // The middle of the blocks only.
  context.drawImage(picture, 0, height / 16, width, height / 8, 0, 0, ${NUMBER_BITS} * 8, 8);
  const { data } = context.getImageData(0, 4, ${NUMBER_BITS} * 8, 1);
  let number = 0;
  for (let bit = 0; bit < ${NUMBER_BITS}; bit++) if (data[(bit * 8 + 4) * 4] > 128) number += 2 ** bit;
  return number;
})`;
