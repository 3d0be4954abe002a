import type { EncodedUnit, EndReason, Owned, StreamCaps } from '../../bridge/types.js';

export interface MuxSpec extends Owned {
  /** What the file holds: one video track, and behind it perhaps one of AAC; anything else ends with the error `unsupportedCaps`. */
  tracks: readonly StreamCaps[];
  /** Absolute path; the directory exists, and the file does not or is empty: reserved for this clip. */
  path: string;
  /** It stays in fragments when it is finished, so that it can be served as it lies. */
  segment?: true;
  /** A picture with parameter sets in front of it, for a file that begins with one that has none. */
  head?: Uint8Array;
  /** When its first picture was taken, in seconds since 1970. */
  taken: number;
}

/** `checksums`: of all bytes of the file, as `BlockSums` makes them, where they were made on the way. */
export type MuxResult = { ok: true; bytes: number; checksums?: Buffer | undefined } | { ok: false; reason: EndReason };

export type MuxUnit = Pick<EncodedUnit, 'track' | 'pts' | 'duration' | 'key' | 'payload'>;

/** One MP4 file that is being written. */
export interface Mux {
  /** Times count from the clip's start. Units of a track that the spec does not list are not written. */
  write(unit: MuxUnit): void;
  /** What waits to be written. A mux that is behind too far ends. */
  readonly backlogBytes: number;
  /** Ends the stream, waits for the finalised file. Never rejects: a failure is a result. */
  finish(): Promise<MuxResult>;
  /** Settles when the mux ends on its own (disk full, encoder lost) before `finish` was called. */
  readonly failed: Promise<EndReason>;
}

/** Makes MP4 files. */
export interface Muxer {
  mux(spec: MuxSpec): Mux;
}
