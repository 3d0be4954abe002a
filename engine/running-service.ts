import type { Config } from './config/index.js';

export interface Service {
  /** The URLs that it listens on. */
  readonly urls: readonly string[];
  /** Applies the settings that can change while it runs. */
  reconfigure(config: Config): void;
  close(): Promise<void>;
}
