// How likely a finding is an object: by how much their boxes overlap, each grown by what is uncertain about the object's place.
import { Finding } from './finding';
import { Followed } from './followed';

/** A box is grown by no more than this share of its side, at either edge. */
const MOST_GROWN: f64 = 0.5;

/** 0..1. */
export function likeness(object: Followed, finding: Finding): f64 {
  const ow = object.w.value;
  const oh = object.h.value;
  const fw = <f64>finding.width;
  const fh = <f64>finding.height;
  const growX = min(Math.sqrt(object.x.vv), MOST_GROWN * min(ow, fw));
  const growY = min(Math.sqrt(object.y.vv), MOST_GROWN * min(oh, fh));
  const left = max(object.left, <f64>finding.left) - growX;
  const right = min(object.right, <f64>finding.left + fw) + growX;
  const top = max(object.top, <f64>finding.top) - growY;
  const bottom = min(object.bottom, <f64>finding.top + fh) + growY;
  if (right <= left || bottom <= top) return 0;
  const both = (right - left) * (bottom - top);
  const either = (ow + 2 * growX) * (oh + 2 * growY) + (fw + 2 * growX) * (fh + 2 * growY) - both;
  return both / either;
}
