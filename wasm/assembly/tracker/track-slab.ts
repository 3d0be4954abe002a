/**
 * A tracker's slab: all that is kept about the objects of one camera.
 *
 *   slab ──► ┌──────────────────────────────┐ 0
 *            │ the fields of this class     │ settings, picture, geometry, state
 *            ├──────────────────────────────┤ FINDINGS_AT
 *            │ what the server has found    │
 *            ├──────────────────────────────┤ FOLLOWED_AT
 *            │ objects                      │
 *            ├──────────────────────────────┤ ENDED_AT
 *            │ ids of objects that ended    │
 *            ├──────────────────────────────┤ POINTS_AT and on            
 *            │ what is gone after a picture │
 *            ├──────────────────────────────┤ TRACK_HEADER_BYTES
 *            │ three pyramids               │ the picture, the one before and the background, smaller and smaller
 *            └──────────────────────────────┘
 */
import { Blob } from './blob-sums';
import { Finding, FINDING_BYTES } from './finding';
import { FOLLOWED_BYTES, Followed } from './followed';
import { Consensus, Point, Way } from './point';
import { MAX_CELLS, MAX_FINDINGS, MAX_FOLLOWED, TEMPLATE_SIDE, TEMPLATE_STRIDE } from './sizes';
import { Window, WINDOW_BYTES } from './window';

@unmanaged
export class TrackSlab {
  // Settings.
  width: i32;
  height: i32;
  /** Cells along the short side of an object's box … */
  cellsAcross: i32;
  /** … and along the long side. */
  cellsAlong: i32;
  /** 1: each point is followed back as well, and has to arrive where it began. */
  backtrack: i32;
  /** Levels of the pyramid that are looked at for a point. */
  depth: i32;

  // The picture, written with each task.
  /** Counted from the slab; 0: there is none. */
  pictureAt: usize;
  lumaStride: i32;
  /** 0: the picture has no colour. */
  chromaStride: i32;
  /** Counted from the picture. */
  uOffset: i32;
  vOffset: i32;
  /** Since the picture before, µs of media time. */
  elapsedMicros: i32;
  /** 1: the server was asked about the picture. */
  asked: i32;
  findingCount: i32;
  /** Time spent in the kernel, or −1 when it failed. Written by the worker. */
  micros: i32;

  // State.
  levels: i32;
  /** Which pyramid has the picture: 0 or 1. */
  current: i32;
  /** 1: the other one has the picture before. */
  haveBefore: i32;
  lastId: i32;
  /** Objects from this index on are not in use. */
  followedCount: i32;
  endedCount: i32;
  /** Mean time between pictures that the server was asked about, µs. */
  askedEveryMicros: i32;
  sinceAskedMicros: i32;
  /** How long the background has been learnt, µs; stays at a few seconds. */
  backgroundMicros: i32;
  /** 1: it tells what is an object's and what is not. */
  backgroundKnown: i32;
  // What of a box differs from the background; see Followed.
  blobX: f64;
  blobY: f64;
  blobShare: f64;

  @inline finding(index: i32): Finding { return changetype<Finding>(at(this, FINDINGS_AT + <usize>index * FINDING_BYTES)); }
  @inline followed(index: i32): Followed { return changetype<Followed>(at(this, FOLLOWED_AT + <usize>index * FOLLOWED_BYTES)); }
  @inline point(index: i32): Point { return changetype<Point>(at(this, POINTS_AT + <usize>index * offsetof<Point>())); }
  @inline get window(): Window { return changetype<Window>(at(this, WINDOW_AT)); }
  @inline get consensus(): Consensus { return changetype<Consensus>(at(this, CONSENSUS_AT)); }
  @inline get way(): Way { return changetype<Way>(at(this, WAY_AT)); }
  @inline get blob(): Blob { return changetype<Blob>(at(this, BLOB_AT)); }
  /** Levels of a template, and behind them its mask. */
  @inline templateOf(object: Followed): usize { return at(this, TEMPLATES_AT + (changetype<usize>(object) - at(this, FOLLOWED_AT)) / FOLLOWED_BYTES * TEMPLATE_BYTES); }
  @inline get matching(): usize { return at(this, MATCHING_AT); }

  /** Ids of objects that have ended with this picture. */
  end(id: i32): void {
    if (this.endedCount >= MAX_FOLLOWED) return;
    store<i32>(at(this, ENDED_AT + (<usize>this.endedCount << 2)), id);
    this.endedCount++;
  }
}

// @ts-ignore: decorator
@inline
function at(slab: TrackSlab, offset: usize): usize {
  return changetype<usize>(slab) + offset;
}

export const FINDINGS_AT: usize = (offsetof<TrackSlab>() + 63) & ~63;
export const FOLLOWED_AT: usize = FINDINGS_AT + <usize>MAX_FINDINGS * FINDING_BYTES;
export const ENDED_AT: usize = FOLLOWED_AT + <usize>MAX_FOLLOWED * FOLLOWED_BYTES;
const POINTS_AT: usize = ENDED_AT + (<usize>MAX_FOLLOWED << 2);
const WINDOW_AT: usize = (POINTS_AT + <usize>MAX_CELLS * offsetof<Point>() + 15) & ~15;
const CONSENSUS_AT: usize = (WINDOW_AT + WINDOW_BYTES + 15) & ~15;
const WAY_AT: usize = CONSENSUS_AT + offsetof<Consensus>();
const BLOB_AT: usize = WAY_AT + offsetof<Way>();
const MATCHING_AT: usize = (BLOB_AT + offsetof<Blob>() + 63) & ~63;
/** Bytes of the table of likeness and of what the assignment writes down. */
const MATCHING_BYTES: usize = <usize>(4 * MAX_FOLLOWED * MAX_FINDINGS + 64 * (MAX_FOLLOWED + 2));
const TEMPLATES_AT: usize = (MATCHING_AT + MATCHING_BYTES + 63) & ~63;
const TEMPLATE_BYTES: usize = <usize>(2 * TEMPLATE_SIDE * TEMPLATE_STRIDE);
export const TRACK_HEADER_BYTES: usize = (TEMPLATES_AT + <usize>MAX_FOLLOWED * TEMPLATE_BYTES + 63) & ~63;
