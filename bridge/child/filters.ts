import { lstatSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  decoders,
  decodeText,
  ElementName,
  ingestText,
  muxText,
  pictureCaps,
  sizeElement,
} from '../filters/pipeline-text.js';
import { CAMERA_TIMEOUT_MS, type FilterSpec } from '../hosts/protocol.js';
import { parseCameraUrl, sourceLocation } from '../rtsp/camera-url.js';
import type { EndReason, IngestSpec } from '../types.js';
import { CameraRelay } from './camera-relay.js';
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
  /** Before the pipeline is stopped. */
  quieten?(pipeline: ReusablePipeline): Promise<void>;
  /** After the pipeline is at rest. */
  release(pipeline: ReusablePipeline | undefined): void;
}

/** Enough for the unit that has passed the valve to reach the lane, where threads get to run at once. */
const UNIT_UNDER_WAY_MS = 30;
/** A timer that is later than this shows that they do not. */
const LATE_MS = 5;
const ON_TIME = 2;
const MOST_WAITS = 12;
/** So short that each unit is a fragment. */
const FIRST_FRAGMENTS_MS = 1;

/** What a run asks of the process around it. */
export interface RunContext {
  /** A new connection to the run's camera. Rejects with a RunError. */
  connect(): Promise<Socket>;
  fail(reason: EndReason): void;
}

export const prepare = async (filter: FilterSpec, laneFd: number, context: RunContext): Promise<Preparation> => {
  switch (filter.role) {
    case 'ingest':
      return await prepareIngest(filter.spec, laneFd, context);
    case 'decode':
      return prepareDecode(filter, laneFd);
    case 'mux':
      return prepareMux(filter, laneFd, context);
  }
};

const prepareIngest = async (spec: IngestSpec, laneFd: number, context: RunContext): Promise<Preparation> => {
  const camera = parseCameraUrl(spec.url);
  if (camera === undefined) {
    throw new RunError({
      failure: 'protocol',
      code: 'badUrl',
      message: 'not an rtsp:// or rtsps:// URL without credentials',
    });
  }
  const timeoutMs = spec.timeoutMs ?? CAMERA_TIMEOUT_MS;
  const relay = await CameraRelay.open({
    camera,
    transport: spec.transport,
    tls: spec.tls ?? {},
    credentials: spec.credentials,
    timeoutMs,
    connect: context.connect,
    failed: (failure) => context.fail({ kind: 'error', ...failure }),
  });
  return {
    texts: [ingestText(spec.video, laneFd)],
    configure: (pipeline) => {
      const source = pipeline.element(ElementName.source);
      source['location'] = sourceLocation(camera, spec.transport);
      // With a proxy it connects there and nowhere else, wherever it is redirected to; requests keep the camera's address.
      source['proxy'] = `127.0.0.1:${relay.port}`;
      source['tcp-timeout'] = timeoutMs * 1000;
      source['user-id'] = spec.credentials?.username ?? '';
      source['user-pw'] = spec.credentials?.password ?? '';
      pipeline.element(ElementName.valve)['drop'] = false;
    },
    quieten: async (pipeline) => {
      pipeline.element(ElementName.valve)['drop'] = true;
      await relay.quieten();
      await untilUnderWayIsThrough();
    },
    release: (pipeline) => {
      relay.close();
      if (pipeline !== undefined) pipeline.element(ElementName.source)['user-pw'] = '';
    },
  };
};

/** On a busy machine a unit takes longer; how long, the timers of this process show. */
const untilUnderWayIsThrough = async (): Promise<void> => {
  let onTime = 0;
  for (let n = 0; n < MOST_WAITS && onTime < ON_TIME; n++) {
    const began = performance.now();
    await pause(UNIT_UNDER_WAY_MS);
    onTime = performance.now() - began - UNIT_UNDER_WAY_MS > LATE_MS ? 0 : onTime + 1;
  }
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
    texts: [muxText(filter.codec, laneFd)],
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
