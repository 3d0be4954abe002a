/** How GStreamer lays out an I420 picture without padding of its own: rows at multiples of 4 bytes. */
export interface PictureLayout {
  width: number;
  height: number;
  strides: readonly [number, number, number];
  offsets: readonly [number, number, number];
  size: number;
}

export const pictureLayout = ({ width, height }: { width: number; height: number }): PictureLayout => {
  const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;
  const luma = roundUp(width, 4);
  const chroma = roundUp(roundUp(width, 2) / 2, 4);
  const rows = roundUp(height, 2);
  const u = luma * rows;
  const v = u + (chroma * rows) / 2;
  return { width, height, strides: [luma, chroma, chroma], offsets: [0, u, v], size: v + (chroma * rows) / 2 };
};
