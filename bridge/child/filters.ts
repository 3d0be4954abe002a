import { closeSync, lstatSync, openSync, unlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { FailureKind } from '../failure.js';
import {
  decoders,
  decodeText,
  ElementName,
  ingestText,
  muxText,
  pictureCaps,
  sizeElement,
} from '../filters/pipeline-text.js';
import type { FilterSpec } from '../hosts/protocol.js';
import { parseCameraUrl, sourceLocation } from '../rtsp/camera-url.js';
import type { EndReason, IngestSpec } from '../types.js';
import { holdsNoMedia } from './empty-clip.js';
import { OpenFileSync } from './open-file-sync.js';
import type { ReusablePipeline } from './pipeline.js';
import { TlsRelay } from './tls-relay.js';

/** What one run needs besides its pipeline. */
export interface Preparation {
  /** Launch texts, best first; the first that can be made is taken. */
  texts: readonly string[];
  configure(pipeline: ReusablePipeline): void;
  /** Before the pipeline is stopped. */
  quieten?(pipeline: ReusablePipeline): Promise<void>;
  /** After the pipeline is at rest. `clean`: it ended as it should. */
  release(pipeline: ReusablePipeline | undefined, clean: boolean): void;
}

/** A run that cannot even begin; becomes its end reason. */
export class PrepareError extends Error {
  constructor(
    readonly failure: FailureKind,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Enough for the unit that has passed the valve to reach the lane. */
const UNIT_UNDER_WAY_MS = 30;
/** An HTTP tunnel is two connections: one GET, one POST. */
const CONNECTIONS = { tcp: 1, http: 2 } as const;

export const prepare = async (
  filter: FilterSpec,
  laneFd: number,
  fail: (reason: EndReason) => void,
): Promise<Preparation> => {
  switch (filter.role) {
    case 'ingest':
      return await prepareIngest(filter.spec, laneFd, fail);
    case 'decode':
      return prepareDecode(filter, laneFd);
    case 'mux':
      return prepareMux(filter, laneFd, fail);
  }
};

const prepareIngest = async (
  spec: IngestSpec,
  laneFd: number,
  fail: (reason: EndReason) => void,
): Promise<Preparation> => {
  const url = parseCameraUrl(spec.url);
  if (url === undefined)
    throw new PrepareError('protocol', 'badUrl', 'not an rtsp:// or rtsps:// URL without credentials');
  const timeoutMs = spec.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const relay = url.secure
    ? await TlsRelay.open(url, spec.tls ?? {}, timeoutMs, CONNECTIONS[spec.transport], (failure) =>
        fail({ kind: 'error', ...failure }),
      )
    : undefined;
  return {
    texts: [ingestText(spec.video, laneFd)],
    configure: (pipeline) => {
      const source = pipeline.element(ElementName.source);
      source['location'] = sourceLocation(url, spec.transport, relay?.port);
      source['tcp-timeout'] = timeoutMs * 1000;
      source['user-id'] = spec.credentials?.username ?? '';
      source['user-pw'] = spec.credentials?.password ?? '';
      pipeline.element(ElementName.valve)['drop'] = false;
    },
    quieten: async (pipeline) => {
      pipeline.element(ElementName.valve)['drop'] = true;
      await pause(UNIT_UNDER_WAY_MS);
    },
    release: (pipeline) => {
      relay?.close();
      if (pipeline !== undefined) pipeline.element(ElementName.source)['user-pw'] = '';
    },
  };
};

const prepareDecode = (filter: Extract<FilterSpec, { role: 'decode' }>, laneFd: number): Preparation => {
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

const prepareMux = (
  filter: Extract<FilterSpec, { role: 'mux' }>,
  laneFd: number,
  fail: (reason: EndReason) => void,
): Preparation => {
  // filesink would truncate whatever is there; this never does. An empty file is the caller's reservation of the name.
  try {
    const there = lstatSync(filter.path, { throwIfNoEntry: false });
    const isReserved = there?.isFile() === true && there.size === 0;
    if (!isReserved) closeSync(openSync(filter.path, 'wx', 0o644));
  } catch (error) {
    throw new PrepareError(
      'file',
      `file.${(error as NodeJS.ErrnoException).code ?? 'ERROR'}`,
      String((error as Error).message),
    );
  }
  const sync = new OpenFileSync(filter.path, (error) =>
    fail({ kind: 'error', failure: 'file', code: 'file.sync', message: String((error as Error).message) }),
  );
  return {
    texts: [muxText(filter.codec, laneFd)],
    configure: (pipeline) => {
      pipeline.element(ElementName.muxer)['fragment-duration'] = filter.fragmentMs;
      pipeline.element(ElementName.file)['location'] = filter.path;
      sync.start();
    },
    release: (_pipeline, clean) => {
      sync.stop();
      if (!clean && holdsNoMedia(filter.path)) unlinkSync(filter.path);
    },
  };
};
