// Which finding is which object.
import { assign, rowOf } from './assignment';
import { Finding } from './finding';
import { Followed, Stage } from './followed';
import { likeness, nearness } from './likeness';
import { seeLooks } from './looks';
import { MAX_FINDINGS, MAX_FOLLOWED } from './sizes';
import { TrackSlab } from './track-slab';

/** Findings of this score are sure … */
export const SURE: f32 = 0.5;
/** … and below this they are not looked at. */
export const LEAST_SCORE: f32 = 0.1;
/** Least likeness of a sure finding, and of one that is not. */
const LIKE: f64 = 0.08;
const NEARNESS: f64 = 0.5;
const LIKE_UNSURE: f64 = 0.3;

/**
 * Sure findings come first, those that are not sure go to objects that are left: both as in ByteTrack. Last come
 * objects that have been lost: what is near and nobody's is likelier one of them than something new.
 */
export function associate(slab: TrackSlab): void {
  for (let i = 0; i < slab.findingCount; i++) {
    const f = slab.finding(i);
    seeLooks(slab, f.looks, <f64>f.left, <f64>f.top, <f64>f.width, <f64>f.height);
  }
  matchStage(slab, Stage.confirmed, SURE, 2, LIKE, true);
  matchStage(slab, Stage.confirmed, LEAST_SCORE, SURE, LIKE_UNSURE, false);
  matchStage(slab, Stage.tentative, LEAST_SCORE, 2, LIKE, false);
  matchStage(slab, Stage.confirmed, SURE, 2, 0, true);
}

/** Lists the objects of a stage that are free, at `list`. @returns how many */
function listObjects(slab: TrackSlab, stage: Stage, list: usize): i32 {
  let count = 0;
  for (let i = 0; i < slab.followedCount; i++) {
    const object = slab.followed(i);
    if (object.stage != stage || object.finding >= 0) continue;
    store<i32>(list + (count << 2), i);
    count++;
  }
  return count;
}

/** Lists the findings that are free, with scores from `least` to below `most`, at `list`. @returns how many */
function listFindings(slab: TrackSlab, least: f32, most: f32, list: usize): i32 {
  let count = 0;
  for (let i = 0; i < slab.findingCount; i++) {
    const finding = slab.finding(i);
    if (finding.taken || finding.score < least || finding.score >= most) continue;
    store<i32>(list + (count << 2), i);
    count++;
  }
  return count;
}

/** What it costs to take a finding for an object; `limit` if they are not alike. */
function costOf(object: Followed, finding: Finding, lost: bool, limit: f32, known: i32): f32 {
  if (object.kind != finding.kind) return limit;
  const alike = likeness(object, finding, known);
  return min(limit, <f32>(1 - (lost ? max(alike, NEARNESS * nearness(object, finding, known)) : alike)));
}

/** Matches the objects of a stage with the findings whose score is from `least` to below `most`, if both are free. */
function matchStage(slab: TrackSlab, stage: Stage, least: f32, most: f32, like: f64, lost: bool): void {
  const costs = slab.matching;
  const notes = costs + 4 * MAX_FOLLOWED * MAX_FINDINGS;
  const objectList = notes + 48 * (MAX_FOLLOWED + 2);
  const findingList = objectList + 4 * MAX_FOLLOWED;
  const objects = listObjects(slab, stage, objectList);
  const findings = listFindings(slab, least, most, findingList);
  if (objects == 0 || findings == 0) return;
  // The method wants no more rows than columns.
  const turned = objects > findings;
  const rows = turned ? findings : objects;
  const columns = turned ? objects : findings;
  const limit = <f32>(1 - like);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const object = slab.followed(load<i32>(objectList + ((turned ? column : row) << 2)));
      const finding = slab.finding(load<i32>(findingList + ((turned ? row : column) << 2)));
      // What is not alike costs as much as being left alone.
      store<f32>(costs + ((row * columns + column) << 2), costOf(object, finding, lost, limit, slab.backgroundKnown));
    }
  }
  assign(costs, rows, columns, notes);
  for (let column = 0; column < columns; column++) {
    const row = rowOf(notes, columns, column);
    if (row < 0 || load<f32>(costs + ((row * columns + column) << 2)) >= limit) continue;
    const object = load<i32>(objectList + ((turned ? column : row) << 2));
    const finding = load<i32>(findingList + ((turned ? row : column) << 2));
    slab.followed(object).finding = finding;
    slab.finding(finding).taken = object + 1;
  }
}
