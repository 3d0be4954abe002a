// A track: what regions of one frame after another have in common. Its box is that of the region matched last.
import { Box, Region } from './region';

@unmanaged
export class Track extends Box {
  /** From 1; 0: not in use. */
  id: i32;
  /** Centre of the region matched last, in 1/16 pixel. */
  x: i32;
  y: i32;
  /** Where it began. */
  startX: i32;
  startY: i32;
  /** Length of its way so far, detours included, in 1/16 pixel. */
  path: i32;
  /** Its longest step from one frame to the next, in 1/16 pixel. */
  stride: i32;
  /** Since a region was last matched with it. */
  lostMs: i32;
  /** Frames in which it was matched. */
  seen: i32;
  /** How long it has been seen, in ms. */
  lifeMs: i32;
  /** How long it has stood out and moved, less how long it has not, in ms. */
  presence: i32;
  // How fast its centre moves, in 1/16 pixel a second.
  speedX: i32;
  speedY: i32;
  /** 1: it is motion. */
  confirmed: i32;
  /** Of the region matched last. */
  cells: i32;
  /** 1: matched with a region of this frame. */
  matched: i32;
  /** Since both edges of its box last moved the same way. */
  idleMs: i32;
  /** How far both edges have moved the same way since the birth box, in cells, at most. */
  travelled: i32;
  /** 1: it has travelled its own length. */
  arrived: i32;
  // The box when both its edges last moved.
  anchorLeft: i32;
  anchorTop: i32;
  anchorRight: i32;
  anchorBottom: i32;
  // The box when it began, or when it last joined with or parted from something.
  birthLeft: i32;
  birthTop: i32;
  birthRight: i32;
  birthBottom: i32;

  @inline
  get anchor(): Box {
    return changetype<Box>(changetype<usize>(this) + offsetof<Track>('anchorLeft'));
  }

  @inline
  get birth(): Box {
    return changetype<Box>(changetype<usize>(this) + offsetof<Track>('birthLeft'));
  }

  /** How far it is from where it began, along the longer axis, in 1/16 pixel. */
  @inline
  get distance(): i32 {
    return max(abs(this.x - this.startX), abs(this.y - this.startY));
  }

  /** How far it has gone beside its longest step, which may be from one thing to another, in 1/16 pixel. */
  @inline
  get steady(): i32 {
    return this.distance - this.stride;
  }

  /** Its way has few detours. */
  @inline
  get straight(): bool {
    return this.distance * 3 >= this.path * 2;
  }

  @inline
  moveTo(region: Region): void {
    this.x = region.x;
    this.y = region.y;
  }

  /** How far it should have gone after so long, in 1/16 pixel. */
  @inline
  goneX(ms: i32): i32 {
    return (this.speedX * min(ms, 1000)) / 1000;
  }

  @inline
  goneY(ms: i32): i32 {
    return (this.speedY * min(ms, 1000)) / 1000;
  }

  @inline
  moveWith(speedX: i32, speedY: i32): void {
    this.speedX = speedX;
    this.speedY = speedY;
  }

  /** Its journey begins where the region is. */
  setOut(region: Region): void {
    this.startAt(region.x, region.y);
    this.moveTo(region);
    this.birth.copy(region);
    this.path = 0;
    this.stride = 0;
    this.travelled = 0;
    this.arrived = 0;
  }

  @inline
  startAt(x: i32, y: i32): void {
    this.startX = x;
    this.startY = y;
  }
}
