import type { EncodedKind } from '../filters/encoded-kind.js';
import type { HardwareKind } from '../hardware.js';
import type { RtspFailure } from '../rtsp/types.js';
import type {
  CameraDescription,
  EndReason,
  HostStats,
  IngestSpec,
  MediaLoss,
  PictureFormat,
  SoundFault,
  VideoCodec,
} from '../types.js';

/** The messages between the engine and a host over the IPC channel. Media goes through the lanes. */

export type Role = HostStats['role'];

/** stdin, stdout, stderr, IPC; then the lanes. */
const FIRST_LANE_FD = 4;

/** Duplex lanes of a slot: one for what is seen, and for roles that have sound another for that. */
export const LANES_PER_SLOT: Readonly<Record<Role, 1 | 2>> = { ingest: 2, decode: 1 };

/** Descriptors of a slot's lanes in a host. */
export const laneFds = (role: Role, slots: number, slot: number): number[] =>
  Array.from({ length: LANES_PER_SLOT[role] }, (_, lane) => FIRST_LANE_FD + lane * slots + slot);

/** The first descriptor behind all lanes. */
export const fdBehindLanes = (role: Role, slots: number): number => FIRST_LANE_FD + LANES_PER_SLOT[role] * slots;

/** Argument of the host process that carries its settings as JSON. */
export interface HostSettings {
  role: Role;
  slots: number;
  /** Hex. The bytes with which either end of a lane ends a run. */
  marker: string;
}

/** Long enough that media does not end in the same bytes by chance. */
export const MARKER_LENGTH = 32;

export type FilterSpec =
  | { role: 'ingest'; spec: IngestSpec }
  /** `hardware`: with this kind of decoder and no other; without it, the processor decodes. */
  | { role: 'decode'; codec: VideoCodec; hardware?: HardwareKind; pictures: readonly DecodedPicture[] }
  | { role: 'decode'; codec: StillCodec; still: StillShape }
  | { role: 'decode'; encode: EncodedKind };

/** What stills are made of; `raw`: pictures that are decoded already. */
export type StillCodec = VideoCodec | 'raw';

/** One of the pictures that a decoder makes of each frame. */
export interface DecodedPicture {
  width: number;
  height: number;
  format: PictureFormat;
  /** Fitted into the size with black borders, not stretched. */
  borders: boolean;
  /** Of a JPEG. */
  quality: number;
  /** Much smaller than the stream. */
  shrunk: boolean;
}

/** What each picture becomes in a run that makes stills. */
export interface StillShape {
  width: number;
  height: number;
  quality: number;
  /** The size that it has on the way there: the stream's own, or twice the one that is wanted if that is far less. */
  halfway: { width: number; height: number };
}

/** How long a camera may take to accept a connection and to finish a handshake, or to answer, if its spec does not say. */
export const CAMERA_TIMEOUT_MS = 10_000;

/** What a run tells on its way; all but the last of ingest. */
export type RunNews =
  /** The camera has described itself. Nothing is played until the run is told to. */
  | { kind: 'described'; description: CameraDescription }
  | { kind: 'loss'; loss: MediaLoss }
  | { kind: 'soundFault'; fault: SoundFault }
  /** The camera does not send its metadata, though it offers some. */
  | { kind: 'metadataRefused'; message: string }
  /** Pictures that come from now on get the shape that was asked for last. */
  | { kind: 'shaped' };

export type ToHost =
  | { type: 'start'; slot: number; run: number; filter: FilterSpec }
  | { type: 'stop'; slot: number; run: number }
  /** A run that makes stills has nothing to do, and gets another shape. */
  | { type: 'shape'; slot: number; run: number; shape: StillShape }
  | { type: 'ping'; id: number }
  /** The connection that was asked for comes with the message. Nothing has been read from it. */
  | { type: 'connected'; request: number }
  | { type: 'notConnected'; request: number; failure: RtspFailure }
  /** The run may play what its camera has described. */
  | { type: 'play'; slot: number; run: number }
  /** Whether what the camera of the run sends may wait for a tenth of a second. */
  | { type: 'rounds'; slot: number; run: number; yes: boolean };

export type FromHost =
  | { type: 'ready' }
  /** The run wants a TCP connection to its camera. `request`: not used before in this process. */
  | { type: 'connect'; run: number; request: number }
  | { type: 'news'; slot: number; run: number; news: RunNews }
  /** The pipeline is at rest and the marker is in the lane; the other end answers with its own marker. */
  | { type: 'ended'; slot: number; run: number; reason: EndReason }
  /** The host has read up to the other end's marker: the slot is free. */
  | { type: 'idle'; slot: number; run: number }
  | { type: 'pong'; id: number }
  /** The host lost something that only a new process has again: it should get no new runs. */
  | { type: 'worn'; why: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string };
