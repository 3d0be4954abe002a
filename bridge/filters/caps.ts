import { trackOf } from '../lanes/track.js';
import type { RawFormat, StreamCaps, VideoCodec } from '../types.js';

/** Reads fixed caps as GStreamer prints them: `video/x-h264, width=(int)640, framerate=(fraction)25/1`. */
export const parseCaps = (text: string): StreamCaps => {
  const mediaType = (text.split(/[,;(]/, 1)[0] ?? '').trim();
  const caps: StreamCaps = { track: trackOf(mediaType), text, mediaType };
  const width = pictureSide(field(text, 'width'));
  const height = pictureSide(field(text, 'height'));
  if (width !== undefined) caps.width = width;
  if (height !== undefined) caps.height = height;
  const [numerator, denominator] = fraction(field(text, 'framerate'));
  // 0/1 is GStreamer's "variable or not known".
  if (numerator > 0 && denominator > 0) caps.frameRate = numerator / denominator;
  return caps;
};

/** The format of decoded pictures. */
export const rawFormatOf = (text: string): RawFormat | undefined => RAW_FORMATS[field(text, 'format') ?? ''];

/** GStreamer's names of formats. */
export const GST_FORMATS: Readonly<Record<RawFormat, string>> = {
  ...{ i420: 'I420', rgb: 'RGB', bgr: 'BGR', argb: 'ARGB', rgba: 'RGBA', abgr: 'ABGR', bgra: 'BGRA' },
  ...{ rgb565: 'RGB16', rgb555: 'RGB15' },
};

const RAW_FORMATS: Readonly<Record<string, RawFormat>> = Object.fromEntries(
  Object.entries(GST_FORMATS).map(([format, name]) => [name, format as RawFormat]),
);

/** Of sound; 1 where the caps do not say. */
export const channelsOf = ({ text }: StreamCaps): number => Number(field(text, 'channels')) || 1;

/** What caps of AAC say of it; undefined where they lack the AudioSpecificConfig. */
export const aacFormat = ({ text }: StreamCaps): { rate: number; channels: number; config: Buffer } | undefined => {
  const config = Buffer.from(field(text, 'codec_data') ?? '', 'hex');
  const [rate, channels] = [Number(field(text, 'rate')), Number(field(text, 'channels'))];
  return config.length > 0 && rate > 0 && channels > 0 ? { rate, channels, config } : undefined;
};

/** The codec of pictures with this media type. */
export const codecOf = (mediaType: string): VideoCodec | undefined => MEDIA_TYPES[mediaType];

const MEDIA_TYPES: Readonly<Record<string, VideoCodec>> = {
  'video/x-h264': 'h264',
  'video/x-h265': 'h265',
  'image/jpeg': 'mjpeg',
};

/**
 * The caps for a decoder. With an impossible size, which damaged headers can have, a decoder rejects the stream; without
 * one it reads the size from the bitstream.
 */
export const decoderCaps = ({ text, width, height }: StreamCaps): string =>
  width !== undefined && height !== undefined ? text : text.replaceAll(/[,;]\s*(?:width|height)=[^,;]*/g, '');

/** Width and height of a pixel, in relation to each other; equal where the stream says nothing. */
export const pixelAspectOf = (text: string): [number, number] => {
  const [numerator, denominator] = fraction(field(text, 'pixel-aspect-ratio'));
  return numerator > 0 && denominator > 0 ? [numerator, denominator] : [1, 1];
};

/** Width of a pixel divided by its height. */
export const pixelAspect = (text: string): number => {
  const [width, height] = pixelAspectOf(text);
  return width / height;
};

/** The height of a picture is at least so many pixels and at most so many times its width; damaged headers claim anything. */
const LEAST_HEIGHT = 16;
const TALLEST = 4;

/**
 * The size of pictures `width` wide with the stream's aspect ratio and square pixels; both even. An absurd aspect ratio is
 * clamped.
 */
export const scaledSize = (caps: StreamCaps, width: number): { width: number; height: number } => {
  const even = (n: number): number => Math.max(2, 2 * Math.round(n / 2));
  const target = even(width);
  if (caps.width === undefined || caps.height === undefined) {
    return { width: target, height: even((target * 9) / 16) };
  }
  const height = even((target * caps.height) / (caps.width * pixelAspect(caps.text)));
  return { width: target, height: Math.min(TALLEST * target, Math.max(LEAST_HEIGHT, height)) };
};

/** Largest width and height at any level of H.264 or H.265. */
const MOST_PIXELS = 16_888;

const field = (text: string, name: string): string | undefined =>
  new RegExp(`(?:^|[,;\\s])${name}=(?:\\([^)]*\\))?\\s*"?([^,;"\\s]+)`).exec(text)?.[1];

const pictureSide = (text: string | undefined): number | undefined => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 && value <= MOST_PIXELS ? value : undefined;
};

const fraction = (text: string | undefined): [number, number] => {
  const match = /^(\d+)\/(\d+)$/.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2])] : [0, 0];
};
