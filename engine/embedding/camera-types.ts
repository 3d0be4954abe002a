/** What programs that embed the engine see of cameras. Types only. */
import type { Readable } from 'node:stream';
import type { CameraInfo } from '../camera-info.js';
import type { CameraOptions } from '../cameras-added/options.js';
import type { PipelineState } from '../control/resources.js';
import type { LiveView } from '../live/live-view.js';
import type { ClipPage, ClipResource } from '../recording/clip-resource.js';
import type { Picture, PictureOptions } from '../stills/picture.js';
import type { ByteSpan, ClipQuery } from './types.js';

/** The clips of one camera. */
export interface CameraClips {
  /** A page of them, newest first. @throws SluiceError `ContinuationTokenInvalid` */
  list(query?: Omit<ClipQuery, 'pipeline'>): ClipPage;
  /** @throws SluiceError `ClipNotFound`, also for one of another camera */
  get(id: string): ClipResource;
  /**
   * The file's bytes, or a part of them.
   * @throws SluiceError `ClipNotFound`, also for one of another camera; `ClipFileGone`
   */
  stream(id: string, range?: ByteSpan): Readable;
}

/** A camera that was added by `engine.cameras.add`. */
export interface AddedCamera {
  /** That of its live pipeline. */
  readonly name: string;
  readonly clips: CameraClips;
  /** That of its live pipeline; `inactive` once it is removed. */
  state(): PipelineState;
  /** How it is: its connection, its encoding, whether it is recorded. @throws SluiceError `CameraNotFound` */
  info(): CameraInfo;
  /** Its newest keyframe as a JPEG. @throws SluiceError `CameraNotFound`; `CameraInactive`; `NoPicture` */
  snapshot(options?: PictureOptions): Promise<Picture>;
  /**
   * Ends its live pipeline and removes it. Resolves when the last clip is finished; clips and video stay. Removing it again
   * does nothing.
   */
  remove(): Promise<void>;
}

/** The cameras, by the live pipelines that read them. */
export interface Cameras {
  list(): CameraInfo[];
  /**
   * @param name of one of its live pipelines
   * @throws SluiceError `CameraNotFound`
   */
  get(name: string): CameraInfo;
  /**
   * What a camera sends, for people who watch.
   * @param name of one of its live pipelines
   * @throws SluiceError `CameraNotFound`; `CameraInactive` if no pipeline reads it
   */
  live(name: string): LiveView;
  /**
   * Records a camera, without a topology of your own. Resolves when its live pipeline runs; it does not wait for the camera.
   * The camera is kept, and recorded again after a restart. Adding it again with other options or another URL changes it;
   * with the same ones does nothing.
   * @param name for it, its live pipeline, its clips and its video: at most 32 letters, digits and dashes
   * @param url rtsp or rtsps
   * @throws SluiceError `EndpointUrlInvalid`; `PipelineValidationError`; `CameraNameTaken` by another live pipeline
   */
  add(name: string, url: string, options?: CameraOptions): Promise<AddedCamera>;
  /** A camera that was added, also before a restart. @throws SluiceError `CameraNotFound` */
  added(name: string): AddedCamera;
}
