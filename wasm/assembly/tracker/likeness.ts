// How likely a finding is an object.
import { Finding } from './finding';
import { Followed } from './followed';
import { alike } from './looks';

/** A box is grown by no more than this share of its side, at either edge. */
const MOST_GROWN: f64 = 0.5;

/** By how much their boxes overlap, each grown by what is uncertain about the object's place: 0..1. */
export function likeness(object: Followed, finding: Finding, known: i32): f64 {
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
  return (both / either) * alike(object.looks, finding.looks, known);
}

/** An object that was lost may be away by so many times its longer side … */
const AWAY: f64 = 0.4;
/** … and so many more for each second that it was out of sight … */
const AWAY_A_SECOND: f64 = 0.8;
/** … up to this. */
const MOST_AWAY: f64 = 1.6;
/** Sides may differ by this factor. */
const SIDES: f64 = 1.6;

/** By how near they are: for an object that has been lost and a finding that is nobody's. */
export function nearness(object: Followed, finding: Finding, known: i32): f64 {
  const long = max(object.w.value, object.h.value);
  const other = <f64>max(finding.width, finding.height);
  if (long > SIDES * other || other > SIDES * long) return 0;
  const x = <f64>finding.left + 0.5 * <f64>finding.width - object.x.value;
  const y = <f64>finding.top + 0.5 * <f64>finding.height - object.y.value;
  const radius = long * min(MOST_AWAY, AWAY + AWAY_A_SECOND * object.adrift);
  return max(0, 1 - Math.sqrt(x * x + y * y) / radius) * alike(object.looks, finding.looks, known);
}
