// Where the arrays of a slab lie.
import { Region } from './region';
import { CELL, HEADER_BYTES, MAX_REGIONS, Slab } from './slab';

/** Every array begins at a multiple of this, so that no vector lies on two lines of the cache. */
const LINE: usize = 64;
/** Reads of whole vectors may run past an array by less than this. */
const GUARD: usize = 64;
/** Labels of a frame at most, before they are joined; cells that would need more share the last. */
export const MAX_LABELS: i32 = 4000;

/** Notes where an array begins, in the field at `field`. Returns where the next one begins. */
function place(slab: usize, field: usize, begin: usize, bytes: usize): usize {
  if (slab) store<usize>(slab + field, begin);
  return (begin + bytes + GUARD + LINE - 1) & ~(LINE - 1);
}

/** Bytes of a slab for pictures of this size. With a slab it also writes its geometry and where its arrays are. */
export function arrange(slab: usize, width: i32, height: i32): usize {
  const cellsX = width / CELL;
  const cellsY = height / CELL;
  const stride = ((cellsX + 3) >> 2) << 4;
  const cellStride = stride >> 2;
  if (slab) {
    const header = changetype<Slab>(slab);
    header.width = width;
    header.height = height;
    header.cellsX = cellsX;
    header.cellsY = cellsY;
    header.stride = stride;
    header.cellStride = cellStride;
  }
  const pixels = stride * cellsY * CELL;
  const cells = cellStride * cellsY;
  // In the order of use, so that memory is read in one direction. In every frame:
  let end = HEADER_BYTES;
  end = place(slab, offsetof<Slab>('rowNotesAt'), end, cellsY * 3);
  end = place(slab, offsetof<Slab>('countsAt'), end, cells);
  end = place(slab, offsetof<Slab>('floorsAt'), end, cells);
  end = place(slab, offsetof<Slab>('sumsAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('modelSumsAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('quickSumsAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('lastSumsAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('mean8At'), end, pixels);
  // Where a pixel is over its cell's floor, or a row learns:
  end = place(slab, offsetof<Slab>('threshold8At'), end, pixels);
  end = place(slab, offsetof<Slab>('modelAt'), end, pixels * 4);
  end = place(slab, offsetof<Slab>('maskAt'), end, pixels >> 3);
  // Where cells are marked:
  end = place(slab, offsetof<Slab>('thresholdsAt'), end, cells);
  end = place(slab, offsetof<Slab>('zonesAt'), end, cells);
  end = place(slab, offsetof<Slab>('nuisanceAt'), end, cells);
  end = place(slab, offsetof<Slab>('stillTimesAt'), end, cells);
  end = place(slab, offsetof<Slab>('learningAt'), end, cells);
  end = place(slab, offsetof<Slab>('seenAtAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('labelsAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('markedAt'), end, cells * 2);
  end = place(slab, offsetof<Slab>('lastMarkedAt'), end, cells * 2);
  // Now and then:
  end = place(slab, offsetof<Slab>('regionsAt'), end, MAX_REGIONS * offsetof<Region>());
  end = place(slab, offsetof<Slab>('parentsAt'), end, (MAX_LABELS + 1) * 2);
  end = place(slab, offsetof<Slab>('scratchAt'), end, 4 * ((width + height) * 4 + 1024));
  return end;
}
