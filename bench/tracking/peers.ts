/** Trackers to compare with, after their published descriptions. None of them looks at the picture. */
import type { Box, Detection } from '../../wasm/types.js';
import { iou, type Labelled, pairs } from './boxes.js';

/** Takes the frames one after another. Ages are counted in detections, so that sparse ones do not end every track. */
export interface PeerTracker {
  track(detections: readonly Detection[] | null, dt: number): Labelled[];
}

const LEAST_IOU = 0.3;
/** Detections in a row without a match after which a track ends. */
const MOST_MISSES = 2;

interface Track {
  id: number;
  misses: number;
  box: Box;
}

/** Matches by IoU; what is left of the detections begins tracks. */
function settle<T extends Track>(
  tracks: T[],
  found: readonly Detection[],
  begin: (box: Box) => T,
  meet: (t: T, box: Box) => void,
): T[] {
  const values = tracks.map((track) =>
    found.map(({ box }) => {
      const value = iou(track.box, box);
      return value >= LEAST_IOU ? value : 0;
    }),
  );
  const met = pairs(values);
  const metTracks = new Set(met.map(([t]) => t));
  const metFound = new Set(met.map(([, f]) => f));
  for (const [t, f] of met) {
    const track = tracks[t] as T;
    track.misses = 0;
    meet(track, (found[f] as Detection).box);
  }
  tracks.forEach((track, index) => {
    if (!metTracks.has(index)) track.misses++;
  });
  const left = found.filter((_, index) => !metFound.has(index)).map(({ box }) => begin(box));
  return [...tracks.filter(({ misses }) => misses < MOST_MISSES), ...left];
}

const told = (tracks: readonly Track[]): Labelled[] => tracks.map(({ id, box }) => ({ id, box: { ...box } }));

/** Leaves each box where it was found last. */
export class HoldLast implements PeerTracker {
  #tracks: Track[] = [];
  #id = 0;

  track(found: readonly Detection[] | null): Labelled[] {
    if (found !== null) {
      const begin = (box: Box): Track => ({ id: ++this.#id, misses: 0, box });
      this.#tracks = settle(this.#tracks, found, begin, (track, box) => {
        track.box = box;
      });
    }
    return told(this.#tracks);
  }
}

/** A Kalman filter of a value and its rate per frame. */
class Filter {
  rate = 0;
  #vv: number;
  #vr = 0;
  #rr: number;

  constructor(
    public value: number,
    readonly noise: { measured: number; value: number; rate: number },
    first: { value: number; rate: number },
  ) {
    this.#vv = first.value;
    this.#rr = first.rate;
  }

  predict(): void {
    this.value += this.rate;
    this.#vv += 2 * this.#vr + this.#rr + this.noise.value;
    this.#vr += this.#rr;
    this.#rr += this.noise.rate;
  }

  update(measured: number): void {
    const s = this.#vv + this.noise.measured;
    const [k, q] = [this.#vv / s, this.#vr / s];
    const innovation = measured - this.value;
    this.value += k * innovation;
    this.rate += q * innovation;
    this.#rr -= q * this.#vr;
    this.#vr -= k * this.#vr;
    this.#vv -= k * this.#vv;
  }
}

interface SortTrack extends Track {
  filters: [Filter, Filter, Filter, Filter];
}

/** Pixels that a picture is taken to be wide and high, since SORT's noise is in pixels. */
const PIXELS = 1000;

/** SORT (Bewley et al. 2016): filters of the centre and the area with constant rates, and of the aspect ratio. */
export class Sort implements PeerTracker {
  #tracks: SortTrack[] = [];
  #id = 0;

  track(found: readonly Detection[] | null): Labelled[] {
    for (const track of this.#tracks) {
      for (const filter of track.filters) filter.predict();
      track.box = boxOf(track.filters);
    }
    if (found !== null) {
      this.#tracks = settle(
        this.#tracks,
        found,
        (box) => this.#begin(box),
        (track, box) => {
          measuresOf(box).forEach((value, i) => {
            track.filters[i]?.update(value);
          });
          track.box = boxOf(track.filters);
        },
      );
    }
    return told(this.#tracks);
  }

