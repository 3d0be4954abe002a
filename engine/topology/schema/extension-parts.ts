import { type Static, Type } from 'typebox';
import { PIXEL_FORMATS, type PixelFormat } from '../../core/pixel-formats.js';
import { AVA } from '../node-definition.js';
import { discriminated, endpointOf } from './endpoints.js';
import { nodeType } from './node-parts.js';
import { value } from './value-rule.js';

const ImageFormat = Type.Union(
  [
    Type.Object(
      {
        '@type': nodeType(`${AVA}ImageFormatRaw`),
        pixelFormat: value<PixelFormat>({ kind: 'enum', values: PIXEL_FORMATS }, 'Layout of the pixels in memory.'),
      },
      { title: 'ImageFormatRaw', description: 'Uncompressed pixels.', additionalProperties: false },
    ),
    Type.Object(
      {
        '@type': nodeType(`${AVA}ImageFormatJpeg`),
        quality: Type.Optional(
          value({ kind: 'int', min: 0, max: 100 }, 'From 0 (smallest file) to 100 (best picture).'),
        ),
      },
      { title: 'ImageFormatJpeg', description: 'JPEG.', additionalProperties: false },
    ),
    Type.Object(
      { '@type': nodeType(`${AVA}ImageFormatBmp`) },
      { title: 'ImageFormatBmp', description: 'BMP.', additionalProperties: false },
    ),
    Type.Object(
      { '@type': nodeType(`${AVA}ImageFormatPng`) },
      { title: 'ImageFormatPng', description: 'PNG.', additionalProperties: false },
    ),
  ],
  { ...discriminated, description: 'How the picture is encoded.' },
);

export const ImageProperties = Type.Object(
  {
    scale: Type.Optional(
      Type.Object(
        {
          mode: Type.Optional(
            value<'pad' | 'preserveAspectRatio' | 'stretch'>(
              { kind: 'enum', values: ['preserveAspectRatio', 'pad', 'stretch'], default: 'pad' },
              '`pad`: scaled to fit, with black bars. `preserveAspectRatio`: scaled to fit, without bars. `stretch`: distorted.',
            ),
          ),
          width: Type.Optional(value({ kind: 'int', min: 1, max: 16384 }, 'In pixels.')),
          height: Type.Optional(value({ kind: 'int', min: 1, max: 16384 }, 'In pixels.')),
        },
        {
          title: 'ImageScale',
          description: 'Size of the picture. Absent: the size in the stream.',
          additionalProperties: false,
        },
      ),
    ),
    format: Type.Optional(ImageFormat),
  },
  {
    title: 'ImageProperties',
    description: 'How pictures are scaled and encoded for the extension.',
    additionalProperties: false,
  },
);

export const SamplingOptions = Type.Object(
  {
    skipSamplesWithoutAnnotation: Type.Optional(
      value({ kind: 'bool' }, 'Whether only frames are sent in which a node before this one has found something.'),
    ),
    maximumSamplesPerSecond: Type.Optional(
      value({ kind: 'number', min: 0, max: 1000 }, 'Maximum number of frames per second that are sent.'),
    ),
  },
  {
    title: 'SamplingOptions',
    description: 'Which frames are sent to the extension, and how often.',
    additionalProperties: false,
  },
);

export type ImageDocument = Static<typeof ImageProperties>;
export type SamplingDocument = Static<typeof SamplingOptions>;

/** Properties of all nodes that send pictures to an inference server. */
export const extensionProperties = {
  endpoint: endpointOf(['http', 'https']),
  image: ImageProperties,
  samplingOptions: Type.Optional(SamplingOptions),
};
