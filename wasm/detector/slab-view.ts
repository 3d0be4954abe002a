/** Reading and writing a slab's header from the main thread: fields only, never pixels (but for the copy of a plane). */
import * as L from '../layout.js';
import type { Box, PlaneInput, SceneChange, Verdict } from '../types.js';
import type { ZoneMap } from './zones.js';

type Words = Int32Array<ArrayBufferLike>;

export function field(words: Words, slab: number, offset: number): number {
  return words[(slab + offset) >>> 2] as number;
}

export function setField(words: Words, slab: number, offset: number, value: number): void {
  words[(slab + offset) >>> 2] = value;
}

/** What the kernel must know of a picture in the slab. Offsets count from the picture's first byte. */
export interface PictureShape {
  strideY: number;
  strideC: number;
  offsetU: number;
  offsetV: number;
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

const LEVELS = { low: 0, medium: 1, high: 2 } as const;

export function writeZones(words: Words, bytes: Uint8Array<ArrayBufferLike>, slab: number, map: ZoneMap): void {
  bytes.set(map.cells, slab + field(words, slab, L.F_A_ZONE));
  setField(words, slab, L.F_ZONES, map.rules.length);
  setField(words, slab, L.F_SENSITIVITY, Math.max(...map.rules.map((rule) => LEVELS[rule.sensitivity])));
  map.rules.forEach((rule, index) => {
    const at = L.ZONES + index * L.ZONE_BYTES;
    setField(words, slab, at + L.Z_SENSITIVITY, LEVELS[rule.sensitivity]);
    setField(words, slab, at + L.Z_MIN_CELLS, rule.minCells);
  });
}

const SCENES: readonly [number, SceneChange['kind']][] = [
  [L.S_LIGHTING, 'lightingChanged'],
  [L.S_TAMPERED, 'tampered'],
  [L.S_FROZEN, 'frozen'],
  [L.S_MOVED, 'moved'],
];

const CAUSES: Record<number, string> = {
  [L.C_GAIN]: 'exposure',
  [L.C_INFRARED]: 'infrared',
  [L.C_COLOUR]: 'colour',
  [L.C_GLOBAL]: 'wholePicture',
  [L.C_SHAKE]: 'shake',
  [L.C_PAN]: 'pan',
  [L.C_BLACK]: 'black',
  [L.C_COVERED]: 'covered',
  [L.C_DEFOCUS]: 'defocus',
  [L.C_STILL]: 'identicalPictures',
};

function cause(words: Words, slab: number, bit: number): string {
  const index = Math.log2(bit);
  return CAUSES[(field(words, slab, L.F_SCENE_CAUSE) >> (index * 8)) & 255] ?? 'unknown';
}

function scenes(words: Words, slab: number): SceneChange[] {
  const began = field(words, slab, L.F_SCENE_BEGAN);
  const ended = field(words, slab, L.F_SCENE_ENDED);
  if (began === 0 && ended === 0) return [];
  const changes: SceneChange[] = [];
  for (const [bit, kind] of SCENES) {
    if (ended & bit) changes.push({ kind, cause: cause(words, slab, bit), began: false });
    if (began & bit) changes.push({ kind, cause: cause(words, slab, bit), began: true });
  }
  return changes;
}

const STATES: Record<number, string> = {
  [L.V_MOTION]: 'motion',
  [L.V_LIGHT]: 'light',
  [L.V_NUISANCE]: 'nuisance',
  [L.V_SMALL]: 'small',
  [L.V_STILL]: 'still',
  [L.V_PENDING]: 'pending',
  [L.V_SHAKE]: 'shake',
};

function why(words: Words, slab: number, zones: ZoneMap, total: number): Record<string, unknown> {
  const share = (offset: number): number => Math.round((field(words, slab, offset) / total) * 1e4) / 1e4;
  const kept = Math.min(field(words, slab, L.F_KEPT), 8);
  const regions = Array.from({ length: kept }, (_, index) => {
    const r = L.REGIONS + index * L.REGION_BYTES;
    const zone = zones.rules[field(words, slab, r + L.R_ZONE)]?.name;
    return {
      state: STATES[field(words, slab, r + L.R_STATE)] ?? 'unknown',
      ...(zone === undefined ? {} : { zone }),
      score: field(words, slab, r + L.R_SCORE) / 1000,
      share: Math.round((field(words, slab, r + L.R_CELLS) / total) * 1e4) / 1e4,
      structure: field(words, slab, r + L.R_EDGES),
      moving: field(words, slab, r + L.R_MOVING),
      difference: field(words, slab, r + L.R_DIFF) / 16,
      track: field(words, slab, r + L.R_TRACK),
    };
  });
  return {
    changedShare: share(L.F_MARKED),
    threshold: field(words, slab, L.F_LIMIT),
    suppressed: {
      light: share(L.F_SUPPRESSED_LIGHT),
      nuisance: share(L.F_SUPPRESSED_NUISANCE),
      small: share(L.F_SUPPRESSED_SMALL),
      still: share(L.F_SUPPRESSED_STILL),
      pending: share(L.F_SUPPRESSED_PENDING),
      shake: share(L.F_SUPPRESSED_SHAKE),
    },
    regions,
  };
}

/** The verdict that a finished task left in the slab. */
export function readVerdict(
  words: Words,
  slab: number,
  zones: ZoneMap,
  frame: { pts: number; width: number; height: number; latencyMicros: number },
): Verdict {
  const { width, height } = frame;
  const cellsX = field(words, slab, L.F_CELLS_X);
  const cellsY = field(words, slab, L.F_CELLS_Y);
  const shiftX = field(words, slab, L.F_SHIFT_X);
  const shiftY = field(words, slab, L.F_SHIFT_Y);
  const boxes: Box[] = [];
  const count = field(words, slab, L.F_BOXES);
  for (let i = 0; i < count; i++) {
    const r = L.REGIONS + i * L.REGION_BYTES;
    const left = Math.max(0, field(words, slab, r + L.R_LEFT) * L.CELL + shiftX);
    const top = Math.max(0, field(words, slab, r + L.R_TOP) * L.CELL + shiftY);
    const right = Math.min(width, (field(words, slab, r + L.R_RIGHT) + 1) * L.CELL + shiftX);
    const bottom = Math.min(height, (field(words, slab, r + L.R_BOTTOM) + 1) * L.CELL + shiftY);
    boxes.push({ l: left / width, t: top / height, w: (right - left) / width, h: (bottom - top) / height });
  }
  const motion = field(words, slab, L.F_MOTION) !== 0;
  const scene = scenes(words, slab);
  return {
    pts: frame.pts,
    motion,
    score: field(words, slab, L.F_SCORE) / 1000,
    boxes,
    scene,
    ...(motion || scene.length > 0 ? { why: why(words, slab, zones, cellsX * cellsY) } : {}),
    detectMicros: field(words, slab, L.F_MICROS),
    latencyMicros: frame.latencyMicros,
  };
}
