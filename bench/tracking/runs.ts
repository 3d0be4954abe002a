/** One tracker on one clip with one simulated detector. */
import type { KernelBuild } from '../../wasm/detector/kernel.js';
import { OfflineTracker } from '../../wasm/tracker/offline.js';
import type { Detection, TrackerAccuracy } from '../../wasm/types.js';
import { percentile } from '../accuracy/protocol.js';
import { bound } from './bound.js';
import type { Labelled } from './boxes.js';
import type { TrackingClip } from './footage.js';
import { type ScoredFrame, score, type TrackingScore } from './metrics.js';
import { randomFrom, simulate } from './noise.js';
import type { PeerTracker } from './peers.js';

export interface Setup {
  clip: TrackingClip;
  every: number;
  seed: number;
  /** First frame with detections: before it nobody can know anything, and nothing is scored. */
  phase: number;
  detections: (readonly Detection[] | null)[];
}

export interface Run extends TrackingScore {
  /** µs per object and frame, the median of the frames; NaN if not measured. */
  micros: number;
}

export function setup(clip: TrackingClip, every: number, seed: number): Setup {
  const phase = Math.floor(randomFrom(seed * 31 + every)() * every);
  return { clip, every, seed, phase, detections: simulate(clip.truth, { every, phase, seed }) };
}

export function scoreRun({ clip, phase, detections }: Setup, told: readonly (readonly Labelled[])[]): TrackingScore {
  const frames = clip.truth.map(
    (truth, i): ScoredFrame => ({ truth, told: told[i] ?? [], bridged: detections[i] === null }),
  );
  return score(frames.slice(phase));
}

export function runPeer(given: Setup, peer: PeerTracker): Run {
  const told = given.detections.map((detections) => peer.track(detections, 1 / given.clip.fps));
  return { ...scoreRun(given, told), micros: Number.NaN };
}

export const runBound = (given: Setup): Run => ({ ...scoreRun(given, bound(given)), micros: Number.NaN });

export function runOwn(
  given: Setup,
  accuracy: TrackerAccuracy,
  width: number,
  build: KernelBuild | WebAssembly.Module = 'simd',
): Run {
  const tracker = new OfflineTracker({ accuracy }, build);
  const { planes } = given.clip.scaled(width);
  const spent: number[] = [];
  const told = given.detections.map((detections, i) => {
    const plane = planes[i];
    if (plane === undefined) return [];
    const result = tracker.track(plane, detections);
    if (result.objects.length > 0) spent.push(result.trackMicros / result.objects.length);
    return result.objects;
  });
  return { ...scoreRun(given, told), micros: percentile(spent, 0.5) };
}
