/** What the program under trial is told: one JSON text as its only argument. */
export interface TrialSettings {
  dataDir: string;
  /** One live pipeline for each. */
  cameras: readonly string[];
  /** Makes the topology and the live pipelines, and ends. Otherwise those of the folder run again. */
  prepare?: boolean;
  /** Default true: live pipelines of the folder run again. */
  resume?: boolean;
  /** Where media goes. Default `file`: clips. `video`: every second camera records all that it sends, the others clips. */
  sink?: 'file' | 'video';
  clipSeconds: number;
  preRollSeconds: number;
  /** From a camera's media, or the end of its last clip, to the next clip. Camera n waits n times `staggerMs` longer at first. */
  pauseMs: number;
  staggerMs: number;
  /** Only so many clips for each camera and run. Default: no limit. */
  clips?: number;
  /** Default `normal`: see `events.synchronous`. */
  synchronous?: 'normal' | 'full';
  /** Default `auto`: see `hosts.sandbox`. With `none` a library that is preloaded sees what hosts write. */
  sandbox?: 'auto' | 'none';
  /** Every event that a subscriber sees is appended to this file, too. */
  seenFile?: string;
}

/** What the program tells: events of a subscriber, and that it is ready. One JSON text for each line of its output. */
export type TrialLine<Event> = { ready: true } | { event: Event };
