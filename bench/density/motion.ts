import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../common/programs.js';
import { ended, pidOf, spawned } from './spawned.js';
import type { Running, Subject } from './subject.js';
import { writtenBelow } from './written.js';

const CLIPS = 'clips';

/**
 * Motion with passthrough recording: the encoded stream goes to the file as it came, decoded pictures only to the
 * detector. Everything that is not said here is Motion's default. No web control, no picture streams. It judges pictures as the
 * camera sends them, as its manual recommends: to scale them costs Motion more.
 */
const mainConfig = (dir: string, cameras: readonly string[], [width, height]: readonly string[]): string =>
  [
    'daemon off',
    'setup_mode off',
    `pid_file ${join(dir, 'motion.pid')}`,
    'log_level 4',
    'webcontrol_port 0',
    'stream_port 0',
    `target_dir ${join(dir, CLIPS)}`,
    `width ${width}`,
    `height ${height}`,
    'picture_output off',
    'movie_output on',
    'movie_passthrough on',
    ...cameras.map((file) => `camera ${file}`),
  ].join('\n');

const cameraConfig = (url: string, index: number): string =>
  [`camera_id ${index + 1}`, `netcam_url ${url}`, `movie_filename ${index + 1}-%v-%Y%m%d%H%M%S`].join('\n');

/** @param size of the cameras' pictures: `640x360` */
export const motion = (name: string, size: string): Subject => ({
  name,
  missing: () => missing('motion'),
  start: async (urls, dir): Promise<Running> => {
    const clips = join(dir, CLIPS);
    mkdirSync(clips);
    const files = urls.map((url, index) => {
      const file = join(dir, `camera-${index + 1}.conf`);
      writeFileSync(file, cameraConfig(url, index));
      return file;
    });
    const main = join(dir, 'motion.conf');
    writeFileSync(main, mainConfig(dir, files, size.split('x')));
    const child = spawned('motion', ['-n', '-c', main], dir, 'motion');
    return {
      processes: () => new Map([['motion', [pidOf(child)]]]),
      work: async () => new Map([['bytes written', writtenBelow(clips).bytes]]),
      videos: () => writtenBelow(clips).videos,
      stop: () => ended(child, 'SIGTERM'),
    };
  },
});
