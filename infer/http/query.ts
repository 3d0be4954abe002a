import { PIXEL_FORMATS, type PixelFormat } from '../../engine/core/pixel-formats.js';
import { BadRequest } from '../bad-request.js';
import type { Wanted } from '../detector/found.js';
import { parseObjects } from '../detector/objects.js';
import type { PictureFormat } from '../pictures/decode.js';

export type Query = Readonly<Record<string, string | string[] | undefined>>;

/** The last one, if somebody gives a name twice. */
const textOf = (query: Query, name: string): string | undefined => {
  const value = query[name];
  return Array.isArray(value) ? value.at(-1) : value;
};

/** The server's own choice, narrowed by the request: `?object=person,car&confidence=0.5`. */
export const wantedBy = (query: Query, server: Wanted): Wanted => {
  const confidence = textOf(query, 'confidence');
  const minimumConfidence = confidence ? Number(confidence) : server.minimumConfidence;
  if (!(minimumConfidence >= 0 && minimumConfidence <= 1)) {
    throw new BadRequest('confidence must be a number from 0 to 1');
  }
  const list = [query['object'] ?? []].flat().join(',');
  const { objects: asked, unknown } = parseObjects(list);
  if (unknown.length > 0) throw new BadRequest(`the model knows no ${unknown.join(', ')}`);
  if (asked.size === 0) return { ...server, minimumConfidence };
  const objects = new Set([...asked].filter((object) => server.objects?.has(object) ?? true));
  return { minimumConfidence, objects };
};

const isPixelFormat = (text: string): text is PixelFormat => (PIXEL_FORMATS as readonly string[]).includes(text);

/** Nothing in raw pixels tells what they are, so the query must: `?pixelFormat=rgb24&width=640&height=360`. */
export const formatOf = (contentType: string | undefined, query: Query): PictureFormat => {
  if (!/^image\/x-raw\b/i.test(contentType ?? '')) return { kind: 'encoded' };
  const [width, height] = [Number(textOf(query, 'width')), Number(textOf(query, 'height'))];
  const pixelFormat = textOf(query, 'pixelFormat') ?? '';
  if (!Number.isInteger(width) || !Number.isInteger(height) || !isPixelFormat(pixelFormat)) {
    throw new BadRequest('raw pixels need the parameters pixelFormat, width and height in the URL');
  }
  return { kind: 'raw', pixelFormat, width, height };
};
