/** Reads and writes the fields of a slab from the main thread, never its pixels. */

import {
  CELL,
  REGION,
  REPORTED_AT,
  RegionState,
  SceneCause,
  SceneState,
  Sensitivity,
  SLAB,
  ZONE_RULE,
  ZONE_RULES_AT,
} from '../layout.js';
import type { Box, PlaneInput, SceneChange, Verdict } from '../types.js';
import { readEnergies } from './energies.js';
import { field, type SlabMemory } from './field.js';
import type { ZoneMap } from './zones.js';

type Words = Int32Array<ArrayBufferLike>;

export function setField(words: Words, slab: number, offset: number, value: number): void {
  words[(slab + offset) >>> 2] = value;
}

/** A longer step is the same to the kernel, and would not fit its field. */
const LONGEST_STEP_MS = 1 << 30;

/** How a picture lies in memory. Offsets count from the picture's first byte. */
export interface PictureShape {
  strideY: number;
  strideC: number;
  offsetU: number;
  offsetV: number;
}

/** Describes the picture at `address` to the kernel. `elapsedMs`: media time since the picture before. */
export function writePicture(
  words: Words,
  slab: number,
  picture: { address: number; shape: PictureShape; elapsedMs: number },
): void {
  const { address, shape, elapsedMs } = picture;
  setField(words, slab, SLAB.pictureAt, address - slab);
  setField(words, slab, SLAB.lumaStride, shape.strideY);
  setField(words, slab, SLAB.chromaStride, shape.strideC);
  setField(words, slab, SLAB.uOffset, shape.offsetU);
  setField(words, slab, SLAB.vOffset, shape.offsetV);
  setField(words, slab, SLAB.elapsedMs, Math.max(0, Math.min(LONGEST_STEP_MS, Math.round(elapsedMs))));
}

/** The bytes of the plane that are copied, and how the picture lies in them. */
export function pictureOf(plane: PlaneInput): { begin: number; end: number; shape: PictureShape } {
  const [strideY, strideU, strideV] = plane.strides;
  const [y, u, v] = plane.offsets;
  const chromaHeight = (plane.height + 1) >> 1;
  const chromaWidth = (plane.width + 1) >> 1;
  const endOf = (offset: number, stride: number, width: number, rows: number): number =>
    offset + stride * (rows - 1) + width;
  const endY = endOf(y, strideY, plane.width, plane.height);
  const chroma = u >= 0 && v >= 0 && strideU > 0 && strideU === strideV;
  const begin = chroma ? Math.min(y, u, v) : y;
  const end = chroma
    ? Math.max(endY, endOf(u, strideU, chromaWidth, chromaHeight), endOf(v, strideV, chromaWidth, chromaHeight))
    : endY;
  if (begin < 0 || strideY < plane.width || end > plane.data.length) {
    throw new RangeError(`plane ${plane.width}x${plane.height} does not fit its ${plane.data.length} bytes`);
  }
  // The kernel takes luma to begin at the picture's first byte.
  if (begin !== y) return { begin: y, end: endY, shape: { strideY, strideC: 0, offsetU: 0, offsetV: 0 } };
  return {
    begin,
    end,
    shape: { strideY, strideC: chroma ? strideU : 0, offsetU: chroma ? u - y : 0, offsetV: chroma ? v - y : 0 },
  };
}

export function writeZones(words: Words, bytes: Uint8Array<ArrayBufferLike>, slab: number, map: ZoneMap): void {
  bytes.set(map.cells, slab + field(words, slab, SLAB.zonesAt));
  setField(words, slab, SLAB.sensitivity, Math.max(...map.rules.map((rule) => Sensitivity[rule.sensitivity])));
  map.rules.forEach((rule, index) => {
    const at = ZONE_RULES_AT + index * ZONE_RULE.bytes;
    setField(words, slab, at + ZONE_RULE.sensitivity, Sensitivity[rule.sensitivity]);
    setField(words, slab, at + ZONE_RULE.minCells, rule.minCells);
  });
}

const SCENES: readonly [number, SceneChange['kind']][] = [
  [SceneState.lighting, 'lightingChanged'],
  [SceneState.tampered, 'tampered'],
  [SceneState.frozen, 'frozen'],
  [SceneState.moved, 'moved'],
];

const CAUSES: Record<number, string> = {
  [SceneCause.gain]: 'exposure',
  [SceneCause.infrared]: 'infrared',
  [SceneCause.colour]: 'colour',
  [SceneCause.shake]: 'shake',
  [SceneCause.pan]: 'pan',
  [SceneCause.covered]: 'covered',
  [SceneCause.defocus]: 'defocus',
  [SceneCause.still]: 'identicalPictures',
};

