import type { Config } from './config/index.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import type { AnyNodeType } from './nodes/node-type.js';

export interface EngineOptions {
  /** Folder for everything that the engine stores. Created if it is missing; one engine at a time can use it. */
  dataDir: string;
  /** Settings by dotted name, as in docs/ref/configuration.md: `{ 'decodePolicy': 'keyframes' }`. */
  settings?: Readonly<Record<string, string>>;
  /** A complete configuration from `loadConfig`, in place of `settings`. `dataDir` above takes precedence. */
  config?: Config;
  /** Logger of the engine. Default: a silent one. */
  log?: Logger;
  /** Logger for messages of GStreamer and its processes. Default: `log`. */
  mediaPipelineLog?: Logger;
  /** Whether live pipelines that were active when the engine last stopped run again. Default true. */
  resume?: boolean;
  clock?: Clock;
  /** Node types that topologies may use besides the engine's own. CONTRIBUTING.md explains how to write one. */
  nodeTypes?: readonly AnyNodeType[];
}
