import { Type } from 'typebox';
import { AVA } from '../node-definition.js';
import { discriminated, endpointOf } from './endpoints.js';
import { nodeType } from './node-parts.js';
import { value } from './value-rule.js';

const PIXEL_FORMATS = [
  'yuv420p',
  'rgb565be',
  'rgb565le',
  'rgb555be',
  'rgb555le',
  'rgb24',
  'bgr24',
  'argb',
  'rgba',
  'abgr',
  'bgra',
] as const;

const ImageFormat = Type.Union(
  [
    Type.Object(
      {
        '@type': nodeType(`${AVA}ImageFormatRaw`),
        pixelFormat: value<(typeof PIXEL_FORMATS)[number]>(
          { kind: 'enum', values: PIXEL_FORMATS },
          'Layout of the pixels in memory.',
        ),
      },
      { title: 'ImageFormatRaw', description: 'Pixels as they are.', additionalProperties: false },
    ),
    Type.Object(
      {
        '@type': nodeType(`${AVA}ImageFormatJpeg`),
        quality: Type.Optional(value({ kind: 'int', min: 0, max: 100 }, 'From 0 (small) to 100 (good).')),
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
              '`pad`: black bars. `preserveAspectRatio`: as large as fits. `stretch`: distorted.',
            ),
          ),
          width: Type.Optional(value({ kind: 'int', min: 1, max: 16384 }, 'In pixels.')),
          height: Type.Optional(value({ kind: 'int', min: 1, max: 16384 }, 'In pixels.')),
        },
        {
          title: 'ImageScale',
          description: 'Size of the picture. Absent: as it comes.',
          additionalProperties: false,
        },
      ),
    ),
    format: Type.Optional(ImageFormat),
  },
  { title: 'ImageProperties', description: 'What the extension is sent.', additionalProperties: false },
);

export const SamplingOptions = Type.Object(
  {
    skipSamplesWithoutAnnotation: Type.Optional(
      value({ kind: 'bool' }, 'Whether only frames go out that something upstream found worth a remark.'),
    ),
    maximumSamplesPerSecond: Type.Optional(
      value({ kind: 'number', min: 0, max: 1000 }, 'Frames per second at most. A slower stream stays as it is.'),
    ),
  },
  { title: 'SamplingOptions', description: 'How often the extension is asked.', additionalProperties: false },
);

/** What all nodes that ask an inference server have. */
export const extensionProperties = {
  endpoint: endpointOf(['http', 'https']),
  image: ImageProperties,
  samplingOptions: Type.Optional(SamplingOptions),
};
