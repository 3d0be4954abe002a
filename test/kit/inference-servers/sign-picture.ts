import { execFileSync } from 'node:child_process';
import { sceneNamed, sceneRenderer } from '../../../engine/simulator/scenes.js';

export const WIDTH = 640;
export const HEIGHT = 360;
/** Where the sign is while it is held up, roughly. */
export const SIGN = { l: 0.39, t: 0.2, w: 0.22, h: 0.4 };

const FPS = 10;
const render = sceneRenderer(sceneNamed('sign')!, WIDTH, HEIGHT, FPS);

/** A picture of the scene `sign` as raw I420: with the sign, or of the yard before it comes. */
export const rawPicture = (what: 'sign' | 'nothing'): Buffer => Buffer.from(render((what === 'sign' ? 10 : 4) * FPS));

/** The same, as ffmpeg encodes it: `mjpeg`, `png`, `bmp`, or `rawvideo` in one of its pixel formats. */
export const encodedPicture = (what: 'sign' | 'nothing', codec: string, pixelFormat?: string): Buffer =>
  execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${WIDTH}x${HEIGHT}`, '-i', '-'],
      ...['-frames:v', '1', '-c:v', codec, ...(pixelFormat ? ['-pix_fmt', pixelFormat] : [])],
      ...[...(codec === 'mjpeg' ? ['-q:v', '3'] : []), '-f', codec === 'rawvideo' ? 'rawvideo' : 'image2pipe', '-'],
    ],
    { input: rawPicture(what), maxBuffer: 64 * 1024 * 1024 },
  );
