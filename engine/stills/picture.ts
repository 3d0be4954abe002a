/** A picture for people. */
export interface Picture {
  jpeg: Buffer;
  width: number;
  height: number;
  /** When it was taken: ISO 8601 in UTC. */
  time: string;
  /** The same for the same picture in the same size. */
  version: string;
}

export interface PictureOptions {
  /** In pixels, at most that of the camera, which it is without it. The height follows. */
  width?: number | undefined;
}
