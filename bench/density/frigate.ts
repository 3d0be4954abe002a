import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../common/programs.js';
import { ended, pidOf, spawned } from './spawned.js';
import type { Running, Subject } from './subject.js';
import { writtenBelow } from './written.js';

/** A file for each camera takes a while on a busy machine. */
const POLL_MS = 250;
const CLIPS = 'clips';

/** Frigate's presets `preset-rtsp-generic` and `preset-record-generic`, and its defaults for what it looks at, without a GPU. */
const argumentsFor = (url: string, index: number, folder: string, detectSize: string): string[] => [
  ...['-hide_banner', '-loglevel', 'warning', '-threads', '2', '-nostdin', '-y'],
  ...['-avoid_negative_ts', 'make_zero', '-fflags', '+genpts+discardcorrupt', '-rtsp_transport', 'tcp'],
  ...['-timeout', '5000000', '-use_wallclock_as_timestamps', '1', '-i', url],
  ...['-f', 'segment', '-segment_time', '10', '-segment_format', 'mp4', '-reset_timestamps', '1', '-strftime', '1'],
  ...['-c', 'copy', '-an', join(folder, `${index + 1}-%Y%m%d%H%M%S.mp4`)],
  ...['-r', '5', '-vf', `fps=5,scale=${detectSize.replace('x', ':')}`, '-threads', '2'],
  // Frigate reads a pipe; whoever reads here would cost the machine something.
  ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '/dev/null'],
];

/**
 * What Frigate leaves to ffmpeg: a process per camera that keeps all of the stream in segments, and decodes it to five pictures a
 * second. What Frigate does with these pictures is not in it.
 */
export const frigate = (name: string, detectSize: string): Subject => ({
  name,
  missing: () => missing('ffmpeg'),
  start: async (urls, dir): Promise<Running> => {
    const folder = join(dir, CLIPS);
    mkdirSync(folder);
    const children = urls.map((url, index) =>
      spawned('ffmpeg', argumentsFor(url, index, folder, detectSize), dir, `ffmpeg-${index}`),
    );
    const pids = (): number[] => children.map(pidOf);
    return {
      settled: async () => {
        // Whoever has ended will never begin, and is told of.
        while (pids().length > writtenBelow(folder).videos)
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      },
      processes: () => new Map([['ffmpeg', pids()]]),
      work: async () => new Map([['bytes written', writtenBelow(folder).bytes]]),
      videos: () => writtenBelow(folder).videos,
      stop: async () => {
        await Promise.all(children.map((child) => ended(child, 'SIGTERM')));
      },
    };
  },
});
