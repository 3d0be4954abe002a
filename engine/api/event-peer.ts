import type { Socket } from 'node:net';
import type { Micros } from '../core/time.js';
import type { EventForm } from './event-forms.js';

/** A connection that events are written to, and what is known of whoever reads it. */
export interface EventPeer {
  readonly kind: 'socket' | 'stream';
  readonly form: EventForm;
  /** It may be written to. */
  readonly open: boolean;
  /** More than is allowed waits in this process. */
  readonly full: boolean;
  /** Bytes that are best written at once. */
  readonly pieceBytes: number;
  /** The connection under it, whatever is in between. */
  readonly connection: Partial<Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>>;
  /** Called once, before anything is written. @param cursor the position at which it begins */
  begin(cursor: number): void;
  write(bytes: Buffer): void;
  onceDrained(listener: () => void): void;
  onceClosed(listener: () => void): void;
  /** How long the peer has taken nothing although there is something to take. To be called about once a second. */
  stuckFor(): Micros;
  /** Bytes that the system has sent, or would send, and that the peer's system has not acknowledged. */
  queueIs(bytes: number): void;
  /** Asks for, or gives, a sign of life. Ends the connection if the last one that was asked for has not come. */
  beat(cursor: number): void;
  /** Says why nothing more will come, behind all that was written. */
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  terminate(): void;
}
