import { missing } from '../common/programs.js';
import { ended, pidOf, spawned } from './spawned.js';
import type { Running, Subject } from './subject.js';

/** The bare floors: what GStreamer needs for the same cameras when nothing else is done. */

const COMMAND = 'gst-launch-1.0';

const branch = (url: string, decode: boolean): string[] =>
  `rtspsrc location=${url} protocols=tcp ! rtph264depay ! h264parse ! ${decode ? 'avdec_h264 ! ' : ''}fakesink`.split(
    ' ',
  );

export interface GstLaunchOptions {
  decode: boolean;
  /** All cameras in one process; otherwise each has its own. */
  together: boolean;
}

export const gstLaunch = (name: string, { decode, together }: GstLaunchOptions): Subject => ({
  name,
  missing: () => missing('gst-launch'),
  start: async (urls, dir): Promise<Running> => {
    const loads = together ? [urls] : urls.map((url) => [url]);
    const children = loads.map((load, index) =>
      spawned(COMMAND, ['-q', ...load.flatMap((url) => branch(url, decode))], dir, `gst-${index}`),
    );
    return {
      processes: () => new Map([[COMMAND, children.map(pidOf)]]),
      stop: async () => {
        await Promise.all(children.map((child) => ended(child, 'SIGKILL')));
      },
    };
  },
});
