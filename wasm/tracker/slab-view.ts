/** Reads and writes the fields of a tracker's slab from the main thread, never its pixels. */
import { field, type SlabMemory } from '../detector/field.js';
import type { PictureShape } from '../detector/slab-view.js';
import {
  AXES_AT,
  AXIS,
  ENDED_AT,
  FINDING,
  FINDING_BYTES,
  FINDINGS_AT,
  FOLLOWED,
  FOLLOWED_AT,
  FOLLOWED_BYTES,
  MAX_FINDINGS,
  TRACK_SLAB,
} from '../layout.js';
import type { Box, Detection, TrackedObject, Tracks } from '../types.js';
import type { AccuracyStep } from './accuracy.js';

/** A longer step is the same to the kernel, and would not fit its field. */
const LONGEST_STEP_MICROS = 1 << 30;

/** The two further views of the memory that the tracker's numbers need. */
export interface TrackMemory extends SlabMemory {
  floats: Float32Array<ArrayBufferLike>;
  doubles: Float64Array<ArrayBufferLike>;
}

export const trackMemory = ({ words, bytes }: SlabMemory): TrackMemory => ({
  words,
  bytes,
  floats: new Float32Array(words.buffer),
  doubles: new Float64Array(words.buffer),
});

const set = (words: SlabMemory['words'], slab: number, offset: number, value: number): void => {
  words[(slab + offset) >>> 2] = value;
};

export function writeAccuracy({ words }: SlabMemory, slab: number, step: AccuracyStep, lastId: number): void {
  set(words, slab, TRACK_SLAB.cellsAcross, step.cellsAcross);
  set(words, slab, TRACK_SLAB.cellsAlong, step.cellsAlong);
  set(words, slab, TRACK_SLAB.backtrack, step.backtrack ? 1 : 0);
  set(words, slab, TRACK_SLAB.depth, step.depth);
  set(words, slab, TRACK_SLAB.lastId, lastId);
}

/** A picture to follow the objects into. */
export interface Step {
  /** Absent: nothing is known of the picture but what was found in it. */
  picture?: { address: number; shape: PictureShape } | undefined;
  elapsedMicros: number;
  findings: Findings | null;
}

export function writeStep(memory: TrackMemory, slab: number, { picture, elapsedMicros, findings }: Step): void {
  const { words } = memory;
  set(words, slab, TRACK_SLAB.pictureAt, picture === undefined ? 0 : picture.address - slab);
  set(words, slab, TRACK_SLAB.lumaStride, picture?.shape.strideY ?? 0);
  set(words, slab, TRACK_SLAB.chromaStride, picture?.shape.strideC ?? 0);
  set(words, slab, TRACK_SLAB.uOffset, picture?.shape.offsetU ?? 0);
  set(words, slab, TRACK_SLAB.vOffset, picture?.shape.offsetV ?? 0);
  const elapsed = Math.max(0, Math.min(LONGEST_STEP_MICROS, Math.round(elapsedMicros)));
  set(words, slab, TRACK_SLAB.elapsedMicros, elapsed);
  set(words, slab, TRACK_SLAB.asked, findings === null ? 0 : 1);
  set(words, slab, TRACK_SLAB.findingCount, findings?.list.length ?? 0);
  if (findings !== null) writeFindings(memory, slab, findings);
}

/** Detections that the kernel can take, and which of the given ones they are. */
export interface Findings {
  list: readonly Detection[];
  indices: readonly number[];
}

const usable = ({ box: { l, t, w, h }, score }: Detection): boolean =>
  [l, t, w, h, score].every(Number.isFinite) && w > 0 && h > 0 && Math.abs(l) < 4 && Math.abs(t) < 4 && w < 4 && h < 4;

/** Leaves out boxes that are none, and of too many those of the lowest scores. */
export function findingsOf(detections: readonly Detection[]): Findings {
  let indices = detections.map((_, index) => index).filter((index) => usable(detections[index] as Detection));
  if (indices.length > MAX_FINDINGS) {
    const score = (index: number): number => (detections[index] as Detection).score;
    indices = indices.sort((a, b) => score(b) - score(a)).slice(0, MAX_FINDINGS);
  }
  return { list: indices.map((index) => structuredClone(detections[index] as Detection)), indices };
}

