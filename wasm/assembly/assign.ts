// How each marked cell is to learn, and how much nuisance it has, from what became of its region.
import { SETTLING_MS } from './confirm';
import { Learning } from './rates';
import { Region, RegionState } from './region';
import { isNew, timeOf } from './seen';
import { Slab } from './slab';
import { restless } from './unrest';

/** Upper bound of a cell's nuisance. */
const NUISANCE_MAX: i32 = 96;
/** What a cell gains each time something comes to it that is no motion: four times fill it. */
const NUISANCE_STEP: i32 = 24;
/** What the cells of a retired track have at least: half of the bound. */
const RETIRED_NUISANCE: i32 = 48;

/** Still times, in 100 ms, from which on a cell heals: where nothing of the region moves, and where something does. */
const STILL_PATIENCE: i32 = 40;
const MOVING_PATIENCE: i32 = 100;

/** Tells each marked cell how to learn; all others learn as background. */
export function assign(slab: Slab): void {
  const labels = slab.labels;
  const marked = slab.marked;
  const learning = slab.learning;
  const stillTimes = slab.stillTimes;
  const nuisances = slab.nuisance;
  const learningNotes = slab.learningNotes;
  const nuisanceNotes = slab.nuisanceNotes;
  const seenAt = slab.seenAt;
  const now = timeOf(slab);
  const calm = !restless(slab);
  const settling = slab.ageMs < SETTLING_MS;
  const stride = slab.cellStride;
  const count = slab.markedCount;
  const lastMarked = slab.lastMarked;
  const lastCount = slab.lastMarkedCount;
  for (let i = 0; i < lastCount; i++) learning[lastMarked[i]] = Learning.background;
  memory.fill(learningNotes.at(0), 0, slab.cellsY);
  let id = 0;
  let own = 0;
  let effect = 0;
  let patience = 0;
  let y = 0;
  let rowEnd = stride;
  for (let i = 0; i < count; i++) {
    const cell = marked[i];
    while (cell >= rowEnd) {
      rowEnd += stride;
      y++;
    }
    // Neighbours are mostly of one region.
    const label = labels[cell];
    if (label != id) {
      id = label;
      const region = slab.region(id);
      own = learningOf(region, settling, calm);
      effect = effectOf(region);
      patience = region.moving ? MOVING_PATIENCE : STILL_PATIENCE;
    }
    const nuisance = changed(nuisances[cell], effect, isNew(seenAt[cell], now));
    nuisances[cell] = nuisance;
    if (nuisance > nuisanceNotes[y]) nuisanceNotes[y] = nuisance;
    const kind = stillTimes[cell] >= patience ? Learning.heal : own;
    learning[cell] = kind;
    if (kind > Learning.skip) learningNotes[y] = 1;
  }
}

// @ts-ignore: decorator
@inline
function learningOf(region: Region, settling: bool, calm: bool): Learning {
  const state = region.state;
  if (settling || region.retired) return Learning.nuisance;
  if (state == RegionState.light) return Learning.light;
  if (state == RegionState.motion || state == RegionState.still || region.presence > 0) return Learning.hold;
  if (calm && state != RegionState.shake) return Learning.pending;
  return Learning.nuisance;
}

/** What a region does to the nuisance of its cells. */
enum Effect {
  none,
  /** What gets nowhere is a nuisance. */
  retire,
  /** Something that has come from elsewhere is not what usually comes and goes here. */
  halve,
  /** What comes and goes at one place is a nuisance. */
  raise,
}

// @ts-ignore: decorator
@inline
function effectOf(region: Region): Effect {
  const state = region.state;
  if (region.retired) return Effect.retire;
  if (state == RegionState.motion) return region.arrived ? Effect.halve : Effect.none;
  return state == RegionState.light || state == RegionState.shake || region.presence > 0 ? Effect.none : Effect.raise;
}

// @ts-ignore: decorator
@inline
function changed(nuisance: i32, effect: Effect, isNew: bool): i32 {
  if (effect == Effect.retire) return max(nuisance, RETIRED_NUISANCE);
  if (effect == Effect.halve) return nuisance >> 1;
  return effect == Effect.raise && isNew ? min(NUISANCE_MAX, nuisance + NUISANCE_STEP) : nuisance;
}
