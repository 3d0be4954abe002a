/** What programs that embed the engine see of its parts. Types only. */
import type { Readable } from 'node:stream';
import type { RecordingPage, RecordingResource } from '../archive/recording-resource.js';
import type { PipelineResource, PipelineState, SystemData } from '../control/resources.js';
import type { InputResult } from '../core/ports.js';
import type { ReadOptions } from '../events/read.js';
import type { EventHandler, SubscribeOptions, Subscription } from '../events/subscribe.js';
import type { EngineEvent } from '../events/types.js';
import type { CustomNode, LivePipeline, PipelineTopology } from '../nodes/documents.js';
import type { ClipFile, ClipPage, ClipResource } from '../recording/clip-resource.js';
import type { Picture, PictureOptions } from '../stills/picture.js';

/** A span of the wall clock, in microseconds since 1970: `Date.now() * 1000`. */
export interface TimeSpan {
  startUtc: number;
  endUtc: number;
}

/** First and last byte. */
export interface ByteSpan {
  start: number;
  end: number;
}

/** Which clips a list has. */
export interface ClipQuery {
  pipeline?: string | undefined;
  /** Clips with media in it. */
  range?: TimeSpan | undefined;
  /** 1 to 1000; default 100. */
  limit?: number | undefined;
  /** Of the page before. */
  continuationToken?: string | undefined;
}

/** Which recordings a list has. */
export interface RecordingQuery {
  /** Recordings with media in it. */
  range?: TimeSpan | undefined;
  /** 1 to 10 000; default 1000. */
  limit?: number | undefined;
  /** Of the page before. */
  continuationToken?: string | undefined;
}

/** A topology as it is returned: canonical, and without the defaults of secrets. It can be set again. */
export interface TopologyResource extends PipelineTopology {
  systemData: SystemData;
}

/** Topologies. */
export interface Topologies {
  /**
   * Creates or replaces a topology.
   * @throws SluiceError `PipelineValidationError` with every problem; `PipelineTopologyInUse` if live pipelines do not allow
   *   the change; `ResourceLimitReached`
   */
  set<Custom extends CustomNode = never>(
    topology: PipelineTopology<NoInfer<Custom>>,
  ): { created: boolean; resource: TopologyResource };
  /** @throws SluiceError `NotFound` */
  get(name: string): TopologyResource;
  /** By name. */
  list(): TopologyResource[];
  /** False if there is none. @throws SluiceError `PipelineTopologyInUse` */
  delete(name: string): boolean;
}

/** Live pipelines. */
export interface Pipelines {
  /**
   * Creates a live pipeline, or replaces one that is inactive. A secret that is set without a value keeps its value.
   * @throws SluiceError `PipelineValidationError` with every problem; `OperationNotAllowedInState`;
   *   `ResourceValidationError` (there is no such topology); `ResourceLimitReached`
   */
  set(pipeline: LivePipeline): { created: boolean; resource: PipelineResource };
  /** @throws SluiceError `NotFound` */
  get(name: string): PipelineResource;
  /** By name. */
  list(): PipelineResource[];
  /** False if there is none. @throws SluiceError `OperationNotAllowedInState` unless it is inactive */
  delete(name: string): boolean;
  /** `inactive` also if there is none. */
  state(name: string): PipelineState;
  /**
   * Resolves when the pipeline runs; at once if it does already. It does not wait for the camera.
   * @throws SluiceError `NotFound`; `OperationNotAllowedInState` while deactivating; why it cannot run
   */
  activate(name: string): Promise<void>;
  /**
   * Resolves when the pipeline is inactive and its clips are finished; at once if it is already.
   * @throws SluiceError `NotFound`; `OperationNotAllowedInState` while activating
   */
  deactivate(name: string): Promise<void>;
}

/** The clips that FileSinks have written and are writing. */
export interface Clips {
  /**
   * A page of clips, newest first. Tokens stay valid when clips come and go between pages.
   * @throws SluiceError `ContinuationTokenInvalid`
   */
  list(query?: ClipQuery): ClipPage;
  /** @throws SluiceError `ClipNotFound` */
  get(id: string): ClipResource;
  /**
   * What can be played of a clip.
   * @throws SluiceError `ClipNotFound`; `ClipFileGone` if its file is not there, or nothing of it is complete yet
   */
  file(id: string): ClipFile;
  /**
   * The file's bytes, or a part of them; of a clip that is being written, those that are complete.
   * @throws SluiceError as `file`
   */
  stream(id: string, range?: ByteSpan): Readable;
  /**
   * Deletes a clip and its file, and publishes `RecordingDeleted`.
   * @throws SluiceError `ClipNotFound`; `ClipProtected`; `ClipOpen` while it is being written; `ClipNotDeleted`
   */
  delete(id: string): void;
  /** From now on, neither budget nor age removes it, and it cannot be deleted. @throws SluiceError `ClipNotFound` */
  protect(id: string): void;
  /** @throws SluiceError `ClipNotFound` */
  unprotect(id: string): void;
  /** Notes that somebody has looked at it. @throws SluiceError `ClipNotFound` */
  markSeen(id: string): void;
}

