// From regions to a verdict: each region is followed over time, and told apart by what it does.
import * as L from '../layout';
import { doubtful } from './scene';
import { at, get, row, set } from './slab';

// @ts-ignore: decorator
@inline
function r(region: usize, field: i32): i32 {
  return load<i32>(region + field);
}

/** Nuisance of a cell at most: half of it in levels is added to nothing, but the limit is not below. */
const NUISANCE_MAX: i32 = 96;

/** The track that a region goes on with, or 0. */
function match(slab: usize, region: usize): usize {
  let best: usize = 0;
  let bestDistance = 0x7fffffff;
  const used = get(slab, L.F_TRACKS);
  for (let i = 0; i < used; i++) {
    const t = slab + L.TRACKS + i * L.TRACK_BYTES;
    if (!r(t, L.T_USED) || r(t, L.T_GOOD)) continue;
    const gap = 2;
    if (r(t, L.T_LEFT) > r(region, L.R_RIGHT) + gap || r(t, L.T_RIGHT) < r(region, L.R_LEFT) - gap) continue;
    if (r(t, L.T_TOP) > r(region, L.R_BOTTOM) + gap || r(t, L.T_BOTTOM) < r(region, L.R_TOP) - gap) continue;
    const distance = abs(r(t, L.T_X) - r(region, L.R_X)) + abs(r(t, L.T_Y) - r(region, L.R_Y));
    if (distance < bestDistance) {
      bestDistance = distance;
      best = t;
    }
  }
  return best;
}

function fresh(slab: usize, region: usize): usize {
  let worst: usize = 0;
  let worstValue = -1;
  const used = get(slab, L.F_TRACKS);
  for (let i = 0; i <= used; i++) {
    if (i == L.TRACKS_MAX) break;
    const t = slab + L.TRACKS + i * L.TRACK_BYTES;
    if (i == used || !r(t, L.T_USED)) {
      set(slab, L.F_TRACKS, max(used, i + 1));
      worst = t;
      store<i32>(t, 0, L.T_GOOD);
      break;
    }
    if (r(t, L.T_GOOD)) continue;
    const value = r(t, L.T_LOST_MS);
    if (value > worstValue) {
      worst = t;
      worstValue = value;
    }
  }
  if (!worst) return 0;
  memory.fill(worst, 0, L.TRACK_BYTES);
  const id = get(slab, L.F_NEXT_TRACK) + 1;
  set(slab, L.F_NEXT_TRACK, id & 0x3fffffff);
  store<i32>(worst, id & 0x3fffffff, L.T_USED);
  store<i32>(worst, r(region, L.R_X), L.T_X0);
  store<i32>(worst, r(region, L.R_Y), L.T_Y0);
  store<i32>(worst, r(region, L.R_X), L.T_X);
  store<i32>(worst, r(region, L.R_Y), L.T_Y);
  memory.copy(worst + L.T_ANCHOR, region + L.R_LEFT, 16);
  memory.copy(worst + L.T_BIRTH, region + L.R_LEFT, 16);
  store<i32>(worst, r(region, L.R_CELLS), L.T_CELLS);
  return worst;
}

/** How far both edges have gone the same way: growing, shrinking and joining are not travelling. */
// @ts-ignore: decorator
@inline
function together(a: i32, b: i32): i32 {
  return a > 0 && b > 0 ? min(a, b) : a < 0 && b < 0 ? -max(a, b) : 0;
}

function update(track: usize, region: usize, dt: i32): void {
  const first = r(track, L.T_SEEN) == 0;
  const dx = r(region, L.R_X) - r(track, L.T_X);
  const dy = r(region, L.R_Y) - r(track, L.T_Y);
  store<i32>(track, r(track, L.T_PATH) + max(abs(dx), abs(dy)), L.T_PATH);
  store<i32>(track, r(region, L.R_X), L.T_X);
  store<i32>(track, r(region, L.R_Y), L.T_Y);
  store<i32>(track, r(region, L.R_LEFT), L.T_LEFT);
  store<i32>(track, r(region, L.R_TOP), L.T_TOP);
  store<i32>(track, r(region, L.R_RIGHT), L.T_RIGHT);
  store<i32>(track, r(region, L.R_BOTTOM), L.T_BOTTOM);
  if (!first) store<i32>(track, r(track, L.T_AGE_MS) + dt, L.T_AGE_MS);
  const birth = track + L.T_BIRTH;
  const cells = r(region, L.R_CELLS);
  const before = r(track, L.T_CELLS);
  store<i32>(track, cells, L.T_CELLS);
  // Joined with or parted from something: what it does next is another's journey.
  if (cells > 2 * before + 4 || before > 2 * cells + 4) memory.copy(birth, region + L.R_LEFT, 16);
  const x = together(r(region, L.R_LEFT) - r(birth, 0), r(region, L.R_RIGHT) - r(birth, 8));
  const y = together(r(region, L.R_TOP) - r(birth, 4), r(region, L.R_BOTTOM) - r(birth, 12));
  store<i32>(track, max(r(track, L.T_FAR), max(x, y)), L.T_FAR);
  if (
    x >= max(4, r(region, L.R_RIGHT) - r(region, L.R_LEFT) + 1) ||
    y >= max(4, r(region, L.R_BOTTOM) - r(region, L.R_TOP) + 1)
  ) {
    store<i32>(track, 1, L.T_ARRIVED);
  }
  const anchor = track + L.T_ANCHOR;
  if (
    together(r(region, L.R_LEFT) - r(anchor, 0), r(region, L.R_RIGHT) - r(anchor, 8)) >= 2 ||
    together(r(region, L.R_TOP) - r(anchor, 4), r(region, L.R_BOTTOM) - r(anchor, 12)) >= 2
  ) {
    memory.copy(anchor, region + L.R_LEFT, 16);
    store<i32>(track, 0, L.T_IDLE_MS);
  } else if (!first) store<i32>(track, r(track, L.T_IDLE_MS) + dt, L.T_IDLE_MS);
  store<i32>(track, 0, L.T_LOST_MS);
  store<i32>(track, r(track, L.T_SEEN) + 1, L.T_SEEN);
  store<i32>(track, 1, L.T_GOOD);
}

