import { pixelAspectOf } from '../../bridge/filters/caps.js';
import type { NalCodec, StreamCaps } from '../../bridge/types.js';
import { box, fullBox, u16, u32 } from './box-writer.js';

/** 72 dots per inch, as 16.16. */
const DPI = 0x48_0000;
/** `objectTypeIndication` and `streamType` of AAC (ISO/IEC 14496-1). */
const [AAC, AUDIO_STREAM] = [0x40, 0x15];

/** How a track's samples are to be decoded: `avc1` or `hvc1`. @param configuration the content of `avcC` or `hvcC` */
export const videoEntry = (codec: NalCodec, caps: StreamCaps, configuration: Buffer): Buffer =>
  codec === 'h264'
    ? pictures('avc1', caps, box('avcC', configuration))
    : pictures('hvc1', caps, box('hvcC', configuration));

/** `jpeg`, as QuickTime calls pictures that are JPEGs each. */
export const jpegEntry = (caps: StreamCaps): Buffer => pictures('jpeg', caps);

const pictures = (type: string, { text, width = 0, height = 0 }: StreamCaps, ...setup: readonly Buffer[]): Buffer => {
  const [across, down] = pixelAspectOf(text);
  return box(
    type,
    ...[u32(0), u16(0, 1), u32(0, 0, 0, 0), u16(width, height), u32(DPI, DPI, 0), u16(1)],
    ...[Buffer.alloc(32), u16(24, 0xffff), ...setup],
    ...(across === down ? [] : [box('pasp', u32(across, down))]),
  );
};

/** The size at which pictures are to be shown: their pixels need not be square. */
export const shownSize = ({ text, width = 0, height = 0 }: StreamCaps): { width: number; height: number } => {
  const [across, down] = pixelAspectOf(text);
  return { width: Math.min(0xffff, Math.round((width * across) / down)), height };
};

/** `mp4a`. @param configuration an AudioSpecificConfig */
export const aacEntry = ({ rate, channels }: { rate: number; channels: number }, configuration: Buffer): Buffer => {
  const decoder = descriptor(
    0x04,
    Buffer.from([AAC, AUDIO_STREAM, 0, 0, 0]),
    u32(0, 0),
    descriptor(0x05, configuration),
  );
  const stream = descriptor(0x03, u16(0), Buffer.from([0]), decoder, descriptor(0x06, Buffer.from([2])));
  return box(
    'mp4a',
    ...[u32(0), u16(0, 1), u32(0, 0), u16(channels, 16), u32(0)],
    // Higher rates have no room there; the configuration says them.
    ...[u16(rate <= 0xffff ? rate : 0, 0), fullBox('esds', 0, 0, stream)],
  );
};

const descriptor = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(content);
  const length = [bytes.length >> 14, bytes.length >> 7, bytes.length].map((part, index) =>
    index < 2 ? (part & 0x7f) | 0x80 : part & 0x7f,
  );
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
};
