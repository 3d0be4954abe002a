// The verdict of a frame, from what became of its regions.
import { Region, RegionState } from './region';
import { MAX_REPORTED, Slab } from './slab';

/** Reports the regions with motion first, then the others but the small ones, and how many cells were suppressed why. */
export function report(slab: Slab, regions: i32): void {
  let boxes = 0;
  for (let id = 1; id <= regions; id++) {
    const region = slab.region(id);
    if (region.state != RegionState.motion) continue;
    boxes++;
    slab.score = max(slab.score, region.score);
    add(slab, region);
  }
  for (let id = 1; id <= regions; id++) {
    const region = slab.region(id);
    if (region.state == RegionState.motion) continue;
    suppress(slab, region);
    if (region.state != RegionState.small) add(slab, region);
  }
  slab.boxCount = min(boxes, MAX_REPORTED);
  slab.motion = boxes > 0 ? 1 : 0;
}

function add(slab: Slab, region: Region): void {
  const count = slab.reportedCount;
  if (count == MAX_REPORTED) return;
  memory.copy(changetype<usize>(slab.reported(count)), changetype<usize>(region), offsetof<Region>());
  slab.reportedCount = count + 1;
}

function suppress(slab: Slab, region: Region): void {
  const cells = region.cells;
  switch (region.state) {
    case RegionState.light: {
      slab.suppressedLight += cells;
      break;
    }
    case RegionState.nuisance: {
      slab.suppressedNuisance += cells;
      break;
    }
    case RegionState.small: {
      slab.suppressedSmall += cells;
      break;
    }
    case RegionState.still: {
      slab.suppressedStill += cells;
      break;
    }
    case RegionState.pending: {
      slab.suppressedPending += cells;
      break;
    }
    default: {
      slab.suppressedShake += cells;
    }
  }
}
