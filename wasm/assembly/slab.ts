/**
 * A camera's slab: all that is kept about it, and the verdict of its last frame.
 *
 *   slab ──► ┌──────────────────────────────┐ 0
 *            │ the fields of this class     │ settings, picture, geometry, state, verdict
 *            ├──────────────────────────────┤ REPORTED_AT
 *            │ regions of the last frame    │ those with motion first
 *            ├──────────────────────────────┤ TRACKS_AT
 *            │ what is followed over time   │
 *            ├──────────────────────────────┤ ZONE_RULES_AT
 *            │ what zones ask of regions    │
 *            ├──────────────────────────────┤ RATES_AT, SPARSE_RATES_AT
 *            │ how fast cells learn         │
 *            ├──────────────────────────────┤ RUN_AT
 *            │ a run of tiles, see run.ts   │
 *            ├──────────────────────────────┤ HEADER_BYTES
 *            │ arrays, see arrange.ts       │
 *            └──────────────────────────────┘
 *
 * The picture lies elsewhere in the same memory, with at least 64 bytes before and behind it.
 *
 * A cell is 4×4 pixels. A tile is four cells side by side: arrays of pixels lie tile by tile, so that what is used together
 * lies together. In each tile `mean8` and `threshold8` have 64 bytes, `mask` 8, and `model` 256: for each row of 16 pixels
 * their means, then their spreads, in Q7 of a grey level.
 */
import { LEARNING_KINDS, Rates } from './rates';
import { Region } from './region';
import { Run } from './run';
import { Track } from './track';
import { View } from './view';
import { Sensitivity, ZoneRule } from './zone-rule';

/** Pixels of a cell's side. */
export const CELL: i32 = 4;
/** Regions that are reported. */
export const MAX_REPORTED: i32 = 48;
/** Regions of a frame, and one that is not used: they are counted from 1. */
export const MAX_REGIONS: i32 = 256;
export const MAX_TRACKS: i32 = 32;
export const MAX_ZONE_RULES: i32 = 64;

@unmanaged
export class Slab {
  // Settings. The detector writes the sensitivity, configure() the size of the pictures.
  width: i32;
  height: i32;
  /** That of the most sensitive zone. */
  sensitivity: Sensitivity;

  // The picture to judge, written by the detector with each task.
  /** Where its first byte is, counted from the slab. */
  pictureAt: usize;
  /** Bytes from one row to the next. */
  lumaStride: i32;
  /** 0: the picture has no chroma. */
  chromaStride: i32;
  /** Counted from the picture. */
  uOffset: i32;
  vOffset: i32;
  /** Since the picture judged before; of media time. */
  elapsedMs: i32;
  /** Time spent in the kernel, or −1 when it failed. Written by the worker. */
  micros: i32;

  // Geometry, written by configure().
  cellsX: i32;
  cellsY: i32;
  /** Pixels in a row of the model, a multiple of 16. */
  stride: i32;
  /** Cells in a row of cells, a multiple of 4. */
  cellStride: i32;

  // Where the arrays are, counted from the slab; written by configure(). What they hold is said at their views below.
  rowNotesAt: usize;
  countsAt: usize;
  floorsAt: usize;
  sumsAt: usize;
  modelSumsAt: usize;
  quickSumsAt: usize;
  lastSumsAt: usize;
  mean8At: usize;
  threshold8At: usize;
  modelAt: usize;
  maskAt: usize;
  thresholdsAt: usize;
  zonesAt: usize;
  nuisanceAt: usize;
  stillTimesAt: usize;
  learningAt: usize;
  seenAtAt: usize;
  labelsAt: usize;
  markedAt: usize;
  lastMarkedAt: usize;
  regionsAt: usize;
  parentsAt: usize;
  scratchAt: usize;

