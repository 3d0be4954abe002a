import type { PictureSpec } from '../../bridge/index.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { pictureFormatOf } from '../inference/server-image.js';
import type { ImageFormat } from '../inference/types.js';
import { type EndpointDocument, resolveEndpoint } from '../topology/schema/endpoints.js';
import type { ImageDocument, SamplingDocument } from '../topology/schema/extension-parts.js';

/** Which pictures a server gets, and how. */
export interface ExtensionSettings {
  endpoint: ResolvedEndpoint;
  /** As the decoder makes them. */
  picture: PictureSpec;
  format: ImageFormat;
  /** 0: no limit. */
  maximumSamplesPerSecond: number;
  /** Only pictures in which a node in front has found something. */
  skipSamplesWithoutAnnotation: boolean;
}

export interface ExtensionDocument {
  endpoint: EndpointDocument;
  image?: ImageDocument;
  samplingOptions?: SamplingDocument;
}

/** AVA says nothing of it. Detectors lose nothing at this quality, and the files are a third of those at 95. */
const DEFAULT_QUALITY = 85;

const FITS = { pad: 'pad', preserveAspectRatio: 'inside', stretch: 'stretch' } as const;

export const extensionSettings = ({ endpoint, image, samplingOptions }: ExtensionDocument): ExtensionSettings => {
  const { mode = 'pad', width, height } = image?.scale ?? {};
  const format = formatOf(image?.format);
  return {
    endpoint: resolveEndpoint(endpoint),
    picture: {
      fit: FITS[mode],
      ...(width === undefined ? {} : { width: Number(width) }),
      ...(height === undefined ? {} : { height: Number(height) }),
      format: pictureFormatOf(format),
      ...(format.kind === 'jpeg' ? { quality: format.quality } : {}),
    },
    format,
    maximumSamplesPerSecond: Number(samplingOptions?.maximumSamplesPerSecond ?? 0),
    skipSamplesWithoutAnnotation: samplingOptions?.skipSamplesWithoutAnnotation === 'true',
  };
};

const formatOf = (format: ImageDocument['format']): ImageFormat => {
  switch (format?.['@type']) {
    case '#Microsoft.VideoAnalyzer.ImageFormatRaw':
      return { kind: 'raw', pixelFormat: format.pixelFormat };
    case '#Microsoft.VideoAnalyzer.ImageFormatBmp':
      return { kind: 'bmp' };
    case '#Microsoft.VideoAnalyzer.ImageFormatPng':
      return { kind: 'png' };
    default:
      return { kind: 'jpeg', quality: Number(format?.quality ?? DEFAULT_QUALITY) };
  }
};
