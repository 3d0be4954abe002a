import {
  decoders,
  decodeText,
  ElementName,
  encoderElement,
  encodeText,
  HALFWAY,
  halfwayCaps,
  hardwareDecoders,
  pictureCaps,
  sizeElement,
  stillDecoders,
  stillText,
} from '../filters/pipeline-text.js';
import type { HardwareKind } from '../hardware.js';
import type { FilterSpec, StillShape } from '../hosts/protocol.js';
import type { IngestSpec, VideoCodec } from '../types.js';
import { CameraIngest, type IngestContext } from './camera-ingest.js';
import type { ReusablePipeline } from './pipeline.js';

/** What one run needs besides its pipeline. */
export interface Preparation {
  /** Launch texts, best first; the first that can be made is taken. */
  texts: readonly string[];
  configure(pipeline: ReusablePipeline): void;
  /** A run that makes stills gets another shape. */
  shape?(pipeline: ReusablePipeline, shape: StillShape): void;
  /** After the pipeline has been started. */
  begin?(pipeline: ReusablePipeline): void;
  /** Whether what the camera sends may wait for a tenth of a second. */
  readInRounds?(yes: boolean): void;
  /** Before the pipeline is stopped, or if it was never started. */
  end?(): void;
  /** After the pipeline is at rest. */
  release(): void;
}

export const prepare = async (
  filter: FilterSpec,
  laneFds: readonly number[],
  context: IngestContext,
): Promise<Preparation> => {
  const [seen = 0] = laneFds;
  switch (filter.role) {
    case 'ingest':
      return await prepareIngest(filter.spec, seen, context);
    case 'decode':
      if ('encode' in filter) return { ...PLAIN, texts: [encodeText(filter.encode, seen)] };
      return 'still' in filter ? prepareStill(filter, seen, context) : prepareDecode(filter, seen);
  }
};

/** Nothing but its pipeline. */
const PLAIN = { configure: () => {}, release: () => {} };

const prepareIngest = async (spec: IngestSpec, laneFd: number, context: IngestContext): Promise<Preparation> => {
  const ingest = await CameraIngest.open(spec, context);
  return {
    texts: [ingest.text(laneFd)],
    configure: (pipeline) => ingest.configure(pipeline),
    begin: (pipeline) => ingest.begin(pipeline),
    readInRounds: (yes) => ingest.readInRounds(yes),
    end: () => ingest.end(),
    release: () => {},
  };
};

const prepareDecode = (filter: Extract<FilterSpec, { pictures: unknown }>, laneFd: number): Preparation => {
  const { codec, hardware, pictures } = filter;
  const caps = pictures.map(({ width, height, format }) => pictureCaps(width, height, format));
  return {
    texts: decodersOf(codec, hardware).map((decoder) => decodeText(decoder, laneFd, pictures)),
    configure: (pipeline) => {
      for (const [index, each] of caps.entries()) pipeline.element(sizeElement(index))['caps'] = each;
      for (const [index, { format, quality }] of pictures.entries()) {
        if (format === 'jpeg') pipeline.element(encoderElement(index))['quality'] = quality;
      }
    },
    release: () => {},
  };
};

/** No software where hardware is asked for: whoever asks has to know what decodes. */
const decodersOf = (codec: VideoCodec, hardware: HardwareKind | undefined): readonly string[] => {
  if (hardware === undefined) return decoders[codec];
  return codec === 'mjpeg' ? [] : hardwareDecoders[codec][hardware];
};

const prepareStill = (
  { codec, still }: Extract<FilterSpec, { still: unknown }>,
  laneFd: number,
  { tell }: IngestContext,
): Preparation => {
  const shape = (pipeline: ReusablePipeline, { width, height, quality, halfway }: StillShape): void => {
    pipeline.element(HALFWAY)['caps'] = halfwayCaps(halfway.width, halfway.height);
    pipeline.element(sizeElement(0))['caps'] = pictureCaps(width, height, 'i420');
    pipeline.element(ElementName.encoder)['quality'] = quality;
  };
  return {
    texts: stillDecoders[codec].map((decoder) => stillText(decoder, laneFd)),
    configure: (pipeline) => shape(pipeline, still),
    begin: () => tell({ kind: 'shaped' }),
    shape: (pipeline, wanted) => {
      shape(pipeline, wanted);
      tell({ kind: 'shaped' });
    },
    release: () => {},
  };
};
