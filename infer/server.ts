/** A raw 4K picture of four bytes a pixel, and a little more. */
export const MAXIMUM_PICTURE_BYTES = 40 * 1024 * 1024;

export interface RunningServer {
  /** With the port that it has got. */
  readonly address: string;
  close(): Promise<void>;
}
