// One frame, from the picture to the verdict.
import { assign } from './assign';
import { decay } from './decay';
import { decide } from './decide';
import { noteInsensitive } from './insensitive';
import { join } from './join';
import { learn } from './learn';
import { NO_GAIN } from './light';
import { updateQuickSums } from './quick-sums';
import { Learning, rateOf, Rates, setRates } from './rates';
import { report } from './report';
import { checkScene } from './scene';
import { keepMarked } from './seen';
import { sense } from './sense';
import { CELL, Slab } from './slab';
import { restless } from './unrest';
import { Sensitivity } from './zone-rule';

/**
 * Pictures are judged at this distance at least, about six a second: so that a scene has the same story at every frame rate. Those
 * in between have the verdict of the one before.
 */
const LEAST_STEP_MS: i32 = 145;
/** After longer steps the scene is another anyway. */
const LONGEST_STEP_MS: i32 = 4000;
/** Timestamps that stand still do not stop the detector. */
const LEAST_ELAPSED_MS: i32 = 5;
/** A row without busy tiles learns once in so many ms. */
const TURN_MS: i32 = 3000;
/** A younger model learns in all rows. */
const YOUNG_MS: i32 = 4000;
/** With pictures further apart all rows learn, too: a row would have its turn too seldom. */
const SPARSE_PICTURES_MS: i32 = 450;
/** Ages are counted up to about 17 minutes. */
const LONGEST_AGE_MS: i32 = 1 << 20;
/** Time constant of the quick means. */
const QUICK_MS: i32 = 400;
/** Of the first picture nothing is known: in grey levels. */
const FIRST_THRESHOLD: i32 = 20;
/** Two bytes of the spread of a pixel that was never seen: 16 grey levels in Q7, so four levels of difference. */
const FIRST_SPREAD: u8 = 8;
/** Rate of all the way, Q15. */
const AT_ONCE: i32 = 0x7fff;

/** Judges the picture that the slab's fields describe. Returns 1 for motion. */
export function judge(slab: Slab): i32 {
  slab.waitedMs += max(LEAST_ELAPSED_MS, slab.elapsedMs);
  if (slab.frames > 0 && slab.waitedMs < LEAST_STEP_MS) {
    slab.clearChanges();
    return slab.motion;
  }
  const dt = min(LONGEST_STEP_MS, slab.waitedMs);
  slab.waitedMs = 0;
  slab.stepMs = dt;
  slab.frames++;
  slab.clearVerdict();
  if (slab.frames == 1) {
    begin(slab);
    return 0;
  }
  const age = slab.ageMs + dt;
  slab.ageMs = min(age, LONGEST_AGE_MS);
  const all = age < YOUNG_MS || dt > SPARSE_PICTURES_MS;
  const place = slab.sumsAt;
  slab.sumsAt = slab.lastSumsAt;
  slab.lastSumsAt = place;
  const calm = !restless(slab);
  setRates(slab.rates, dt, age, calm);
  if (!all) setRates(slab.sparseRates, TURN_MS, age, calm);
  sense(slab);
  if (checkScene(slab, dt)) resetModel(slab);
  else judgeRegions(slab, dt, all);
  noteInsensitive(slab);
  decay(slab, dt);
  return slab.motion;
}

function begin(slab: Slab): void {
  slab.recentGain = NO_GAIN;
  slab.leastThreshold = FIRST_THRESHOLD;
  // The spreads lie behind the means of each row of a tile.
  const model = slab.model.at(0);
  const bytes = slab.cellCount * CELL * CELL * 4;
  for (let i = 0; i < bytes; i += 64) memory.fill(model + i + 32, FIRST_SPREAD, 32);
  sense(slab);
  takePicture(slab);
}

/** The picture becomes the model, where it lies. */
function takePicture(slab: Slab): void {
  const cells = slab.cellCount;
  memory.fill(slab.learning.at(0), <u8>Learning.light, cells);
  setRates(slab.rates, 100, 0, true);
  Rates.of(slab.rates, Learning.light).set(AT_ONCE, 0, 0);
  learn(slab, 0, slab.cellsY);
  memory.fill(slab.learning.at(0), <u8>Learning.background, cells);
  memory.copy(slab.quickSums.at(0), slab.sums.at(0), cells << 1);
  memory.fill(slab.stillTimes.at(0), 0, cells);
}

/** The picture becomes the model, and is where the model is from now on. */
function resetModel(slab: Slab): void {
  takePicture(slab);
  slab.shiftX = 0;
  slab.shiftY = 0;
  slab.shiftedMs = 0;
  slab.allMarkedMs = 0;
}

function judgeRegions(slab: Slab, dt: i32, all: bool): void {
  const regions = join(slab, (slab.clockMs + dt) / 100 - slab.clockMs / 100);
  decide(slab, regions, dt);
  assign(slab);
  report(slab, regions);
  const least = leastThreshold(slab.sensitivity);
  slab.threshold = least;
  slab.leastThreshold = least;
  // Rows go round with the clock, so that each has its turn after the same time however unevenly pictures come.
  const rows = slab.cellsY;
  const round = slab.clockMs % TURN_MS;
  const first = (round * rows) / TURN_MS;
  learn(slab, first, all ? rows : ((round + dt) * rows) / TURN_MS - first);
  updateQuickSums(slab, rateOf(dt, QUICK_MS));
  keepMarked(slab);
}

/** In grey levels. The most sensitive zone sets how little a pixel must differ; the others ask more of their regions. */
function leastThreshold(sensitivity: Sensitivity): i32 {
  return sensitivity == Sensitivity.low ? 16 : sensitivity == Sensitivity.medium ? 10 : 7;
}
