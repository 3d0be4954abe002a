/** What a peer is given of a judged clip, how its answer is scored, and the figures that are reported of every detector. */
import type { BenchResult } from '../common/result.js';
import { durationOf, type Scored, scoreOf } from './judged.js';
import { groundtruthFiles } from './ours.js';
import { keyframesOf, type PeerJob, type PeerRun } from './peers.js';
import type { Pooled, pool } from './protocol.js';

export function rows(name: string, p: Pooled): BenchResult[] {
  const row = (metric: string, value: number, unit: string): BenchResult => ({ name, metric, value, unit });
  return [
    row('recall', p.hits / Math.max(1, p.events), `of ${p.events} events`),
    row('quiet seconds with a verdict', p.quiet, `of ${p.quietOf}`),
    row('nuisance seconds with a verdict', p.nuisance, `of ${p.nuisanceOf}`),
    row('false starts', p.falseStarts, ''),
    row('coverage', p.coverage, ''),
    row('clean onset p50', p.cleanP50, 's'),
    row('clean onset p90', p.cleanP90, 's'),
    row('pixel F', p.pixelF, ''),
  ].filter((r) => !Number.isNaN(r.value));
}

export function jobOf({ clip, rate, pictures, picks }: Scored): PeerJob {
  const keys = keyframesOf(clip.file);
  const truth = groundtruthFiles(clip);
  return {
    clip: clip.name,
    rate,
    path: pictures.path,
    width: clip.width,
    height: clip.height,
    picks,
    times: picks.map((i) => pictures.time(i)),
    keyframes: picks.map((i) => (keys.has(i) ? 1 : 0)),
    groundtruth: truth.size === 0 ? null : Object.fromEntries(truth),
  };
}

export function peerScore(s: Scored, peer: PeerRun): Parameters<typeof pool>[0][number] {
  const all = 2 * peer.tp + peer.fp + peer.fn;
  return {
    pooled: s.clip.pooled,
    nuisance: s.clip.nuisance,
    score: scoreOf(s.clip, durationOf(s.clip, s.pictures), peer.t),
    pixelF: all === 0 || groundtruthFiles(s.clip).size === 0 ? undefined : (2 * peer.tp) / all,
  };
}
