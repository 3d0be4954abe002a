/** Names the file that the arrivals are written into. */
export const ARRIVALS_VARIABLE = 'SLUICE_BENCH_ARRIVALS';

/** An access unit that reached the engine. */
export interface Arrival {
  camera: string;
  /** The time that events about its picture carry, in ms since 1970. */
  utcMs: number;
  /** `monotonicMs` when it came. */
  atMs: number;
}

export interface Seen {
  camera: string;
  utcMs: number;
  /** `monotonicMs` when the event came. */
  atMs: number;
}

/** One clock for all processes of the machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** Times of an event and of its unit may differ by this much: the mapping to UTC is slewed in between. */
const TOLERANCE_MS = 15;

/** From the arrival of each event's unit to the event, in ms; events whose unit is not found are counted. */
export const match = (
  arrivals: readonly Arrival[],
  seen: readonly Seen[],
): { latencies: number[]; unmatched: number } => {
  const cameras = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    const known = cameras.get(arrival.camera);
    if (known) known.push(arrival);
    else cameras.set(arrival.camera, [arrival]);
  }
  for (const units of cameras.values()) units.sort((a, b) => a.utcMs - b.utcMs);
  const latencies: number[] = [];
  let unmatched = 0;
  for (const event of seen) {
    const unit = nearest(cameras.get(event.camera) ?? [], event.utcMs);
    if (unit && Math.abs(unit.utcMs - event.utcMs) <= TOLERANCE_MS) latencies.push(event.atMs - unit.atMs);
    else unmatched++;
  }
  return { latencies, unmatched };
};

/** `units` in order of their times. */
const nearest = (units: readonly Arrival[], utcMs: number): Arrival | undefined => {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (units[middle]!.utcMs < utcMs) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [units[low - 1], units[low]];
  if (!before || !after) return before ?? after;
  return utcMs - before.utcMs <= after.utcMs - utcMs ? before : after;
};
