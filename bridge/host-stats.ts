/** What the bridge tells of its hosts. */

import type { DecoderKind } from './hardware.js';

export interface HostStats {
  id: string;
  role: 'ingest' | 'decode';
  pid: number | undefined;
  slotsUsed: number;
  slots: number;
  rssBytes: number;
  fds: number;
  /** Times that its process was replaced, for whatever reason. */
  restarts: number;
  /** Times that its process died or hung. */
  deaths: number;
  /** It serves only cameras that were present when hosts died. */
  apart: boolean;
  /** Whose filters it runs, as their specs name them. */
  owners: string[];
  /** How many streams it decodes to pictures, by what decodes them. */
  decoding: Readonly<Partial<Record<DecoderKind, number>>>;
  /** Seconds of CPU that the process has used, user and system. */
  cpuSeconds: number;
}

/** The media of an owner killed hosts, so it has one of its own; or has it no longer. */
export type IsolationChange =
  | {
      kind: 'isolated';
      role: HostStats['role'];
      owner: string;
      /** Host deaths at which it was present. */
      deaths: number;
      /** What became of the last host: `exited with SIGSEGV`. */
      cause: string;
      /** Nothing is started for this owner and role before. */
      retryInMs: number;
    }
  | { kind: 'released'; role: HostStats['role']; owner: string; deaths: number };