/** Judges every region of the table. */
export function decide(slab: usize, regions: i32, dt: i32): void {
  const table = at(slab, L.F_A_TABLE);
  const known = get(slab, L.F_TRACKS);
  for (let i = 0; i < known; i++) store<i32>(slab + L.TRACKS + i * L.TRACK_BYTES, 0, L.T_GOOD);
  const settling = get(slab, L.F_SETTLE_MS) < 2000;
  const doubt = doubtful(slab);
  const relit = (get(slab, L.F_PASSES) & 4) != 0;
  for (let id = 1; id <= regions; id++) {
    const region = table + id * L.REGION_BYTES;
    const cells = r(region, L.R_CELLS);
    const rule = slab + L.ZONES + r(region, L.R_ZONE) * L.ZONE_BYTES;
    const sensitivity = r(rule, L.Z_SENSITIVITY);
    const leastCells = max(r(rule, L.Z_MIN_CELLS), sensitivity == 0 ? 12 : sensitivity == 1 ? 3 : 2);
    const large = sensitivity == 0 ? 24 : sensitivity == 1 ? 12 : 6;
    const least = sensitivity == 0 ? 6 : 2;
    if (cells < leastCells) {
      store<i32>(region, L.V_SMALL, L.R_STATE);
      continue;
    }
    if (r(region, L.R_EDGES) * 5 < cells || r(region, L.R_EDGES) < 2) {
      store<i32>(region, L.V_LIGHT, L.R_STATE);
      continue;
    }
    let track = match(slab, region);
    if (!track) track = fresh(slab, region);
    if (!track) {
      store<i32>(region, L.V_PENDING, L.R_STATE);
      continue;
    }
    update(track, region, dt);
    store<i32>(region, r(track, L.T_USED), L.R_TRACK);
    const nuisance = r(region, L.R_NUISANCE) / cells;
    const strong = r(region, L.R_STRONG);
    const calm = nuisance < 24;
    let state = L.V_PENDING;
    const dx = r(track, L.T_X) - r(track, L.T_X0);
    const dy = r(track, L.T_Y) - r(track, L.T_Y0);
    const way = max(abs(dx), abs(dy));
    const straight = way * 3 >= r(track, L.T_PATH) * 2;
    // After the light has been corrected much seems to stir that does not.
    const moves = r(region, L.R_MOVING);
    const moving = moves >= 2 && (relit ? moves * 3 >= min(cells, 96) : moves >= 3 || moves * 6 >= cells);
    const solid = strong >= least && strong * 4 >= cells;
    if (r(track, L.T_CONFIRMED)) state = L.V_MOTION;
    else if (!solid) state = L.V_PENDING;
    else if (doubt) {
      // What has come a long way may stand out by less: much of a large thing is like what is behind it.
      const far = r(track, L.T_FAR);
      const share = far >= 6 ? 3 : 2;
      if ((far >= 3 || dt >= 700) && strong >= large && strong * share >= cells) state = L.V_MOTION;
    } else if (calm) {
      if (!settling && strong >= large) state = L.V_MOTION;
      else if (way >= 64 && straight && r(track, L.T_SEEN) >= 3) state = L.V_MOTION;
      else if (dt >= 700) state = L.V_MOTION;
    } else if (r(track, L.T_FAR) >= 6 && r(track, L.T_ARRIVED) && straight && strong >= large / 2 && strong * 3 >= cells) state = L.V_MOTION;
    if (state == L.V_MOTION) {
      store<i32>(track, 1, L.T_CONFIRMED);
      store<i32>(region, r(track, L.T_ARRIVED), L.R_ARRIVED);
      if (!solid) {
        // Nothing of it stands out any more: it must prove itself again.
        state = L.V_PENDING;
        if (r(region, L.R_FRESH) * 2 > cells) store<i32>(track, 0, L.T_CONFIRMED);
      } else if (!moving || (cells < 6 && r(track, L.T_IDLE_MS) > 1500 && r(region, L.R_FRESH) * 2 < cells)) {
        // A few cells that flicker where something small has come to rest are not its movement.
        state = L.V_STILL;
      }
      // What has come from elsewhere may stay a while; what only stirs where it is may not.
      const patience = r(track, L.T_ARRIVED) || (cells >= 80 && strong * 3 >= cells) ? 20000 : calm ? 10000 : 3000;
      const wanders = !calm && r(track, L.T_PATH) > 3 * way + 64;
      if (r(track, L.T_IDLE_MS) > patience || wanders) {
        store<i32>(region, 1, L.R_IDLE);
        store<i32>(track, 0, L.T_CONFIRMED);
        store<i32>(track, r(track, L.T_X), L.T_X0);
        store<i32>(track, r(track, L.T_Y), L.T_Y0);
        store<i32>(track, 0, L.T_PATH);
        store<i32>(track, 0, L.T_FAR);
        store<i32>(track, 0, L.T_ARRIVED);
        memory.copy(track + L.T_BIRTH, region + L.R_LEFT, 16);
      }
    } else if (doubt) state = L.V_SHAKE;
    else if (!calm) state = L.V_NUISANCE;
    store<i32>(region, state, L.R_STATE);
    store<i32>(region, min(1000, cells * 4 + r(region, L.R_EDGES) * 8), L.R_SCORE);
  }
  let last = 0;
  const used = get(slab, L.F_TRACKS);
  for (let i = 0; i < used; i++) {
    const t = slab + L.TRACKS + i * L.TRACK_BYTES;
    if (r(t, L.T_USED) && !r(t, L.T_GOOD)) {
      const lost = r(t, L.T_LOST_MS) + dt;
      store<i32>(t, lost, L.T_LOST_MS);
      if (lost > max(600, dt + 1)) store<i32>(t, 0, L.T_USED);
    }
    if (r(t, L.T_USED)) last = i + 1;
  }
  set(slab, L.F_TRACKS, last);
}