function cause(words: Words, slab: number, bit: number): string {
  const index = Math.log2(bit);
  return CAUSES[(field(words, slab, SLAB.sceneCauses) >> (index * 8)) & 255] ?? 'unknown';
}

function scenes(words: Words, slab: number): SceneChange[] {
  const began = field(words, slab, SLAB.sceneBegan);
  const ended = field(words, slab, SLAB.sceneEnded);
  if (began === 0 && ended === 0) return [];
  const changes: SceneChange[] = [];
  for (const [bit, kind] of SCENES) {
    if (ended & bit) changes.push({ kind, cause: cause(words, slab, bit), began: false });
    if (began & bit) changes.push({ kind, cause: cause(words, slab, bit), began: true });
  }
  return changes;
}

const STATES: Record<number, string> = {
  [RegionState.motion]: 'motion',
  [RegionState.light]: 'light',
  [RegionState.nuisance]: 'nuisance',
  [RegionState.small]: 'small',
  [RegionState.still]: 'still',
  [RegionState.pending]: 'pending',
  [RegionState.shake]: 'shake',
};

const insensitive = (words: Words, slab: number): number => field(words, slab, SLAB.insensitive) / 1000;

function why(words: Words, slab: number, zones: ZoneMap, total: number): Record<string, unknown> {
  const share = (offset: number): number => Math.round((field(words, slab, offset) / total) * 1e4) / 1e4;
  const kept = Math.min(field(words, slab, SLAB.reportedCount), 8);
  const regions = Array.from({ length: kept }, (_, index) => {
    const r = REPORTED_AT + index * REGION.bytes;
    const zone = zones.rules[field(words, slab, r + REGION.zone)]?.name;
    return {
      state: STATES[field(words, slab, r + REGION.state)] ?? 'unknown',
      ...(zone === undefined ? {} : { zone }),
      score: field(words, slab, r + REGION.score) / 1000,
      share: Math.round((field(words, slab, r + REGION.cells) / total) * 1e4) / 1e4,
      structure: field(words, slab, r + REGION.structure),
      moving: field(words, slab, r + REGION.moving),
      difference: field(words, slab, r + REGION.difference) / 16,
      track: field(words, slab, r + REGION.track),
    };
  });
  return {
    changedShare: share(SLAB.markedCount),
    threshold: field(words, slab, SLAB.threshold),
    insensitive: Math.round(insensitive(words, slab) * 100) / 100,
    suppressed: {
      light: share(SLAB.suppressedLight),
      nuisance: share(SLAB.suppressedNuisance),
      small: share(SLAB.suppressedSmall),
      still: share(SLAB.suppressedStill),
      pending: share(SLAB.suppressedPending),
      shake: share(SLAB.suppressedShake),
    },
    regions,
  };
}

/** The verdict that a finished task left in the slab. */
export function readVerdict(
  memory: SlabMemory,
  slab: number,
  zones: ZoneMap,
  frame: { pts: number; width: number; height: number; latencyMicros: number },
): Verdict {
  const { words } = memory;
  const { width, height } = frame;
  const cellsX = field(words, slab, SLAB.cellsX);
  const cellsY = field(words, slab, SLAB.cellsY);
  const shiftX = field(words, slab, SLAB.shiftX);
  const shiftY = field(words, slab, SLAB.shiftY);
  const boxes: Box[] = [];
  const count = field(words, slab, SLAB.boxCount);
  for (let i = 0; i < count; i++) {
    const r = REPORTED_AT + i * REGION.bytes;
    const left = Math.max(0, field(words, slab, r + REGION.left) * CELL + shiftX);
    const top = Math.max(0, field(words, slab, r + REGION.top) * CELL + shiftY);
    const right = Math.min(width, (field(words, slab, r + REGION.right) + 1) * CELL + shiftX);
    const bottom = Math.min(height, (field(words, slab, r + REGION.bottom) + 1) * CELL + shiftY);
    boxes.push({ l: left / width, t: top / height, w: (right - left) / width, h: (bottom - top) / height });
  }
  const motion = field(words, slab, SLAB.motion) !== 0;
  const energies = readEnergies(memory, slab);
  const scene = scenes(words, slab);
  return {
    pts: frame.pts,
    motion,
    score: field(words, slab, SLAB.score) / 1000,
    boxes,
    scene,
    insensitive: insensitive(words, slab),
    changedCells: field(words, slab, SLAB.markedCount),
    ...(energies ? { energies } : {}),
    ...(motion || scene.length > 0 ? { why: why(words, slab, zones, cellsX * cellsY) } : {}),
    detectMicros: field(words, slab, SLAB.micros),
    latencyMicros: frame.latencyMicros,
  };
}
