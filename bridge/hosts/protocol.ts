import type { RunFailure } from '../failure.js';
import type { EndReason, HostStats, IngestSpec, PictureFormat, VideoCodec } from '../types.js';

/** The messages between the engine and a host over the IPC channel. Media goes through the lanes. */

export type Role = HostStats['role'];

/** stdin, stdout, stderr, IPC; then one duplex lane per slot. */
export const FIRST_LANE_FD = 4;

/** Argument of the host process that carries its settings as JSON. */
export interface HostSettings {
  role: Role;
  slots: number;
  /** Hex. The bytes with which either end of a lane ends a run. */
  marker: string;
}

/** The folder that a host writes to; it sees no other of ours. */
export interface HostPlace {
  folder: string;
  /** Only the engine's user can write there. */
  asEngine: boolean;
}

/** Long enough that media does not end in the same bytes by chance. */
export const MARKER_LENGTH = 32;

export type FilterSpec =
  | { role: 'ingest'; spec: IngestSpec }
  | { role: 'decode'; codec: VideoCodec; pictures: readonly DecodedPicture[] }
  | {
      role: 'mux';
      codec: VideoCodec;
      /** An empty file. */
      path: string;
      fragmentMs: number;
      /** The host's user cannot write it. */
      asEngine: boolean;
    };

/** One of the pictures that a decoder makes of each frame. */
export interface DecodedPicture {
  width: number;
  height: number;
  format: PictureFormat;
  /** Much smaller than the stream. */
  shrunk: boolean;
}

/** How long a camera may take to accept a connection, to finish a handshake or to answer, if its spec does not say. */
export const CAMERA_TIMEOUT_MS = 10_000;

export type ToHost =
  | { type: 'start'; slot: number; run: number; filter: FilterSpec }
  | { type: 'stop'; slot: number; run: number }
  /** A run of the mux has caught up: once its file holds so many bytes, fragments may have their full length. */
  | { type: 'settle'; slot: number; run: number; bytes: number }
  /** Makes the pipeline that a clip in this slot would need. */
  | { type: 'warm'; slot: number; codec: VideoCodec }
  | { type: 'ping'; id: number }
  /** The connection that was asked for comes with the message. Nothing has been read from it. */
  | { type: 'connected'; request: number }
  | { type: 'notConnected'; request: number; failure: RunFailure };

export type FromHost =
  | { type: 'ready' }
  /** The run wants a TCP connection to its camera. `request`: not used before in this process. */
  | { type: 'connect'; run: number; request: number }
  /** The pipeline is at rest and the marker is in the lane; the other end answers with its own marker. */
  | { type: 'ended'; slot: number; run: number; reason: EndReason }
  /** The host has read up to the other end's marker: the slot is free. */
  | { type: 'idle'; slot: number; run: number }
  | { type: 'pong'; id: number }
  /** The host lost something that only a new process has again: it should get no new runs. */
  | { type: 'worn'; why: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string };
