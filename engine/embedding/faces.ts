/** What the arguments of each method of the API may be. */
import {
  anything,
  fields,
  listOf,
  numberIn,
  optional,
  type Rule,
  type Signature,
  text,
  utcRange,
  wholeNumber,
} from '../core/arguments.js';
import { face, later, type Methods, type PartFor } from './face.js';
import type { Gate } from './gate.js';
import type { Clips, Exports, Inputs, MotionSearch, Pictures, Pipelines, Recordings, Topologies } from './types.js';

const name: Signature = { name: text };
const id: Signature = { id: text };
const ofVideo: Signature = { video: text, id: text };
export const byteSpan = optional(fields({ start: wholeNumber(0), end: wholeNumber(0) }));
const page = (most: number) => ({
  range: optional(utcRange),
  limit: optional(wholeNumber(1, most)),
  continuationToken: optional(text),
});
export const pictureOptions = optional(fields({ width: optional(wholeNumber(16, 4096)) }));

/** A query of clips, with these properties besides those of all lists. */
export const clipQuery = (more: Readonly<Record<string, Rule>>): Rule => optional(fields({ ...more, ...page(1000) }));

/** Documents have checks of their own, which find every problem. */
const topologies: Methods<Topologies> = { set: { topology: anything }, get: name, list: {}, delete: name };

const pipelines: Methods<Pipelines> = {
  set: { pipeline: anything },
  get: name,
  list: {},
  delete: name,
  state: name,
  activate: later(name),
  deactivate: later(name),
};

const clips: Methods<Clips> = {
  list: { query: clipQuery({ pipeline: optional(text) }) },
  get: id,
  file: id,
  stream: { ...id, range: byteSpan },
  delete: id,
  protect: id,
  unprotect: id,
  markSeen: id,
};

const recordings: Methods<Recordings> = {
  list: { video: text, query: optional(fields(page(10_000))) },
  get: ofVideo,
  markSeen: ofVideo,
  protect: ofVideo,
  unprotect: ofVideo,
};

const exports: Methods<Exports> = {
  movie: later({ video: text, range: utcRange }),
  movies: later({ video: text, range: utcRange }),
};

const pictures: Methods<Pictures> = {
  snapshot: later({ name: text, options: pictureOptions }),
  preview: later({ video: text, at: wholeNumber(0), options: pictureOptions }),
  clip: later({ id: text, options: pictureOptions }),
};

const share = numberIn(0, 1);
const motion: Methods<MotionSearch> = {
  search: later({
    pipelines: listOf(text),
    range: utcRange,
    region: fields({ x: share, y: share, w: share, h: share }),
    least: wholeNumber(1, 255),
  }),
  buckets: later({ pipelines: listOf(text), range: utcRange, count: wholeNumber(1, 10_000) }),
};

/** The parts of the engine behind the faces. */
export interface FacedParts {
  topologies: PartFor<Topologies>;
  pipelines: PartFor<Pipelines>;
  clips: PartFor<Clips>;
  recordings: PartFor<Recordings>;
  exports: PartFor<Exports>;
  pictures: PartFor<Pictures>;
  motion: PartFor<MotionSearch>;
}

export const facesOf = (parts: FacedParts, gate: Gate) => ({
  topologies: face<Topologies>('engine.topologies', parts.topologies, topologies, gate),
  pipelines: face<Pipelines>('engine.pipelines', parts.pipelines, pipelines, gate),
  clips: face<Clips>('engine.clips', parts.clips, clips, gate),
  recordings: face<Recordings>('engine.recordings', parts.recordings, recordings, gate),
  exports: face<Exports>('engine.exports', parts.exports, exports, gate),
  pictures: face<Pictures>('engine.pictures', parts.pictures, pictures, gate),
  motionHistory: face<MotionSearch>('engine.motionHistory', parts.motion, motion, gate),
});

export const inputsFace = (inputs: PartFor<Inputs>, gate: Gate): Inputs =>
  face<Inputs>(
    'engine',
    inputs,
    { deliver: { input: text, message: anything, target: optional(fields({ pipeline: optional(text) })) } },
    gate,
  );
