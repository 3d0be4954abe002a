import { BadRequest } from '../bad-request.js';
import { decodeBmp } from './bmp.js';
import { encodedKind, jpegSize, pngSize } from './headers.js';
import { checkSize, type Pixels } from './pixels.js';
import { decodeRaw, type RawLayout } from './raw.js';

/** How a picture comes: encoded, which its first bytes tell, or as raw pixels, which nothing in it tells. */
export type PictureFormat = { readonly kind: 'encoded' } | ({ readonly kind: 'raw' } & RawLayout);

/** Decoders of packages. They throw on what they cannot read. */
export interface Codecs {
  jpeg(bytes: Uint8Array): Promise<Pixels>;
  png(bytes: Uint8Array): Pixels;
}

export async function decodePicture(bytes: Uint8Array, format: PictureFormat, codecs: Codecs): Promise<Pixels> {
  if (format.kind === 'raw') return decodeRaw(bytes, format);
  const kind = encodedKind(bytes);
  if (kind === 'bmp') return decodeBmp(bytes);
  checkSize(...(kind === 'jpeg' ? jpegSize(bytes) : pngSize(bytes)));
  try {
    return await codecs[kind](bytes);
  } catch (error) {
    const why = error instanceof Error && error.message ? `: ${error.message}` : '';
    throw new BadRequest(`the ${kind.toUpperCase()} picture cannot be decoded${why}`, { cause: error });
  }
}