  // State: all 0 when the model is reset.
  /** Frames judged. */
  frames: i32;
  /** Media time since then. */
  waitedMs: i32;
  /** Media time from the frame judged before to this one. */
  stepMs: i32;
  /** Media time judged, up to and without this frame; wraps. */
  clockMs: i32;
  /** Age of the model with this frame; no more than about 17 minutes. */
  ageMs: i32;
  /** Where the picture is to be read so that it lies on the model, in pixels. */
  shiftX: i32;
  shiftY: i32;
  /** How long the shift has been the same and not 0. */
  shiftedMs: i32;
  lastTrackId: i32;
  /** Tracks from this index on are not in use. */
  trackCount: i32;
  /** How long the picture has not changed at all. */
  frozenMs: i32;
  /** Least threshold of all pixels, in grey levels. */
  leastThreshold: i32;
  /** Mean distance of the chroma from grey over seconds, in 1/256 level. */
  chroma: i32;
  /** Mean step between neighbouring cells over seconds, in 1/256 level. */
  sharpness: i32;
  /** The same as far as it can be seen in the present light: what is white or black now shows nothing. */
  sharpnessLit: i32;
  /** How long the picture has lacked the structure that it had. */
  blindMs: i32;
  /** How long ago the light last changed. */
  sinceLightMs: i32;
  /** How long ago the picture last shifted. */
  sinceShiftMs: i32;
  /** Scene states that are on, bits of SceneState. */
  sceneStates: i32;
  /** A byte for each state, in the order of its bits: SceneCause. */
  sceneCauses: i32;
  /** Gain of the light over the last second, Q10. */
  recentGain: i32;
  /** How many regions move here and there without being objects, over seconds, in 1/256: leaves, rain, insects. */
  unrest: i32;
  /** Cells marked a frame before, before a shift was looked for. */
  markedBeforeShift: i32;
  /** Cells listed in `lastMarked`. */
  lastMarkedCount: i32;
  /** How long nearly all cells have been marked. */
  allMarkedMs: i32;

  // The verdict: all 0 when a frame begins.
  motion: i32;
  /** 0..1000. */
  score: i32;
  /** Regions with motion among the reported ones. */
  boxCount: i32;
  reportedCount: i32;
  /** All regions of the frame. */
  regionCount: i32;
  /** Cells listed in `marked`. */
  markedCount: i32;
  // Cells in regions without motion, by what became of them.
  suppressedLight: i32;
  suppressedNuisance: i32;
  suppressedSmall: i32;
  suppressedStill: i32;
  suppressedPending: i32;
  suppressedShake: i32;
  /** Scene states that began or ended with this frame, bits of SceneState. */
  sceneBegan: i32;
  sceneEnded: i32;
  /** Least threshold that was in force. */
  threshold: i32;
  /** 1: the model was lit anew for this frame. */
  relit: i32;
  /** Share of the cells looked at in which an object of ordinary contrast could not be found, per mille. */
  insensitive: i32;

  @inline clearState(): void { memory.fill(field(this, offsetof<Slab>('frames')), 0, offsetof<Slab>() - offsetof<Slab>('frames')); }
  /** What began and ended is told once. */
  @inline clearChanges(): void {
    this.sceneBegan = 0;
    this.sceneEnded = 0;
  }
  @inline clearVerdict(): void { memory.fill(field(this, offsetof<Slab>('motion')), 0, offsetof<Slab>() - offsetof<Slab>('motion')); }

  /** All cells, those included that fill rows up. */
  @inline get cellCount(): i32 { return this.cellStride * this.cellsY; }

  // Of each pixel, in tiles.
  /** Mean in whole grey levels: what each picture is compared with. */
  @inline get mean8(): View<u8> { return view<u8>(this, this.mean8At); }
  /** Threshold in whole grey levels. Read and written where a pixel is over its cell's floor. */
  @inline get threshold8(): View<u8> { return view<u8>(this, this.threshold8At); }
  /** Means and spreads. Spread: mean of four times the difference. */
  @inline get model(): View<i16> { return view<i16>(this, this.modelAt); }
  /** A bit for each pixel: over its threshold. */
  @inline get mask(): View<u8> { return view<u8>(this, this.maskAt); }

