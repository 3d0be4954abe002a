import type { UtcMicros } from '../core/time.js';

/** How the connection to a camera is. */
export type ConnectionState = 'waiting' | 'describing' | 'connecting' | 'streaming' | 'closed';

/** Why a camera is away. */
export interface CameraTrouble {
  code: string;
  /** One sentence without credentials. */
  message: string;
  /** Since when it has been away. */
  since: UtcMicros;
}
