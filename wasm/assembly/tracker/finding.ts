// What the server has found in the picture: written by the tracker's side that is TypeScript.
import { LOOKS } from './sizes';

@unmanaged
export class Finding {
  // The box, in pixels.
  left: f32;
  top: f32;
  width: f32;
  height: f32;
  /** 0..1. */
  score: f32;
  /** Findings of another kind are other objects. */
  kind: i32;
  /** 1 + index of the object that it has been matched with, 0 for none. */
  taken: i32;
  spare: i32;

  /** Where its looks are. */
  @inline get looks(): usize { return changetype<usize>(this) + offsetof<Finding>(); }
}

/** With its looks. */
export const FINDING_BYTES: usize = (offsetof<Finding>() + (<usize>LOOKS << 2) + 7) & ~7;