/** Tells each cell how to learn, from what became of its region. */
export function assign(slab: usize, n: i32): void {
  const table = at(slab, L.F_A_TABLE);
  const label = at(slab, L.F_A_LABEL);
  const list = at(slab, L.F_A_LIST);
  const kind = at(slab, L.F_A_KIND);
  const age = at(slab, L.F_A_AGE);
  const nuisance = at(slab, L.F_A_NUISANCE);
  const prev = at(slab, L.F_A_PREV);
  const settling = get(slab, L.F_SETTLE_MS) < 2000;
  const stride = get(slab, L.F_CELL_STRIDE);
  const before = at(slab, L.F_A_LIST_PREV);
  const beforeN = get(slab, L.F_MARKED_PREV);
  for (let i = 0; i < beforeN; i++) store<u8>(kind + <usize>load<u16>(before + (i << 1)), <u8>L.K_BACKGROUND);
  memory.fill(row(slab, L.ROWS_KIND, 0), 0, get(slab, L.F_CELLS_Y));
  let id = 0;
  let region: usize = 0;
  let state = 0;
  let own = 0;
  let idle = false;
  let came = false;
  let stirs = false;
  let patience = 0;
  let rowEnd = stride;
  let kinds = row(slab, L.ROWS_KIND, 0);
  let most = row(slab, L.ROWS_WAVES, 0);
  for (let i = 0; i < n; i++) {
    const c = <i32>load<u16>(list + (i << 1));
    while (c >= rowEnd) {
      rowEnd += stride;
      kinds++;
      most++;
    }
    // Neighbours are mostly of one region.
    const its = <i32>load<u16>(label + (c << 1));
    if (its != id) {
      id = its;
      region = table + id * L.REGION_BYTES;
      state = r(region, L.R_STATE);
      idle = r(region, L.R_IDLE) != 0;
      came = state == L.V_MOTION && r(region, L.R_ARRIVED) != 0;
      stirs = state != L.V_LIGHT && state != L.V_SHAKE && state != L.V_MOTION;
      patience = r(region, L.R_MOVING) ? 100 : 40;
      own = L.K_NUISANCE;
      if (settling || idle) own = L.K_NUISANCE;
      else if (state == L.V_LIGHT) own = L.K_LIGHT;
      else if (state == L.V_MOTION || state == L.V_STILL) own = L.K_HOLD;
    }
    // What comes and goes at one place without getting anywhere is a nuisance.
    let waves = <i32>load<u8>(nuisance + c);
    if (idle) waves = max(waves, 48);
    else if (came) waves >>= 1;
    else if (stirs && !load<u8>(prev + c)) waves = min(NUISANCE_MAX, waves + 24);
    store<u8>(nuisance + c, <u8>waves);
    if (waves > <i32>load<u8>(most)) store<u8>(most, <u8>waves);
    const k = <i32>load<u8>(age + c) >= patience ? L.K_HEAL : own;
    store<u8>(kind + c, <u8>k);
    if (k > L.K_HOLD) store<u8>(kinds, 1);
  }
}