  #begin(box: Box): SortTrack {
    const [x, y, area, ratio] = measuresOf(box);
    const first = { value: 10, rate: 10_000 };
    return {
      id: ++this.#id,
      misses: 0,
      box,
      filters: [
        new Filter(x, { measured: 1, value: 1, rate: 0.01 }, first),
        new Filter(y, { measured: 1, value: 1, rate: 0.01 }, first),
        new Filter(area, { measured: 10, value: 1, rate: 0.0001 }, first),
        new Filter(ratio, { measured: 10, value: 1, rate: 0 }, { value: 10, rate: 0 }),
      ],
    };
  }
}

function measuresOf({ l, t, w, h }: Box): [number, number, number, number] {
  return [(l + w / 2) * PIXELS, (t + h / 2) * PIXELS, w * h * PIXELS * PIXELS, w / h];
}

function boxOf([x, y, area, ratio]: SortTrack['filters']): Box {
  const size = Math.max(1, area.value) / (PIXELS * PIXELS);
  const w = Math.sqrt(size * Math.max(0.05, ratio.value));
  const h = size / w;
  return { l: x.value / PIXELS - w / 2, t: y.value / PIXELS - h / 2, w, h };
}

interface NorfairTrack extends Track {
  corners: [Filter, Filter, Filter, Filter];
  hits: number;
}

/** Norfair's way: two corners followed by filters, a distance of the caller's, the nearest pair first, a hit counter. */
export class NorfairLike implements PeerTracker {
  readonly #period: number;
  readonly #most: number;
  #tracks: NorfairTrack[] = [];
  #id = 0;

  /** `period`: frames from one detection to the next, which its counter and noise know of. */
  constructor(period: number) {
    this.#period = period;
    this.#most = MOST_MISSES * period;
  }

  track(found: readonly Detection[] | null): Labelled[] {
    for (const track of this.#tracks) {
      for (const corner of track.corners) corner.predict();
      track.box = cornersBox(track.corners);
      track.hits--;
    }
    if (found !== null) this.#match(found);
    this.#tracks = this.#tracks.filter(({ hits }) => hits >= 0);
    return told(this.#tracks);
  }

  #match(found: readonly Detection[]): void {
    const near = this.#tracks
      .flatMap((track) => found.map(({ box }, index) => ({ track, index, box, distance: distance(track.box, box) })))
      .filter(({ distance: d }) => d < 1)
      .sort((a, b) => a.distance - b.distance);
    const used = new Set<number>();
    const met = new Set<NorfairTrack>();
    for (const { track, index, box } of near) {
      if (used.has(index) || met.has(track)) continue;
      used.add(index);
      met.add(track);
      cornersOf(box).forEach((value, i) => {
        track.corners[i]?.update(value);
      });
      track.box = cornersBox(track.corners);
      track.hits = Math.min(this.#most, track.hits + 2 * this.#period);
    }
    const left = found.filter((_, index) => !used.has(index)).map(({ box }) => this.#begin(box));
    this.#tracks.push(...left);
  }

  #begin(box: Box): NorfairTrack {
    const noise = { measured: 4 / this.#period, value: 0.1, rate: 0.1 };
    const filter = (value: number): Filter => new Filter(value, noise, { value: 10, rate: 1 });
    const corners = cornersOf(box).map(filter) as NorfairTrack['corners'];
    return { id: ++this.#id, misses: 0, box, corners, hits: this.#period };
  }
}

const cornersOf = ({ l, t, w, h }: Box): number[] => [l, t, l + w, t + h].map((value) => value * PIXELS);

function cornersBox([l, t, r, b]: NorfairTrack['corners']): Box {
  return {
    l: l.value / PIXELS,
    t: t.value / PIXELS,
    w: Math.max(0.001, (r.value - l.value) / PIXELS),
    h: Math.max(0.001, (b.value - t.value) / PIXELS),
  };
}

/** From middle to middle, in heights of the detection. */
function distance(a: Box, b: Box): number {
  const x = a.l + a.w / 2 - b.l - b.w / 2;
  const y = a.t + a.h / 2 - b.t - b.h / 2;
  return Math.hypot(x, y) / b.h;
}
