// The light of the whole picture has jumped: its colour went or came, or the cells agree on a gain.
import { expectStructure, litCells, takeUncovered } from './exposure';
import { changedCells, gainOf, LEAST_CELLS, lightModel, NO_GAIN } from './light';
import { mark } from './mark';
import { chromaOf, stepsOf } from './measures';
import { beginLighting, SceneCause } from './scene-states';
import { sense } from './sense';
import { Slab } from './slab';

/** So long the usual chroma is learnt before a change of it is told. */
const YOUNG_MS: i32 = 1500;
// Mean distance of the chroma from grey, in 1/256 level. A scene in colour has more than 2 levels …
const COLOURFUL: i32 = 500;
/** … and what is below 1 level is a grey picture: a switch to infrared, if it is less than a third as well. */
const GREY: i32 = 256;
// A grey scene has less than 0.7 levels, and colour that comes more than 2.5: apart from noise in the chroma.
const USUALLY_GREY: i32 = 180;
const COLOURED: i32 = 640;

/** A gain of less than 1.2 % (Q10) is noise, and lighting the model would cost more than it mends. */
const LEAST_GAIN: i32 = 12;
/** Gains that add up to 9 % (Q10) within a second are an event; less is a cloud, or an exposure that follows the scene. */
const EVENT_GAIN: i32 = 90;

/** Looks for colour that went or came. `muchMarked`: a third of the cells. Returns true when the picture must become the model. */
export function checkColour(slab: Slab, dt: i32, muchMarked: bool): bool {
  const chroma = chromaOf(slab);
  if (chroma < 0) return false;
  const usual = slab.chroma;
  // Of a picture without structure the colour says nothing: it is covered or black.
  if (slab.blindMs > 0) return false;
  if (slab.clockMs < YOUNG_MS) {
    slab.chroma = slab.frames <= 2 ? chroma : (usual + chroma) >> 1;
    return false;
  }
  if (usual > COLOURFUL && chroma * 3 < usual && chroma < GREY) beginLighting(slab, SceneCause.infrared);
  else if (chroma > COLOURED && usual < USUALLY_GREY && muchMarked) beginLighting(slab, SceneCause.colour);
  else {
    slab.chroma = usual + (((chroma - usual) * min(dt, 2000)) >> 14);
    return false;
  }
  slab.chroma = chroma;
  return true;
}

/** Looks for a gain that the cells agree on, lights the model by it and senses again. */
export function checkGain(slab: Slab, dt: i32): void {
  slab.recentGain -= ((slab.recentGain - NO_GAIN) * min(dt, 1000)) >> 10;
  const changed = changedCells(slab);
  // A gain changes much of the picture: two fifths of the cells that do not stay white, which most pictures are far from.
  if (changed * 5 < LEAST_CELLS * 2 || changed * 5 < litCells(slab) * 2) return;
  const gain = gainOf(slab);
  if (abs(gain - NO_GAIN) <= LEAST_GAIN) return;
  slab.recentGain = (slab.recentGain * gain) >> 10;
  const steps = stepsOf(slab, slab.modelSums.at(0));
  lightModel(slab, gain);
  if (gain < NO_GAIN) takeUncovered(slab, gain);
  expectStructure(slab, gain, steps);
  sense(slab);
  mark(slab);
  slab.relit = 1;
  if (abs(slab.recentGain - NO_GAIN) > EVENT_GAIN) beginLighting(slab, SceneCause.gain);
}