/** What the openings of gates have put into videos. */
export interface Recordings {
  /**
   * A page of the recordings of a video, in the order in which they began.
   * @throws SluiceError `VideoNotFound`; `ContinuationTokenInvalid`
   */
  list(video: string, query?: RecordingQuery): RecordingPage;
  /** @throws SluiceError `RecordingNotFound` */
  get(video: string, id: string): RecordingResource;
  /** Notes that somebody has looked at it. @throws SluiceError `RecordingNotFound` */
  markSeen(video: string, id: string): void;
  /**
   * From now on, neither age nor want of room removes its media.
   * @throws SluiceError `RecordingNotFound`
   */
  protect(video: string, id: string): void;
  /** @throws SluiceError `RecordingNotFound` */
  unprotect(video: string, id: string): void;
}

/** An MP4 file of a part of a video. */
export interface Movie {
  /** Of the file. */
  readonly name: string;
  /** In bytes. */
  readonly length: number;
  /** The same for the same bytes. */
  readonly version: string;
  /** When the first picture that is shown was taken, and when the last one ceased to be shown: µs since 1970. */
  readonly startUtc: number;
  readonly endUtc: number;
  /** Any part of the file. */
  read(range: ByteSpan): Readable;
}

/** Parts of videos as files. Nothing is encoded anew. */
export interface Exports {
  /**
   * One file with what a video has in a range.
   * @throws SluiceError `VideoNotFound`; `RangeInvalid`; `NoMedia`; `FormatChange`, with the ranges that can be had
   */
  movie(video: string, range: TimeSpan): Promise<Movie>;
  /**
   * What a video has in a range, in as many files as its formats need; none if there is nothing.
   * @throws SluiceError `VideoNotFound`; `RangeInvalid`
   */
  movies(video: string, range: TimeSpan): Promise<Movie[]>;
}

/** Pictures of cameras, videos and clips, as JPEGs. */
export interface Pictures {
  /**
   * A camera's newest keyframe, however old it is.
   * @param name of one of its live pipelines
   * @throws SluiceError `CameraNotFound`; `CameraInactive`; `NoPicture`
   */
  snapshot(name: string, options?: PictureOptions): Promise<Picture>;
  /**
   * The keyframe of a video that is nearest to a moment.
   * @param at µs since 1970
   * @throws SluiceError `VideoNotFound`; `NoMedia` if there is none within a week; `NoPicture`
   */
  preview(video: string, at: number, options?: PictureOptions): Promise<Picture>;
  /**
   * The keyframe of a clip that is nearest to what caused it.
   * @throws SluiceError `ClipNotFound`; `ClipFileGone`; `NoMedia` if it has no keyframe; `NoPicture`
   */
  clip(id: string, options?: PictureOptions): Promise<Picture>;
}

/** A part of the picture: fractions of it, origin top left. */
export interface PictureRegion {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** What moved where, and when. Times in µs since 1970; `energy` from 1 to 255. */
export interface MotionSearch {
  /**
   * The times at which something moved in a region of a camera's picture.
   * @param pipelines of the camera
   * @param least energy that counts, 1 to 255
   */
  search(
    pipelines: readonly string[],
    range: TimeSpan,
    region: PictureRegion,
    least: number,
  ): Promise<{ startUtc: number; endUtc: number; energy: number }[]>;
  /** How much moved in each of some equal parts of a range; those in which nothing did are left out. */
  buckets(
    pipelines: readonly string[],
    range: TimeSpan,
    count: number,
  ): Promise<{ startUtc: number; energy: number }[]>;
}

/** Messages on hub inputs. */
export interface Inputs {
  /**
   * Delivers a message to every IotHubMessageSource with that input, or only to those of one live pipeline.
   * @throws what a node threw that could not take it
   */
  deliver(input: string, message: unknown, target?: { pipeline?: string | undefined }): InputResult;
}

/** The engine's events, as the durable log has them. */
export interface Events {
  /**
   * Calls `handler` with every event, in order and once. If it throws, or its promise rejects, `options.onError` is told and
   * the next event follows; without an `onError` the subscription ends: `ended` says so, and an event, the log and a metric
   * do.
   * @throws SluiceError `ArgumentInvalid`
   */
  subscribe(options: SubscribeOptions, handler: EventHandler): Subscription;
  /**
   * For loops: `for await (const event of engine.events.read({ since: 0 }))`. Gives every event, in order and once, as fast as
   * the loop asks for them, and waits for more at the end. It ends when the engine is closed, or with `options.signal`.
   * @throws SluiceError `ArgumentInvalid`
   */
  read(options?: ReadOptions): AsyncGenerator<EngineEvent, void, undefined>;
}
