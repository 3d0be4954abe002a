import { createRequire } from 'node:module';

/** The one place that loads gstreamer-superficial. It must be loaded in the main thread of a host process only. */

/** An element: its GObject properties, by their names. Numbers are passed as 32-bit floats. */
export type GstElement = Record<string, string | number | boolean | undefined>;

/** An `appsrc`. */
export interface AppSource {
  /** Copies the bytes. `pts`: ns, 8 bytes, big-endian. */
  push(bytes: Buffer, pts: Buffer): void;
  /** Bytes that the pipeline has not taken yet. */
  readonly 'current-level-bytes': number;
}

export interface BusMessage {
  type: string;
  _src_element_name?: string;
  /** Errors: the path of the element. */
  name?: string;
  message?: string;
  debug?: string;
  details?: string;
  'new-state'?: string;
}

export interface NativePipeline {
  play(): void;
  /** Synchronous: returns when every element is at rest. */
  stop(): void;
  findChild(name: string): GstElement | undefined;
  /** Holds a libuv thread until a message comes; goes on by itself until the pipeline is at NULL. */
  pollBus(callback: (message: BusMessage) => void): void;
}

interface NativeModule {
  Pipeline: new (launchText: string) => NativePipeline;
}

const native = createRequire(import.meta.url)('gstreamer-superficial') as NativeModule;

/** Throws when the text names an element that is not installed. */
export const createPipeline = (launchText: string): NativePipeline => new native.Pipeline(launchText);
