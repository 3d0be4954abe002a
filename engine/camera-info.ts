import type { OverloadCause } from './camera/overload/types.js';
import type { CameraTrouble, ConnectionState } from './camera/state.js';
import type { Priority } from './core/priority.js';
import type { Scene } from './core/scene.js';
import type { UtcMicros } from './core/time.js';

/** A camera as people know it. */
export interface CameraInfo {
  /** That of its first live pipeline. The names of the others lead to it as well. */
  name: string;
  /** Without credentials. Absent while no pipeline reads it. */
  address?: string;
  pipelines: string[];
  topologies: string[];
  /** `inactive`: no pipeline reads it. */
  connection: ConnectionState | 'inactive';
  /** It sends media. */
  connected: boolean;
  /** Why it is away, and since when. */
  trouble?: CameraTrouble;
  /** How much it matters while the machine is overloaded. Absent while no pipeline reads it. */
  priority?: Priority;
  /** The machine is overloaded: keyframes alone are decoded of it, whatever was asked for. */
  decodedLess?: { cause: OverloadCause; since: UtcMicros };
  video?: { codec: string; width: number; height: number };
  /** Names of the videos that are made of it. */
  videos: string[];
  /** Something of it is being recorded now. */
  recording: boolean;
  /** What moves and what is wrong in its pictures, as far as one of its pipelines watches for it. */
  scene: Scene;
  /** It can be watched: there are pictures, in an encoding that browsers know. */
  live: boolean;
}
