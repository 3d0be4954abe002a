// A region: marked cells that touch, or nearly. It is measured in one frame and gone in the next; tracks last.

/** What became of a region. */
export enum RegionState {
  none,
  motion,
  /** Without structure of its own: a shadow, a reflection, a headlight. */
  light,
  /** Something that comes and goes at one place, leaves for instance. */
  nuisance,
  /** Smaller than its zone asks for. */
  small,
  /** Confirmed as motion, but nothing of it moves now. */
  still,
  /** Its track has not been confirmed yet. */
  pending,
  /** The whole picture has just shaken or been lit differently. */
  shake,
}

/** In cells, all four inclusive. */
@unmanaged
export class Box {
  left: i32;
  top: i32;
  right: i32;
  bottom: i32;

  @inline
  copy(other: Box): void {
    memory.copy(changetype<usize>(this), changetype<usize>(other), offsetof<Box>());
  }
}

@unmanaged
export class Region extends Box {
  cells: i32;
  /** Pixels over their threshold. */
  pixels: i32;
  /** Cells with an edge that light cannot have made of the model's. */
  structure: i32;
  /** Cells that change now. */
  moving: i32;
  /** Cells that have changed since the frame before. */
  changing: i32;
  /** Nuisance, summed over its cells. */
  nuisance: i32;
  /** Centre, in 1/16 pixel. */
  x: i32;
  y: i32;
  state: RegionState;
  /** Number of its track, 0 for none. */
  track: i32;
  /** Index of the rule of the zone that holds most of it. */
  zone: i32;
  /** By how many cells that zone leads. */
  zoneLead: i32;
  /** Mean difference from the model, in 1/16 grey level. */
  difference: i32;
  /** 0..1000. */
  score: i32;
  /** Cells whose mean differs from the model's by more than their threshold. */
  strong: i32;
  /** Cells that were not marked a frame before. */
  newCells: i32;
  /** 1: its track has travelled its own length. */
  arrived: i32;
  /** Presence of its track, in ms. */
  presence: i32;
  /** 1: its track has just lost its confirmation, since it gets nowhere. */
  retired: i32;

  /** No cell yet: its box is inside out. */
  @inline
  clear(): void {
    memory.fill(changetype<usize>(this), 0, offsetof<Region>());
    this.left = 0x7fff;
    this.top = 0x7fff;
    this.right = -1;
    this.bottom = -1;
  }
}
