/**
 * How good tracks are, by the published definitions: HOTA (Luiten et al. 2020), IDF1 (Ristani et al. 2016), and how well the
 * boxes lie in frames for which there was no detection.
 */
import { iou, type Labelled, pairs } from './boxes.js';

/** One frame: what is there, and what the tracker says. */
export interface ScoredFrame {
  truth: readonly Labelled[];
  told: readonly Labelled[];
  /** There was no detection. */
  bridged: boolean;
}

export interface TrackingScore {
  hota: number;
  detA: number;
  assA: number;
  idf1: number;
  /** Mean IoU of the pairs of bridged frames that overlap by half at least. */
  bridgedIou: number;
  /** The same of every true box of bridged frames, 0 for those that no box lies on. */
  bridgedCover: number;
  /** How often a true object gets another id. */
  switches: number;
}

const ALPHAS = Array.from({ length: 19 }, (_, i) => (i + 1) * 0.05);
/** Two boxes are the same object from this IoU on, for IDF1, switches and the IoU of bridged frames. */
const SAME = 0.5;

/** Numbers the ids of a list from 0. */
class Numbering {
  readonly counts: number[] = [];
  readonly #numbers = new Map<number, number>();

  /** The number of an id that is seen once more. */
  see(id: number): number {
    const known = this.#numbers.get(id);
    const number = known ?? this.counts.length;
    if (known === undefined) {
      this.#numbers.set(id, number);
      this.counts.push(0);
    }
    this.counts[number] = (this.counts[number] as number) + 1;
    return number;
  }
}

interface Compared {
  truth: number[];
  told: number[];
  likeness: number[][];
  bridged: boolean;
}

function compare(frames: readonly ScoredFrame[]): { all: Compared[]; truths: number[]; tracks: number[] } {
  const truths = new Numbering();
  const tracks = new Numbering();
  const all = frames.map(({ truth, told, bridged }) => ({
    truth: truth.map(({ id }) => truths.see(id)),
    told: told.map(({ id }) => tracks.see(id)),
    likeness: truth.map((a) => told.map((b) => iou(a.box, b.box))),
    bridged,
  }));
  return { all, truths: truths.counts, tracks: tracks.counts };
}

const table = (rows: number, columns: number): Float64Array[] =>
  Array.from({ length: rows }, () => new Float64Array(columns));

export function score(frames: readonly ScoredFrame[]): TrackingScore {
  const { all, truths, tracks } = compare(frames);
  return {
    ...hota(all, truths, tracks),
    idf1: idf1(all, truths, tracks),
    ...bridged(all),
    switches: switches(all, truths.length),
  };
}

/** How likely a track and an object are the same, over all frames: the share of likeness that falls to the pair. */
function alignment(all: readonly Compared[], truths: readonly number[], tracks: readonly number[]): Float64Array[] {
  const shared = table(truths.length, tracks.length);
  for (const { truth, told, likeness } of all) {
    const ofTruth = likeness.map((row) => row.reduce((sum, value) => sum + value, 0));
    const ofTrack = told.map((_, j) => likeness.reduce((sum, row) => sum + (row[j] as number), 0));
    truth.forEach((g, i) => {
      told.forEach((t, j) => {
        const value = (likeness[i] as number[])[j] as number;
        const either = (ofTruth[i] as number) + (ofTrack[j] as number) - value;
        const row = shared[g] as Float64Array;
        if (either > 0) row[t] = (row[t] as number) + value / either;
      });
    });
  }
  return shared.map((row, g) => row.map((value, t) => value / ((truths[g] as number) + (tracks[t] as number) - value)));
}

function hota(all: readonly Compared[], truths: readonly number[], tracks: readonly number[]) {
  const aligned = alignment(all, truths, tracks);
  const matched = ALPHAS.map(() => table(truths.length, tracks.length));
  for (const { truth, told, likeness } of all) {
    const values = truth.map((g, i) =>
      told.map((t, j) => ((aligned[g] as Float64Array)[t] as number) * ((likeness[i] as number[])[j] as number)),
    );
    for (const [i, j] of pairs(values)) {
      const value = (likeness[i] as number[])[j] as number;
      ALPHAS.forEach((alpha, a) => {
        // Steps of 0.05 are not exact.
        if (value < alpha - 1e-9) return;
        const row = (matched[a] as Float64Array[])[truth[i] as number] as Float64Array;
        const t = told[j] as number;
        row[t] = (row[t] as number) + 1;
      });
    }
  }
  const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + n, 0);
  const each = matched.map((counts) => {
    let hits = 0;
    let association = 0;
    counts.forEach((row, g) => {
      row.forEach((n, t) => {
        hits += n;
        if (n > 0) association += (n * n) / ((truths[g] as number) + (tracks[t] as number) - n);
      });
    });
    const detA = hits / Math.max(1, total(truths) + total(tracks) - hits);
    const assA = association / Math.max(1, hits);
    return { detA, assA, hota: Math.sqrt(detA * assA) };
  });
  const mean = (of: (one: (typeof each)[number]) => number): number =>
    each.reduce((sum, one) => sum + of(one), 0) / each.length;
  return { hota: mean((one) => one.hota), detA: mean((one) => one.detA), assA: mean((one) => one.assA) };
}

/** Of all ways to give each object one track at most, the one with the most frames in which they are the same. */
function idf1(all: readonly Compared[], truths: readonly number[], tracks: readonly number[]): number {
  const same = table(truths.length, tracks.length);
  for (const { truth, told, likeness } of all) {
    truth.forEach((g, i) => {
      told.forEach((t, j) => {
        const row = same[g] as Float64Array;
        if (((likeness[i] as number[])[j] as number) >= SAME) row[t] = (row[t] as number) + 1;
      });
    });
  }
  const hits = pairs(same.map((row) => [...row])).reduce(
    (sum, [g, t]) => sum + ((same[g] as Float64Array)[t] as number),
    0,
  );
  const boxes = [...truths, ...tracks].reduce((sum, n) => sum + n, 0);
  return boxes === 0 ? 0 : (2 * hits) / boxes;
}

const halfAlike = (likeness: readonly number[][]): number[][] =>
  likeness.map((row) => row.map((value) => (value >= SAME ? value : 0)));

function bridged(all: readonly Compared[]): { bridgedIou: number; bridgedCover: number } {
  let sum = 0;
  let matched = 0;
  let covered = 0;
  let truths = 0;
  for (const { truth, likeness, bridged: counts } of all) {
    if (!counts) continue;
    truths += truth.length;
    for (const [i, j] of pairs(likeness)) covered += (likeness[i] as number[])[j] as number;
    for (const [i, j] of pairs(halfAlike(likeness))) {
      sum += (likeness[i] as number[])[j] as number;
      matched++;
    }
  }
  return { bridgedIou: matched > 0 ? sum / matched : 0, bridgedCover: truths > 0 ? covered / truths : 0 };
}

function switches(all: readonly Compared[], truths: number): number {
  const last = new Array<number>(truths).fill(-1);
  let n = 0;
  for (const { truth, told, likeness } of all) {
    for (const [i, j] of pairs(halfAlike(likeness))) {
      const g = truth[i] as number;
      const t = told[j] as number;
      if (last[g] !== -1 && last[g] !== t) n++;
      last[g] = t;
    }
  }
  return n;
}
