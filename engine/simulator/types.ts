/** How the pictures of a simulated camera are encoded. Clips are transcoded only when one of these is given. */
export interface EncodingOptions {
  /** Seconds from keyframe to keyframe; default 2. */
  gop?: number | undefined;
  /** Frames per second; scenes default to 25, clips to their own. */
  fps?: number | undefined;
  /** `640x360`; scenes default to that, clips to their own. */
  size?: string | undefined;
  /** Bits per second, default 800 000. */
  bitrate?: number | undefined;
  /** B-frames between two others, default 0. */
  bframes?: number | undefined;
  codec?: 'h264' | 'h265' | undefined;
}

export interface SimulatorOptions extends EncodingOptions {
  /** Default 0, a free one. */
  port?: number | undefined;
  /** Address to listen on, default 127.0.0.1. */
  host?: string | undefined;
  /** Video files, played in a loop in real time. */
  clips?: readonly string[] | undefined;
  /** Names of generated scenes, see scenes.ts. Without clips and scenes: `motion`. */
  scenes?: readonly string[] | undefined;
  /** Number of cameras; clips and scenes are assigned in turn. Default: one for each. */
  count?: number | undefined;
  user?: string | undefined;
  password?: string | undefined;
  /** Default `basic`. */
  auth?: 'basic' | 'digest' | undefined;
  /** PEM files; the cameras then speak rtsps only. */
  tls?: { cert: string; key: string } | undefined;
  /** Where encoded scenes and transcoded clips are kept; default a private folder in the system's temporary one. */
  cacheDir?: string | undefined;
  onEvent?: ((event: SimulatorEvent) => void) | undefined;
}

export interface SimulatedCamera {
  name: string;
  /** Without credentials. */
  url: string;
  source: { kind: 'scene'; name: string } | { kind: 'clip'; file: string };
}

/** A command without `camera` applies to all cameras. */
export type SimulatorCommand =
  /** Stops sending; connections stay open. */
  | { command: 'stall'; camera?: string }
  /** Closes the connections; new ones are accepted at once. */
  | { command: 'drop'; camera?: string }
  /** Closes connections. All cameras: the port refuses new ones. One camera: its path is not found. */
  | { command: 'stop'; camera?: string }
  | { command: 'start'; camera?: string }
  /** Overwrites this share of the bytes of every access unit (default 0.01). */
  | { command: 'garbage'; camera?: string; share?: number }
  /** Continues with the same content in another size, on the same connection. */
  | { command: 'resolution'; camera?: string; size: string }
  /** Continues with the same content and this many seconds between keyframes (default 30). */
  | { command: 'longGop'; camera?: string; gop?: number }
  /** Ends stall, garbage, resolution and longGop. */
  | { command: 'resume'; camera?: string };

export type SimulatorEvent =
  /**
   * A stream to a client begins. `utcMicros` is when the camera's loop was at its start, from which a scene's timetable
   * counts; for the first client of a camera, that is now.
   */
  | { event: 'streamStart'; camera: string; utcMicros: number }
  | { event: 'streamEnd'; camera: string }
  /** A client begins to play; a client that played has disconnected. */
  | { event: 'play'; camera: string }
  | { event: 'leave'; camera: string };

export interface Simulator {
  readonly cameras: readonly SimulatedCamera[];
  readonly port: number;
  readonly pid: number;
  /** Resolves when the command has been carried out; rejects with a SluiceError if it is refused. */
  control(command: SimulatorCommand): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the server process has ended: with the reason, unless `stop` was called. */
  readonly ended: Promise<string | undefined>;
}
