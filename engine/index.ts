/** The API for programs that embed Sluice. docs/guide/embedding.md explains how to use it. */
export { type Config, ConfigError } from './config/index.js';
export { loadConfig } from './configuration.js';
export type { PipelineResource, TopologyResource } from './control/index.js';
export { type ErrorKind, type ErrorPlace, SluiceError } from './core/errors.js';
export { Engine, type EngineOptions } from './engine.js';
export { AvaEvent, SluiceEvent } from './events/catalogue.js';
export type { Cause } from './events/causes.js';
export type { EventData, EventType } from './events/definitions/index.js';
export type { EventHandler, SubscribeOptions, Subscription, SubscriptionEnd } from './events/subscribe.js';
export type { EngineEvent, EventFilter, EventRecord, GapRecord } from './events/types.js';
export { createLogger } from './log/logger.js';
export type { ClipFile, ClipPage, ClipQuery, ClipResource, Clips } from './recording/clips.js';
export { type Service, startService } from './service.js';
export type { CameraStats, EngineStats, PipelineStats } from './stats.js';
