import type { HostStats } from '../bridge/host-stats.js';
import type { MotionPoolStats } from '../wasm/types.js';
import type { ConnectionState } from './camera/state.js';
import type { EventJournalStats } from './events/types.js';
import type { Headroom } from './metrics/headroom.js';

export interface PipelineStats {
  name: string;
  topology: string;
  /** Address of the camera that it reads, without credentials. Absent for a pipeline without a camera. */
  camera?: string;
  connection?: ConnectionState;
  /** Absent while nothing is decoded. */
  decodePolicy?: string;
}

/** A camera, however many pipelines read it. Counts are since its first pipeline was activated. */
export interface CameraStats {
  /** Its address, without credentials. */
  camera: string;
  /** Names of the live pipelines that read it. */
  pipelines: string[];
  connection: ConnectionState;
  bytesReceived: number;
  framesDecoded: number;
  framesJudged: number;
  /** Media that is kept in memory for the pre-roll, in bytes and in seconds. */
  ringBytes: number;
  ringSeconds: number;
  reconnects: number;
}

export interface EngineStats {
  pipelines: PipelineStats[];
  cameras: CameraStats[];
  /** The child processes that run GStreamer, with the CPU and memory that they use. */
  hosts: HostStats[];
  /** How many more cameras of the same kind would fit, by what would be used up. Absent while it is not known. */
  headroom?: Headroom;
  pool: MotionPoolStats;
  events: EventJournalStats;
}
