import type { Span } from '../common/spans.js';
import type { Kept, Timetable } from './movement.js';

/** Somebody who is measured: the engine under one decode policy, or a peer. */
export interface Subject {
  readonly name: string;
  /** Undefined if it can run here; otherwise what is missing and how to get it. */
  missing(): string | undefined;
  /** Starts it on the cameras. `dir` is an empty folder of its own, removed afterwards. */
  start(urls: readonly string[], dir: string): Promise<Running>;
}

export interface Running {
  /**
   * Resolves when all processes are at work; called when every camera has its client.
   * @param calm cameras in front of which nothing ever moves
   */
  settled?(calm: number): Promise<void>;
  /** The processes, by what they do. Asked at both ends of the window. */
  processes(): ReadonlyMap<string, readonly number[]>;
  /** Counters that prove the work, by name; the report gives their growth over the window. */
  work?(): Promise<ReadonlyMap<string, number>>;
  /** How many videos it has begun to record, if it records. */
  videos?(): number;
  /** After it has been stopped: what of the movement within a window its clips have. */
  kept?(timetables: readonly (Timetable | undefined)[], window: Span): Promise<Kept>;
  stop(): Promise<void>;
}

/** What one run of one subject gave. */
export interface Sample {
  subject: string;
  cameras: number;
  seconds: number;
  /** Share of the window in which the machine's processors had nothing to do. */
  idleShare: number;
  groups: Record<string, GroupSample>;
  /** Growth of the counters over the window. */
  work: Record<string, number>;
  /** That the processors and the memory used, where the machine tells. */
  joules?: number;
  /** Movement within the window, and what of it is in clips. */
  kept?: Kept;
}

export interface GroupSample {
  processes: number;
  threads: number;
  cpuMicros: number;
  rssBytes: number;
  pssBytes: number;
}
