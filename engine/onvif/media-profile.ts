import { defined } from './defined.js';
import { attributeOf, child, flagOf, numberOf, textOf, type XmlElement } from './xml-tree.js';

/** As AVA's onvifDeviceGet gives it. What a device does not tell is left out. */
export interface OnvifMediaProfile {
  name?: string;
  mediaUri?: { uri: string };
  videoEncoderConfiguration?: {
    encoding: 'jpeg' | 'h264' | 'mpeg4';
    quality?: number;
    resolution?: { width: number; height: number };
    rateControl?: {
      bitRateLimit?: number;
      encodingInterval?: number;
      frameRateLimit?: number;
      guaranteedFrameRate?: boolean;
    };
    h264?: { govLength?: number; profile?: string };
    mpeg4?: { govLength?: number; profile?: string };
  };
}

type Encoder = NonNullable<OnvifMediaProfile['videoEncoderConfiguration']>;

const ENCODINGS: ReadonlyMap<string, Encoder['encoding']> = new Map([
  ['JPEG', 'jpeg'],
  ['H264', 'h264'],
  ['MPEG4', 'mpeg4'],
]);

/** A profile of ONVIF Media 1 or 2, without its address. Undefined for what AVA could not take: H.265, metadata. */
export const profileIn = (profile: XmlElement): OnvifMediaProfile | undefined => {
  const encoder = child(profile, 'VideoEncoderConfiguration') ?? child(profile, 'Configurations', 'VideoEncoder');
  const encoding = ENCODINGS.get(textOf(child(encoder, 'Encoding'))?.toUpperCase() ?? '');
  if (!encoder || !encoding) return undefined;
  return {
    ...defined({ name: textOf(child(profile, 'Name')) }),
    videoEncoderConfiguration: {
      encoding,
      ...defined({
        quality: numberIn(encoder, 'Quality'),
        resolution: resolutionIn(encoder),
        rateControl: rateControlIn(encoder),
      }),
      ...(encoding === 'jpeg' ? {} : defined({ [encoding]: codecIn(encoder, encoding) })),
    },
  };
};

const resolutionIn = (encoder: XmlElement): Encoder['resolution'] => {
  const [width, height] = [numberIn(encoder, 'Resolution', 'Width'), numberIn(encoder, 'Resolution', 'Height')];
  return width === undefined || height === undefined ? undefined : { width, height };
};

const rateControlIn = (encoder: XmlElement): Encoder['rateControl'] => {
  const rate = child(encoder, 'RateControl');
  if (!rate) return undefined;
  return defined({
    bitRateLimit: numberIn(rate, 'BitrateLimit'),
    encodingInterval: numberIn(rate, 'EncodingInterval'),
    frameRateLimit: numberIn(rate, 'FrameRateLimit'),
    guaranteedFrameRate: flagOf(attributeOf(encoder, 'GuaranteedFrameRate')),
  });
};

/** Media 2 has as attributes what Media 1 has as elements. */
const codecIn = (encoder: XmlElement, encoding: 'h264' | 'mpeg4'): Encoder['h264'] => {
  const own = child(encoder, encoding.toUpperCase());
  const profile = textOf(child(own, encoding === 'h264' ? 'H264Profile' : 'Mpeg4Profile'));
  const codec = defined({
    govLength: numberIn(own, 'GovLength') ?? numberOf(attributeOf(encoder, 'GovLength')),
    profile: (profile ?? attributeOf(encoder, 'Profile'))?.toLowerCase(),
  });
  return Object.keys(codec).length === 0 ? undefined : codec;
};

const numberIn = (element: XmlElement | undefined, ...path: string[]): number | undefined =>
  numberOf(textOf(child(element, ...path)));
