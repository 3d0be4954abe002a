/** What the engine and the motion detector say to each other. Times are integer µs and only passed through. */

/** A picture in I420; `data` needs to stay valid only during the call. Chroma may be absent (offsets −1). */
export interface PlaneInput {
  pts: number;
  width: number;
  height: number;
  strides: readonly [number, number, number];
  offsets: readonly [number, number, number];
  data: Uint8Array;
}

/** Fractions of the picture, origin top left. */
export interface Box {
  l: number;
  t: number;
  w: number;
  h: number;
}

/** Columns, and rows, of the grid of a verdict's energies. */
export const ENERGY_GRID = 16;

export type Sensitivity = 'low' | 'medium' | 'high';

/** A polygon of [x, y] in 0..1. */
export interface Zone {
  name: string;
  kind: 'include' | 'exclude' | 'privacy';
  polygon: ReadonlyArray<readonly [number, number]>;
  sensitivity?: Sensitivity;
  /** Smallest region that counts, as a share of the picture. */
  minimumSize?: number;
}

export interface MotionSettings {
  sensitivity: Sensitivity;
  zones?: Zone[];
}

/** A change of the whole picture that is not motion of an object. */
export interface SceneChange {
  kind: 'lightingChanged' | 'tampered' | 'frozen' | 'moved';
  cause: string;
  began: boolean;
}

export interface Verdict {
  pts: number;
  motion: boolean;
  /** 0..1, how sure; comparable between frames of one camera. */
  score: number;
  boxes: Box[];
  scene: SceneChange[];
  /**
   * 0..1: share of the picture looked at in which an object of ordinary contrast could not be found now, because of rain, light
   * that shakes, darkness or blur.
   */
  insensitive: number;
  /** Cells of 4 by 4 pixels that differ from the model, whatever has become of them: 0 where all is as it was. */
  changedCells: number;
  /** Zone, thresholds, shares and what was suppressed, for the reader of an event. */
  why?: Record<string, unknown>;
  /**
   * Where and how much it moves, confirmed or not: for each field of a grid of `ENERGY_GRID`² over the picture, row by row, the
   * share of its pixels that differ from the model, 0 to 255. Absent if nothing moves.
   */
  energies?: Uint8Array;
  /** Microseconds spent in the kernels. */
  detectMicros: number;
  /** Microseconds from submit to verdict. */
  latencyMicros: number;
}

export interface MotionCameraStats {
  frames: number;
  /** Pictures replaced by a later one while the detector was busy. */
  replaced: number;
}

export interface SubmitOptions {
  /** `rewind` shall lead back to before this picture. */
  returnable?: boolean;
  /** It waits behind those that wait, and is not dropped for a later one. For pictures that come faster than in life. */
  patient?: boolean;
}

/** One camera's place in the shared memory. */
export interface MotionCamera {
  /** Copies the picture into the slab. 'replaced': an earlier picture that waited was dropped for this one. */
  submit(plane: PlaneInput, options?: SubmitOptions): 'taken' | 'replaced';
  /**
   * Forgets the returnable picture that was judged last, and all after it: the next picture may be earlier than they were. Pictures
   * that wait are dropped. @returns false if there is no way back, and nothing is forgotten: no picture was returnable,
   * one is being judged, or pictures have had another size since.
   */
  rewind(): boolean;
  readonly stats: MotionCameraStats;
  /**
   * What the detector thinks, as a picture: the last frame with its regions tinted by their fate, or the model's means
   * or thresholds. For a human who asks, not for every frame; undefined before the first verdict.
   */
  debugPicture(kind?: 'verdict' | 'mean' | 'threshold'): { width: number; height: number; rgb: Uint8Array } | undefined;
  /** After it resolves no verdict arrives and the slab is free. */
  close(): Promise<void>;
}

export interface MotionPoolStats {
  cameras: number;
  threads: number;
  memoryBytes: number;
  simd: boolean;
  queued: number;
  /** Tasks handed to workers and frames they carried, for the share of batching. */
  tasks: number;
  frames: number;
}

export interface MotionPool {
  attach(
    settings: MotionSettings,
    handlers: { onVerdict(verdict: Verdict): void; onError(error: Error): void },
  ): MotionCamera;
  stats(): MotionPoolStats;
  close(): Promise<void>;
}

/** Something that a server has found in a picture. */
export interface Detection {
  box: Box;
  /** Index of its class. An object keeps its class. */
  kind: number;
  /** 0..1 */
  score: number;
}

export interface TrackedObject {
  /** From 1, never given twice by one camera. */
  id: number;
  box: Box;
  kind: number;
  /** Of the last detection. */
  score: number;
  /** Index of its detection in this picture, or −1: there is none, and the box follows the picture. */
  detection: number;
  /** Since it was detected first … */
  ageMicros: number;
  /** … and last. */
  unseenMicros: number;
  /** Fractions of the picture a second. */
  velocity: { x: number; y: number };
}

/** The objects of one picture. */
export interface Tracks {
  pts: number;
  /** The server was asked about this picture. */
  asked: boolean;
  objects: TrackedObject[];
  /** Objects that were told of before and never will be again. */
  ended: number[];
  /** Microseconds spent in the kernels. */
  trackMicros: number;
  /** Microseconds from submit to result. */
  latencyMicros: number;
}

export type TrackerAccuracy = 'low' | 'medium' | 'high';

export interface TrackerSettings {
  accuracy: TrackerAccuracy;
}

export interface TrackerCameraStats {
  frames: number;
  /** Pictures without detections that were replaced by a later one while the tracker was busy. */
  replaced: number;
}

/** One camera's tracker. Results come in the order of the pictures. */
export interface TrackerCamera {
  /**
   * Copies the picture. `detections`: null if the server was not asked about it, empty if it has found nothing. A picture
   * with detections is never dropped; 'replaced': an earlier one without was dropped for this one.
   */
  submit(plane: PlaneInput, detections: readonly Detection[] | null): 'taken' | 'replaced';
  readonly stats: TrackerCameraStats;
  /** After it resolves nothing arrives and the memory is free. */
  close(): Promise<void>;
}

export interface TrackerHandlers {
  onTracks(tracks: Tracks): void;
  onError(error: Error): void;
}

export interface TrackerPool {
  attachTracker(settings: TrackerSettings, handlers: TrackerHandlers): TrackerCamera;
}
