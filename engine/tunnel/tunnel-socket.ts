/** The connection of a viewer. */
export interface TunnelSocket {
  send(message: Buffer): void;
  /** Bytes that have been sent and have not left yet. */
  readonly bufferedAmount: number;
  close(code: number, reason: string): void;
}

/** Codes with which a connection ends. AVA's player takes 1000 for the end and asks again after the others. */
export const CloseCode = {
  ended: 1000,
  malformed: 1002,
  /** The camera's stream has changed: it must be described anew. */
  changed: 1012,
  /** Nothing came from the viewer for too long. */
  silent: 4408,
} as const;
