import { readFileSync } from 'node:fs';
import { loadPackage, packageFile } from '../packages.js';
import type { Codecs } from '../pictures/decode.js';
import type { Pixels } from '../pictures/pixels.js';

interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** What is used of @jsquash/jpeg. */
interface JpegDecoder {
  init(module: WebAssembly.Module, options: { printErr(line: string): void }): Promise<void>;
  default(bytes: Uint8Array): Promise<DecodedImage>;
}
/** What is used of pngjs. */
interface PngPackage {
  PNG: { sync: { read(bytes: Buffer): { width: number; height: number; data: Buffer } } };
}

const compile = (path: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(packageFile(`@jsquash/jpeg/codec/${path}`)));

/** The class of browsers that the JPEG decoder puts its pictures into. */
class ImageData implements DecodedImage {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}

const rgba = ({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8ClampedArray | Buffer;
}): Pixels => ({
  width,
  height,
  bytesPerPixel: 4,
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

export async function loadCodecs(): Promise<Codecs> {
  const jpeg = await loadPackage<JpegDecoder>('@jsquash/jpeg/decode.js');
  const { PNG } = await loadPackage<PngPackage>('pngjs');
  (globalThis as { ImageData?: unknown }).ImageData ??= ImageData;
  // What the decoder would print is the reason why it gives up.
  let complaint = '';
  const printErr = (line: string): void => {
    complaint = line.trim();
  };
  await jpeg.init(compile('dec/mozjpeg_dec.wasm'), { printErr });
  return {
    jpeg: async (bytes) => {
      complaint = '';
      const image = await jpeg.default(bytes).catch((error: unknown) => {
        throw new Error(complaint, { cause: error });
      });
      // The decoder fills what is missing with grey, and nothing would be found there.
      if (complaint.startsWith('Premature end')) throw new Error(complaint);
      return rgba(image);
    },
    png: (bytes) => rgba(PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
  };
}
