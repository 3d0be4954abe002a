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
  /** 0 or nothing: a free one. */
  port?: number | undefined;
  /** Address to listen on, default 127.0.0.1. */
  host?: string | undefined;
  /** Video files, played in a loop in real time. */
  clips?: readonly string[] | undefined;
  /** Names of generated scenes, see scenes.ts. Without clips and scenes: `motion`. */
  scenes?: readonly string[] | undefined;
  /** How many cameras; the clips and scenes are dealt out in turn. Default: one each. */
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

/** Without `camera` a command is for all of them. */
export type SimulatorCommand =
  /** Sends nothing more; connections stay open. */
  | { command: 'stall'; camera?: string }
  /** Closes the connections; the camera answers again at once. */
  | { command: 'drop'; camera?: string }
  /** Whole server: the port refuses connections. One camera: its path is not found. Connections are closed. */
  | { command: 'stop'; camera?: string }
  | { command: 'start'; camera?: string }
  /** Overwrites this share of the bytes of every access unit (default 0.01). */
  | { command: 'garbage'; camera?: string; share?: number }
  /** Goes on with the same content in another size, without a new connection. */
  | { command: 'resolution'; camera?: string; size: string }
  /** Goes on with the same content and this many seconds between keyframes (default 30). */
  | { command: 'longGop'; camera?: string; gop?: number }
  /** Ends stall, garbage, resolution and longGop. */
  | { command: 'resume'; camera?: string };

export type SimulatorEvent =
  /**
   * A client's stream begins. The camera's loop was at its start at `utcMicros` (now, when nobody else is there): a
   * scene's timetable counts from then.
   */
  | { event: 'streamStart'; camera: string; utcMicros: number }
  | { event: 'streamEnd'; camera: string }
  /** A client plays, or a client that played is gone. */
  | { event: 'play'; camera: string }
  | { event: 'leave'; camera: string };

export interface Simulator {
  readonly cameras: readonly SimulatedCamera[];
  readonly port: number;
  readonly pid: number;
  /** Settles when the command has been carried out; rejects with a SluiceError when it is refused. */
  control(command: SimulatorCommand): Promise<void>;
  stop(): Promise<void>;
  /** Settles when the server process is gone, for whatever reason; the text says why if nobody asked for it. */
  readonly ended: Promise<string | undefined>;
}
