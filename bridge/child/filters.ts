import { lstatSync } from 'node:fs';
import {
  decoders,
  decodeText,
  ElementName,
  HALFWAY,
  halfwayCaps,
  muxText,
  pictureCaps,
  sizeElement,
  stillDecoders,
  stillText,
} from '../filters/pipeline-text.js';
import type { FilterSpec, StillShape } from '../hosts/protocol.js';
import type { EndReason, IngestSpec } from '../types.js';
import { CameraIngest, type IngestContext } from './camera-ingest.js';
import { CatchUp } from './catch-up.js';
import { OpenFileSync } from './open-file-sync.js';
import type { ReusablePipeline } from './pipeline.js';
import { RunError } from './run-error.js';

/** What one run needs besides its pipeline. */
export interface Preparation {
  /** Launch texts, best first; the first that can be made is taken. */
  texts: readonly string[];
  configure(pipeline: ReusablePipeline): void;
  /** The engine says that the run has caught up, and what had been written by then. */
  settle?(pipeline: ReusablePipeline, bytes: number): void;
  /** A run that makes stills gets another shape. */
  shape?(pipeline: ReusablePipeline, shape: StillShape): void;
  /** After the pipeline has been started. */
  begin?(pipeline: ReusablePipeline): void;
  /** Before the pipeline is stopped, or if it was never started. */
  end?(): void;
  /** After the pipeline is at rest. */
  release(): void;
}

/** So short that each unit is a fragment. */
const FIRST_FRAGMENTS_MS = 1;

/** What a run asks of the process around it. */
export interface RunContext extends IngestContext {
  fail(reason: EndReason): void;
}

export const prepare = async (
  filter: FilterSpec,
  laneFds: readonly number[],
  context: RunContext,
): Promise<Preparation> => {
  const [seen = 0] = laneFds;
  switch (filter.role) {
    case 'ingest':
      return await prepareIngest(filter.spec, seen, context);
    case 'decode':
      return 'still' in filter ? prepareStill(filter, seen, context) : prepareDecode(filter, seen);
    case 'mux':
      return prepareMux(filter, laneFds, context);
  }
};

const prepareIngest = async (spec: IngestSpec, laneFd: number, context: RunContext): Promise<Preparation> => {
  const ingest = await CameraIngest.open(spec, context);
  return {
    texts: [ingest.text(laneFd)],
    configure: (pipeline) => ingest.configure(pipeline),
    begin: (pipeline) => ingest.begin(pipeline),
    end: () => ingest.end(),
    release: () => {},
  };
};

const prepareDecode = (filter: Extract<FilterSpec, { pictures: unknown }>, laneFd: number): Preparation => {
  const shrunk = filter.pictures.map((picture) => picture.shrunk);
  const caps = filter.pictures.map(({ width, height, format }) => pictureCaps(width, height, format));
  return {
    texts: decoders[filter.codec].map((decoder) => decodeText(decoder, laneFd, shrunk)),
    configure: (pipeline) => {
      for (const [index, each] of caps.entries()) pipeline.element(sizeElement(index))['caps'] = each;
    },
    release: () => {},
  };
};

const prepareStill = (
  { codec, still }: Extract<FilterSpec, { still: unknown }>,
  laneFd: number,
  { tell }: RunContext,
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

const prepareMux = (
  filter: Extract<FilterSpec, { role: 'mux' }>,
  [seen = 0, heard = 0]: readonly number[],
  { fail }: RunContext,
): Preparation => {
  // filesink would truncate whatever is there; this never does. An empty file is what this host was lent.
  try {
    const there = lstatSync(filter.path);
    if (!there.isFile() || there.size > 0) throw new Error(`${filter.path} is no empty file`);
  } catch (error) {
    const { code = 'ERROR', message } = error as NodeJS.ErrnoException;
    throw new RunError({ failure: 'file', code: `file.${code}`, message });
  }
  const catchUp = new CatchUp(filter.path);
  const sync = new OpenFileSync(filter.path, (error) =>
    fail({ kind: 'error', failure: 'file', code: 'file.sync', message: String((error as Error).message) }),
  );
  return {
    texts: [muxText(filter.format, seen, heard)],
    configure: (pipeline) => {
      pipeline.element(ElementName.muxer)['fragment-duration'] = FIRST_FRAGMENTS_MS;
      pipeline.element(ElementName.file)['location'] = filter.path;
      sync.start();
    },
    settle: (pipeline, bytes) =>
      catchUp.wait(bytes, () => {
        pipeline.element(ElementName.muxer)['fragment-duration'] = filter.fragmentMs;
      }),
    release: () => {
      catchUp.stop();
      sync.stop();
    },
  };
};
