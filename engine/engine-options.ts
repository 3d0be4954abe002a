import type { Config, Settings } from './config/index.js';
import type { OnError } from './core/callback-faults.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import type { AnyNodeDefinition } from './topology/node-definition.js';

// biome-ignore lint/suspicious/noExplicitAny: what it is called with is known inside the engine
type RunningPart = new (...given: any[]) => { start(): void | Promise<void>; stop(): Promise<void> };

/** A node type that a program brings along. CONTRIBUTING.md explains how to write one. */
export interface BroughtNodeType extends AnyNodeDefinition {
  /** Called with the settings, the node's context and its links. */
  readonly run: RunningPart;
}

export interface EngineOptions {
  /** Folder for everything that the engine stores. Created if it is missing; one engine at a time can use it. */
  dataDir: string;
  /** Settings by dotted name, as in docs/ref/configuration.md: `{ decodePolicy: 'keyframes' }`. */
  settings?: Settings | undefined;
  /** A complete configuration from `loadConfig`, in place of `settings`. `dataDir` above takes precedence. */
  config?: Config | undefined;
  /** Logger of the engine. Default: a silent one. */
  log?: Logger | undefined;
  /** Logger for messages of GStreamer and its processes. Default: `log`. */
  mediaPipelineLog?: Logger | undefined;
  /**
   * Is told of what other functions of the program throw or reject with: handlers of events, loggers, viewers. None of them
   * reaches the process as an uncaught exception or an unhandled rejection.
   */
  onError?: OnError | undefined;
  /** Whether live pipelines that were active when the engine last stopped run again. Default true. */
  resume?: boolean | undefined;
  /** The ids of new clips are numbers above this one: for several engines whose clips are listed together. Default 0. */
  clipIdsAfter?: number | undefined;
  /** For tests. Default: the system's. */
  clock?: Clock | undefined;
  /** Node types that topologies may use besides the engine's own. */
  nodeTypes?: readonly BroughtNodeType[] | undefined;
}