function writeFindings({ words, floats }: TrackMemory, slab: number, { list }: Findings): void {
  const width = field(words, slab, TRACK_SLAB.width);
  const height = field(words, slab, TRACK_SLAB.height);
  list.forEach(({ box, kind, score }, index) => {
    const at = slab + FINDINGS_AT + index * FINDING_BYTES;
    floats[(at + FINDING.left) >>> 2] = box.l * width;
    floats[(at + FINDING.top) >>> 2] = box.t * height;
    floats[(at + FINDING.width) >>> 2] = box.w * width;
    floats[(at + FINDING.height) >>> 2] = box.h * height;
    floats[(at + FINDING.score) >>> 2] = score;
    words[(at + FINDING.kind) >>> 2] = kind;
    words[(at + FINDING.taken) >>> 2] = 0;
  });
}

/** Part of the box that is in the picture. */
function within(l: number, t: number, r: number, b: number): Box {
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const [left, top] = [clamp(l), clamp(t)];
  return { l: left, t: top, w: clamp(r) - left, h: clamp(b) - top };
}

function readObject(memory: TrackMemory, slab: number, index: number, indices: readonly number[]): TrackedObject {
  const { words, floats, doubles } = memory;
  const at = slab + FOLLOWED_AT + index * FOLLOWED_BYTES;
  const width = field(words, slab, TRACK_SLAB.width);
  const height = field(words, slab, TRACK_SLAB.height);
  const axis = (n: number, offset: number): number => doubles[(at + AXES_AT + n * AXIS.bytes + offset) >>> 3] as number;
  const [x, y, w, h] = [0, 1, 2, 3].map((n) => axis(n, AXIS.value)) as [number, number, number, number];
  return {
    id: field(words, at, FOLLOWED.id),
    box: within((x - w / 2) / width, (y - h / 2) / height, (x + w / 2) / width, (y + h / 2) / height),
    kind: field(words, at, FOLLOWED.kind),
    score: floats[(at + FOLLOWED.score) >>> 2] as number,
    detection: indices[field(words, at, FOLLOWED.finding)] ?? -1,
    ageMicros: Math.round((doubles[(at + FOLLOWED.age) >>> 3] as number) * 1e6),
    unseenMicros: Math.round((doubles[(at + FOLLOWED.unseen) >>> 3] as number) * 1e6),
    velocity: { x: axis(0, AXIS.rate) / width, y: axis(1, AXIS.rate) / height },
  };
}

/** The objects that a finished task left in the slab. */
export function readTracks(
  memory: TrackMemory,
  slab: number,
  step: { pts: number; findings: Findings | null; latencyMicros: number },
): Tracks {
  const { words } = memory;
  const indices = step.findings?.indices ?? [];
  const objects: TrackedObject[] = [];
  for (let i = 0; i < field(words, slab, TRACK_SLAB.followedCount); i++) {
    const shown = field(words, slab + FOLLOWED_AT + i * FOLLOWED_BYTES, FOLLOWED.shown) !== 0;
    if (shown) objects.push(readObject(memory, slab, i, indices));
  }
  const endedCount = field(words, slab, TRACK_SLAB.endedCount);
  return {
    pts: step.pts,
    asked: step.findings !== null,
    objects: objects.sort((a, b) => a.id - b.id),
    ended: Array.from({ length: endedCount }, (_, i) => field(words, slab, ENDED_AT + i * 4)),
    trackMicros: field(words, slab, TRACK_SLAB.micros),
    latencyMicros: step.latencyMicros,
  };
}

/** Ids of the objects that have been told of and not ended. */
export function toldIds({ words }: SlabMemory, slab: number): number[] {
  const ids: number[] = [];
  for (let i = 0; i < field(words, slab, TRACK_SLAB.followedCount); i++) {
    const at = slab + FOLLOWED_AT + i * FOLLOWED_BYTES;
    if (field(words, at, FOLLOWED.stage) !== 0 && field(words, at, FOLLOWED.told) !== 0)
      ids.push(field(words, at, FOLLOWED.id));
  }
  return ids;
}
