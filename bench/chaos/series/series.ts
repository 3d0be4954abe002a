/** A series tries one kind of trouble very often. Each is a module of this folder, loaded only when it is asked for. */
import type { SeriesModule } from './options.js';

export interface SeriesEntry {
  /** What it does, for the usage text. */
  about: string;
  /** Repetitions if none are asked for. */
  count: number;
  load(): Promise<SeriesModule>;
}

/** By the name that `--series` takes. An entry: `{ about: '…', count: 200, load: () => import('./name.js') }`. */
export const SERIES: Readonly<Record<string, SeriesEntry>> = {
  kill: {
    about: 'kill -9 of the engine and its hosts at any moment',
    count: 1000,
    load: () => import('./kill.js'),
  },
  finalise: {
    about: 'kill -9 within 60 ms after a clip was finalised',
    count: 400,
    load: () => import('./finalise.js'),
  },
  videos: {
    about: 'kill -9 of the engine, and of what writes, while videos are recorded with and without a gate',
    count: 100,
    load: () => import('./videos.js'),
  },
  sweep: {
    about: 'kill -9 while a start closes 60 open clips',
    count: 100,
    load: () => import('./sweep.js'),
  },
  power: {
    about: 'cuts of power: what nobody has synced is lost, torn or out of order',
    count: 100,
    load: () => import('./power.js'),
  },
  packets: {
    about: 'mutated RTP packets through the hosts, beside healthy cameras',
    count: 1_000_000,
    load: () => import('./packets.js'),
  },
};
