import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serveSoundFile } from '../../common/sound-cameras.js';

/** Long enough for any trial; the camera begins the file anew for each who asks. */
const FILE_SECONDS = 120;

const AAC = 'aacparse ! rtpmp4gpay pt=97';

export interface SoundCameras {
  urls: readonly string[];
  /** What they play: no two pictures and no two frames of sound in it are the same. */
  file: string;
  stop(): Promise<void>;
}

/**
 * Cameras with pictures and sound, each of them known by what it shows.
 * @param folder for the file that they play
 * @param busy 2 Mb/s, in place of 0.3
 */
export const startSoundCameras = async (
  count: number,
  folder: string,
  { busy = false } = {},
): Promise<SoundCameras> => {
  const file = `${folder}/camera.mkv`;
  const picture = `testsrc2=size=320x240:rate=25:duration=${FILE_SECONDS}`;
  const grain = busy ? ['-vf', 'noise=alls=30:allf=t'] : [];
  // Noise never repeats, as a tone may.
  const sound = `anoisesrc=sample_rate=16000:amplitude=0.05:seed=7:duration=${FILE_SECONDS}`;
  await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-g', '25', '-bf', '0'],
    ...[...grain, '-b:v', busy ? '2M' : '300k', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '32k', '-ac', '1', file],
  ]);
  const names = Array.from({ length: count }, (_, index) => `camera-${index + 1}`);
  const served = await serveSoundFile(file, Object.fromEntries(names.map((name) => [name, AAC])));
  return { urls: names.map(served.url), file, stop: served.stop };
};
