// An object that is followed over time.
import { Axis } from './axis';
import { LOOKS, MAX_CELLS } from './sizes';

export enum Stage {
  /** Not in use. */
  none,
  /** Found once, and not sure enough to be told of. */
  tentative,
  confirmed,
}

@unmanaged
export class Followed {
  /** From 1; never given twice. */
  id: i32;
  kind: i32;
  stage: Stage;
  /** Times that it was found. */
  hits: i32;
  /** Times in a row that the server was asked and it was not found. */
  misses: i32;
  /** Index of the finding that it was matched with in this picture, or −1. */
  finding: i32;
  /** Its box is cut into so many cells. */
  columns: i32;
  rows: i32;
  /** Of its last finding. */
  score: f32;
  /** Share of its cells that move with it, 0 if the pictures do not show how it moves. */
  support: f32;
  /** Seconds since it was found first … */
  age: f64;
  /** … and last. */
  unseen: f64;
  /** Seconds since the pictures last showed how it moves. */
  unsupported: f64;
  /** Seconds since it was found last in which they did not. */
  adrift: f64;
  /** What of its box usually differs from the background: its middle, from that of the box, and its share, in sides. */
  blobX: f64;
  blobY: f64;
  blobShare: f64;
  /** Where its template begins, from where its box does, in pixels of the template. */
  templateX: f64;
  templateY: f64;
  /** Times that the blob was learnt. */
  blobs: i32;
  // Its template: pixels, 0 if it has none; the level of the pyramid, and how many pixels are its own.
  templateWidth: i32;
  templateHeight: i32;
  templateLevel: i32;
  templatePixels: i32;
  /** By how much the picture differs from the template at best, in grey levels. */
  unlike: f32;
  /** What differs from the background now, as a share of what usually does. */
  presence: f32;
  /** 1: the background is known, and the presence says something. */
  seen: i32;
  /** 1: told of as an object, and has to be told of as ended. */
  told: i32;
  /** 1: told of with this picture. */
  shown: i32;

  @inline get x(): Axis { return axis(this, 0); }
  @inline get y(): Axis { return axis(this, 1); }
  @inline get w(): Axis { return axis(this, 2); }
  @inline get h(): Axis { return axis(this, 3); }

  /** How likely a cell shows the object, and not what is behind it, 0..1. */
  @inline cell(index: i32): f32 { return load<f32>(changetype<usize>(this) + CELLS_AT + (<usize>index << 2)); }
  @inline setCell(index: i32, value: f32): void { store<f32>(changetype<usize>(this) + CELLS_AT + (<usize>index << 2), value); }

  /** Where its looks are. */
  @inline get looks(): usize { return changetype<usize>(this) + LOOKS_AT; }

  @inline get left(): f64 { return this.x.value - this.w.value * 0.5; }
  @inline get top(): f64 { return this.y.value - this.h.value * 0.5; }
  @inline get right(): f64 { return this.x.value + this.w.value * 0.5; }
  @inline get bottom(): f64 { return this.y.value + this.h.value * 0.5; }
}

// @ts-ignore: decorator
@inline
function axis(object: Followed, index: usize): Axis {
  return changetype<Axis>(changetype<usize>(object) + AXES_AT + index * offsetof<Axis>());
}

export const AXES_AT: usize = (offsetof<Followed>() + 7) & ~7;
const CELLS_AT: usize = AXES_AT + 4 * offsetof<Axis>();
const LOOKS_AT: usize = CELLS_AT + (<usize>MAX_CELLS << 2);
export const FOLLOWED_BYTES: usize = (LOOKS_AT + (<usize>LOOKS << 2) + 7) & ~7;
