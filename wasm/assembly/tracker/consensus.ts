// How an object has moved, out of how its points have: most of those that are worth something agree, and the others show what
// is behind it or before it.
import { Followed } from './followed';
import { Consensus, Point } from './point';
import { TrackSlab } from './track-slab';

/** Points agree within so many pixels of their level … */
const REACH: f64 = 0.6;
/** … and this share of the way. */
const REACH_OF_WAY: f64 = 0.15;
/** Fewer points are no consensus. */
const LEAST_POINTS: i32 = 3;
/** A smaller share neither. */
const LEAST_SUPPORT: f64 = 0.15;
/** Less than this is doubtful. */
const FULL_SUPPORT: f64 = 0.7;
/** Windows overlap, so that only one point in so many tells something of its own. */
const SHARED: f64 = 3;
/** What no number of points makes better, in pixels of the level and as a share of the way. */
const FLOOR: f64 = 0.05;
const FLOOR_OF_WAY: f64 = 0.04;
/** How fast an object grows or shrinks: the standard deviation of a second. */
const GROWTH: f64 = 0.3;

/** `size`: pixels of the picture in one of the level; `total`: what all points would be worth. */
export function agree(slab: TrackSlab, object: Followed, points: i32, size: f64, total: f64, dt: f64): bool {
  const consensus = slab.consensus;
  consensus.support = 0;
  const best = mode(slab, object, points, size, dt);
  if (best < 0) return false;
  const centre = slab.point(best);
  const atX = centre.dx;
  const atY = centre.dy;
  const reach = reachOf(size, atX, atY);
  // The means of those that agree.
  let weight: f64 = 0;
  let squares: f64 = 0;
  let meanX: f64 = 0;
  let meanY: f64 = 0;
  let placeX: f64 = 0;
  let placeY: f64 = 0;
  let n = 0;
  for (let i = 0; i < points; i++) {
    const p = slab.point(i);
    if (!p.found) continue;
    p.found = apart(p, atX, atY) < reach * reach ? 2 : 1;
    if (p.found != 2) continue;
    const w = p.weight;
    n++;
    weight += w;
    squares += w * w;
    meanX += w * p.dx;
    meanY += w * p.dy;
    placeX += w * p.x;
    placeY += w * p.y;
  }
  if (n < LEAST_POINTS || weight < LEAST_SUPPORT * total) return false;
  meanX /= weight;
  meanY /= weight;
  placeX /= weight;
  placeY /= weight;
  // Growth: how the way depends on the place.
  let spread: f64 = 0;
  let along: f64 = 0;
  let rest: f64 = 0;
  for (let i = 0; i < points; i++) {
    const p = slab.point(i);
    if (p.found != 2) continue;
    const x = p.x - placeX;
    const y = p.y - placeY;
    const dx = p.dx - meanX;
    const dy = p.dy - meanY;
    spread += p.weight * (x * x + y * y);
    along += p.weight * (x * dx + y * dy);
    rest += p.weight * (dx * dx + dy * dy);
  }
  const counted = (weight * weight) / squares / SHARED;
  const noise = (rest / weight) * 0.5 + FLOOR * FLOOR * size * size;
  const growthNoise = spread > 0 ? (noise * weight) / spread / max(1, counted) : 1;
  const prior = GROWTH * GROWTH * dt * dt;
  const growth = spread > 0 ? ((along / spread) * prior) / (prior + growthNoise) : 0;
  consensus.growth = growth;
  consensus.growthVariance = growthNoise;
  consensus.dx = meanX - growth * placeX;
  consensus.dy = meanY - growth * placeY;
  const floor = FLOOR * size + FLOOR_OF_WAY * Math.sqrt(meanX * meanX + meanY * meanY);
  const support = weight / total;
  const doubt = max(1, FULL_SUPPORT / support);
  consensus.variance = (noise / max(1, counted) + floor * floor) * doubt * doubt;
  consensus.support = support;
  return true;
}

/** The point that most others agree with, or −1. */
function mode(slab: TrackSlab, object: Followed, points: i32, size: f64, dt: f64): i32 {
  let best = -1;
  let most: f64 = 0;
  const guessX = object.x.rate * dt;
  const guessY = object.y.rate * dt;
  const varianceX = 9 * object.x.rr * dt * dt + size * size;
  const varianceY = 9 * object.y.rr * dt * dt + size * size;
  for (let i = 0; i < points; i++) {
    const p = slab.point(i);
    if (!p.found) continue;
    const reach = reachOf(size, p.dx, p.dy);
    const perSquare = 1 / (reach * reach);
    let sum: f64 = 0;
    for (let j = 0; j < points; j++) {
      const other = slab.point(j);
      if (!other.found) continue;
      sum += other.weight * max(0, 1 - apart(other, p.dx, p.dy) * perSquare);
    }
    const x = p.dx - guessX;
    const y = p.dy - guessY;
    const likely = sum / (1 + (x * x) / varianceX + (y * y) / varianceY);
    if (likely > most) {
      most = likely;
      best = i;
    }
  }
  return best;
}

// @ts-ignore: decorator
@inline
function reachOf(size: f64, dx: f64, dy: f64): f64 {
  return REACH * size + REACH_OF_WAY * Math.sqrt(dx * dx + dy * dy);
}

// @ts-ignore: decorator
@inline
function apart(p: Point, x: f64, y: f64): f64 {
  return (p.dx - x) * (p.dx - x) + (p.dy - y) * (p.dy - y);
}
