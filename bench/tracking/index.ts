/**
 * Tracking: our tracker and its peers over clips with a labelled box for every object of every frame. A simulated detector
 * tells of every k-th frame; scored are all frames. --clips DIR (default ../shared/footage), --seeds N (default 5),
 * --every 1,5,8,15, --accuracy low|medium|high (default all), --peers no. --quick: two seeds, k of 1 and 15, medium only.
 */
import { resolve } from 'node:path';
import { ACCURACY } from '../../wasm/tracker/accuracy.js';
import type { TrackerAccuracy } from '../../wasm/types.js';
import { haveOpenCv } from '../accuracy/peers.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { findTrackingClips, type TrackingClip } from './footage.js';
import { runOpenCv } from './opencv.js';
import { HoldLast, NorfairLike, type PeerTracker, Sort } from './peers.js';
import { type Run, runBound, runOwn, runPeer, setup } from './runs.js';
import { comparisons, rowsOf, type Scored } from './summary.js';

const PEERS: Readonly<Record<string, (every: number) => PeerTracker>> = {
  hold: () => new HoldLast(),
  sort: () => new Sort(),
  norfair: (every) => new NorfairLike(every),
};
/** Pictures that OpenCV gets: those of our middle step. */
const PEER_WIDTH = ACCURACY.medium.width;

const log = (text: string): boolean => process.stderr.write(`${text}\n`);

interface Plan {
  accuracies: readonly TrackerAccuracy[];
  seeds: number;
  peers: boolean;
  openCv: boolean;
}

function runAll(clip: TrackingClip, every: number, plan: Plan): Scored[] {
  const setups = Array.from({ length: plan.seeds }, (_, seed) => setup(clip, every, seed + 1));
  const scored = (tracker: string, role: Scored['role'], runs: Run[]): Scored => ({
    clip: clip.name,
    every,
    tracker,
    role,
    runs,
  });
  const own = plan.accuracies.map((accuracy) =>
    scored(
      `sluice ${accuracy}`,
      'own',
      setups.map((given) => runOwn(given, accuracy, ACCURACY[accuracy].width)),
    ),
  );
  const best = scored('bound', 'bound', setups.map(runBound));
  if (!plan.peers) return [...own, best];
  const peers = Object.entries(PEERS).map(([name, peer]) =>
    scored(
      name,
      'peer',
      setups.map((given) => runPeer(given, peer(every))),
    ),
  );
  const flow = plan.openCv ? [scored('opencv flow', 'peer', runOpenCv(setups, PEER_WIDTH))] : [];
  return [...own, ...peers, ...flow, best];
}

export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const root = resolve(options.args.get('clips') ?? '../shared/footage');
  const clips = findTrackingClips(root);
  if (clips.length === 0) throw new Error(`no clips with labelled boxes (gt_mot15.txt) in ${root}`);
  const accuracy = options.args.get('accuracy') as TrackerAccuracy | undefined;
  if (accuracy !== undefined && ACCURACY[accuracy] === undefined) throw new Error(`no accuracy ${accuracy}`);
  const peers = options.args.get('peers') !== 'no';
  const openCv = peers && haveOpenCv();
  if (peers && !openCv) log('opencv flow is left out (no python3-opencv)');
  const plan: Plan = {
    accuracies: accuracy ? [accuracy] : options.quick ? ['medium'] : ['low', 'medium', 'high'],
    seeds: numberOf(options.args, 'seeds') ?? (options.quick ? 2 : 5),
    peers,
    openCv,
  };
  const steps = options.args.get('every')?.split(',').map(Number) ?? (options.quick ? [1, 15] : [1, 5, 8, 15]);
  const all: Scored[] = [];
  for (const clip of clips) {
    for (const every of steps) {
      log(`${clip.name}: every ${every}`);
      all.push(...runAll(clip, every, plan));
    }
  }
  return [...all.flatMap(rowsOf), ...comparisons(all)];
}
