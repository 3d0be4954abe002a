/** The API for programs that embed Sluice. docs/guide/embedding.md explains how to use it. */
export type { CameraInfo } from './camera-info.js';
export type { CameraOptions, CameraTlsOptions, DetectionOptions } from './cameras-added/options.js';
export { type Config, ConfigError, type Settings } from './config/index.js';
export { loadConfig } from './configuration.js';
export type { PipelineResource, PipelineState } from './control/resources.js';
export type { CallbackFault, OnError } from './core/callback-faults.js';
export { type ErrorKind, type ErrorPlace, SluiceError } from './core/errors.js';
export type { AddedCamera, CameraClips, Cameras } from './embedding/camera-types.js';
export type {
  ByteSpan,
  ClipQuery,
  Clips,
  Events,
  Exports,
  MotionSearch,
  Movie,
  PictureRegion,
  Pictures,
  Pipelines,
  RecordingQuery,
  Recordings,
  TimeSpan,
  Topologies,
  TopologyResource,
} from './embedding/types.js';
export { Engine, type EngineOptions, type Readiness } from './engine.js';
export type { BroughtNodeType } from './engine-options.js';
export { AvaEvent, SluiceEvent } from './events/catalogue.js';
export type { Cause } from './events/causes.js';
export type { EventData, EventType } from './events/definitions/index.js';
export type { ReadOptions } from './events/read.js';
export type { EventHandler, SubscribeOptions, Subscription, SubscriptionEnd } from './events/subscribe.js';
export type { EngineEvent, EventFilter, EventRecord, GapRecord } from './events/types.js';
export type { LiveFeedHandlers, LivePicture, LiveStream, LiveView } from './live/live-view.js';
export { createLogger } from './log/logger.js';
export type {
  CustomNode,
  LivePipeline,
  PipelineTopology,
  ProcessorNode,
  SinkNode,
  SourceNode,
} from './nodes/documents.js';
export type { ClipFile, ClipPage, ClipResource } from './recording/clip-resource.js';
export { type Service, startService } from './service.js';
export type { CameraStats, EngineStats, PipelineStats } from './stats-types.js';
export type { Picture, PictureOptions } from './stills/picture.js';