  // Of each cell.
  /** Pixels over their threshold, 0..16. */
  @inline get counts(): View<u8> { return view<u8>(this, this.countsAt); }
  /** No threshold in the cell is below this. */
  @inline get floors(): View<u8> { return view<u8>(this, this.floorsAt); }
  /** Sum of the picture. */
  @inline get sums(): View<u16> { return view<u16>(this, this.sumsAt); }
  /** Sum of the model's means. */
  @inline get modelSums(): View<u16> { return view<u16>(this, this.modelSumsAt); }
  /** Quick mean of the sum of the picture: what was there just now. */
  @inline get quickSums(): View<u16> { return view<u16>(this, this.quickSumsAt); }
  /** Sum of the picture before; changes places with `sums`. */
  @inline get lastSums(): View<u16> { return view<u16>(this, this.lastSumsAt); }
  /** Mean threshold. */
  @inline get thresholds(): View<u8> { return view<u8>(this, this.thresholdsAt); }
  /** 0: not looked at; else 1 + index of its rule. */
  @inline get zones(): View<u8> { return view<u8>(this, this.zonesAt); }
  /** How much has come and gone there: 0..NUISANCE_MAX. */
  @inline get nuisance(): View<u8> { return view<u8>(this, this.nuisanceAt); }
  /** How long it has been marked without changing, in 100 ms. */
  @inline get stillTimes(): View<u8> { return view<u8>(this, this.stillTimesAt); }
  /** Learning. */
  @inline get learning(): View<u8> { return view<u8>(this, this.learningAt); }
  /** When it was last marked, in 16 ms; wraps. */
  @inline get seenAt(): View<u16> { return view<u16>(this, this.seenAtAt); }
  /** Number of its region, 0 for none. While regions are joined: a label. */
  @inline get labels(): View<u16> { return view<u16>(this, this.labelsAt); }

  // Lists.
  /** Indices of the marked cells, in reading order. */
  @inline get marked(): View<u16> { return view<u16>(this, this.markedAt); }
  /** The same of the frame before; the two change places. */
  @inline get lastMarked(): View<u16> { return view<u16>(this, this.lastMarkedAt); }
  /** Of each label the label that it is joined to: a union-find. */
  @inline get parents(): View<u16> { return view<u16>(this, this.parentsAt); }
  /** Room for what is gone after the function. */
  @inline get scratch(): usize { return field(this, this.scratchAt); }

  // Notes about each row of cells: they spare looking for what is not there.
  /** Not 0: a cell of the row learns in another way than background or held. */
  @inline get learningNotes(): View<u8> { return view<u8>(this, this.rowNotesAt); }
  /** Not below the largest nuisance of the row. */
  @inline get nuisanceNotes(): View<u8> { return view<u8>(this, this.rowNotesAt + this.cellsY); }
  /** Not 0: a cell of the row may have a still time. */
  @inline get stillNotes(): View<u8> { return view<u8>(this, this.rowNotesAt + this.cellsY * 2); }

  /** A region of this frame, from 1. */
  @inline region(id: i32): Region { return changetype<Region>(field(this, this.regionsAt + id * offsetof<Region>())); }
  @inline reported(index: i32): Region { return changetype<Region>(field(this, REPORTED_AT + index * offsetof<Region>())); }
  @inline track(index: i32): Track { return changetype<Track>(field(this, TRACKS_AT + index * offsetof<Track>())); }
  @inline zoneRule(index: i32): ZoneRule { return changetype<ZoneRule>(field(this, ZONE_RULES_AT + index * offsetof<ZoneRule>())); }
  @inline get rates(): Rates { return changetype<Rates>(field(this, RATES_AT)); }
  /** The rates of rows that learn now and then. */
  @inline get sparseRates(): Rates { return changetype<Rates>(field(this, SPARSE_RATES_AT)); }
  @inline get run(): Run { return changetype<Run>(field(this, RUN_AT)); }
}

// @ts-ignore: decorator
@inline
function field(slab: Slab, offset: usize): usize {
  return changetype<usize>(slab) + offset;
}

// @ts-ignore: decorator
@inline
function view<T>(slab: Slab, offset: usize): View<T> {
  return changetype<View<T>>(field(slab, offset));
}

export const REPORTED_AT: usize = (offsetof<Slab>() + 63) & ~63;
export const TRACKS_AT: usize = REPORTED_AT + MAX_REPORTED * offsetof<Region>();
export const ZONE_RULES_AT: usize = TRACKS_AT + MAX_TRACKS * offsetof<Track>();
export const RATES_AT: usize = ZONE_RULES_AT + MAX_ZONE_RULES * offsetof<ZoneRule>();
export const SPARSE_RATES_AT: usize = RATES_AT + LEARNING_KINDS * offsetof<Rates>();
export const RUN_AT: usize = SPARSE_RATES_AT + LEARNING_KINDS * offsetof<Rates>();
export const HEADER_BYTES: usize = (RUN_AT + offsetof<Run>() + 63) & ~63;
