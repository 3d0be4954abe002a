import type { PixelFormat } from '../../core/pixel-formats.js';
import type { ImageFormat, ServerImage } from '../types.js';
import type { WireDescriptor } from './contract.js';

/** AVA's media time has 90000 units a second. */
const TIMESCALE = 90_000;

const ENCODINGS: Readonly<Record<ImageFormat['kind'], number>> = { bmp: 0, jpeg: 1, png: 2, raw: 3 };

const NO_PIXEL_FORMAT = 0;
export const PIXEL_FORMATS: Readonly<Record<PixelFormat, number>> = {
  yuv420p: 20,
  rgb565be: 40,
  rgb565le: 41,
  rgb555be: 42,
  rgb555le: 43,
  rgb24: 60,
  bgr24: 61,
  argb: 80,
  rgba: 81,
  abgr: 82,
  bgra: 83,
};

/** Who asks, as the server is told. */
export interface StreamIdentity {
  readonly pipeline: string;
  readonly node: string;
}

export interface StreamDescription {
  readonly identity: StreamIdentity;
  readonly extensionConfiguration?: string;
  readonly sharedMemory?: { readonly handle: string; readonly size: number };
}

/** What a stream begins with. */
export const describeStream = (description: StreamDescription, image: ServerImage): WireDescriptor => ({
  graphIdentifier: {
    graphInstanceName: description.identity.pipeline,
    graphNodeName: description.identity.node,
  },
  ...(description.extensionConfiguration ? { extensionConfiguration: description.extensionConfiguration } : {}),
  mediaDescriptor: {
    timescale: TIMESCALE,
    videoFrameSampleFormat: {
      encoding: ENCODINGS[image.format.kind],
      pixelFormat: image.format.kind === 'raw' ? PIXEL_FORMATS[image.format.pixelFormat] : NO_PIXEL_FORMAT,
      dimensions: { width: image.width, height: image.height },
      ...(image.format.kind === 'raw' && image.strideBytes !== undefined ? { strideBytes: image.strideBytes } : {}),
    },
  },
  ...(description.sharedMemory
    ? {
        sharedMemoryBufferTransferProperties: {
          handleName: description.sharedMemory.handle,
          lengthBytes: description.sharedMemory.size,
        },
      }
    : {}),
});

/** The same for pictures that one stream can carry. */
export const shapeOf = ({ format, width, height, strideBytes = 0 }: ServerImage): string =>
  [format.kind, format.kind === 'raw' ? format.pixelFormat : '', width, height, strideBytes].join(' ');
