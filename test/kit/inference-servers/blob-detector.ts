/** Grey levels of a picture, row by row from the top. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** By how much a pixel of something differs from the scene without it. */
const DIFFERENT = 28;
const LEAST_PIXELS = 60;

/**
 * Finds what is in a picture and was not in the first: good enough for one figure in a still scene, and a real detector in
 * that its boxes are where the picture has something.
 */
export class BlobDetector {
  #background: GreyPicture | undefined;

  find({ width, height, grey }: GreyPicture): { l: number; t: number; w: number; h: number } | undefined {
    const background = this.#background;
    if (background?.grey.length !== grey.length) {
      this.#background = { width, height, grey: Uint8Array.from(grey) };
      return undefined;
    }
    let [left, right, top, bottom, pixels] = [width, -1, height, -1, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (Math.abs(grey[y * width + x]! - background.grey[y * width + x]!) < DIFFERENT) continue;
        pixels += 1;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      }
    }
    if (pixels < LEAST_PIXELS) return undefined;
    return {
      l: left / width,
      t: top / height,
      w: (right + 1 - left) / width,
      h: (bottom + 1 - top) / height,
    };
  }
}

/** Green of pixels of three bytes. */
export const greenOf = (
  pixels: Uint8Array,
  width: number,
  height: number,
  stride: number,
  upsideDown = false,
): GreyPicture => {
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = (upsideDown ? height - 1 - y : y) * stride;
    for (let x = 0; x < width; x++) grey[y * width + x] = pixels[row + 3 * x + 1]!;
  }
  return { width, height, grey };
};

/** A BMP of 24 bits, as cameras' pictures come. */
export const readBmp = (file: Buffer): GreyPicture => {
  const [start, width, height] = [file.readUInt32LE(10), file.readInt32LE(18), file.readInt32LE(22)];
  const stride = Math.ceil((3 * width) / 4) * 4;
  return greenOf(file.subarray(start), width, Math.abs(height), stride, height > 0);
};

/** AVA's inference about a person. */
export const personAt = (box: { l: number; t: number; w: number; h: number }, confidence = 0.9) => ({
  type: 'entity',
  subtype: 'objectDetection',
  entity: { tag: { value: 'person', confidence }, box },
});
