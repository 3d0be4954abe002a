import { printable } from '../../onvif/device-text.js';
import type { Inference } from '../types.js';

/** Bytes that only the reader of the event understands. */
export const opaque = (bytes: Buffer, contentType: string): Inference => ({
  type: 'other',
  other: { contentType: printable(contentType, 100), contentBytes: bytes.toString('base64') },
});
