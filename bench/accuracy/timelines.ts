/** A clip at one rate as a person looks at it: when there were verdicts, in the worst and the best phase, and what failed. */
import { type ClipRuns, durationOf, type Scored } from './judged.js';
import { runOwn, verdictTimes } from './ours.js';
import type { Score } from './protocol.js';
import { failures, type Moment } from './shots.js';

export interface Timeline {
  clip: string;
  rate: string;
  duration: number;
  events: readonly (readonly [number, number])[];
  dontCare: readonly (readonly [number, number])[];
  rows: { name: string; t: readonly number[]; scene?: readonly { t: number; text: string }[] }[];
  shots: (Moment & { png: Buffer })[];
}

/** Pictures of one timeline. */
const MOST_SHOTS = 4;

/** An event that is lost weighs more than any seconds. */
const badness = (score: Score): number =>
  1000 * score.missed.length + score.falseSeconds.length + score.lostSeconds.length;

function ranked(phases: readonly Scored[]): Scored[] {
  return [...phases].sort((a, b) => badness(b.score) - badness(a.score));
}

function rowOf(name: string, { phase, run, score }: Scored): Timeline['rows'][number] {
  const text = `${name} (${phase}): ${score.lostSeconds.length} lost, ${score.falseSeconds.length} false`;
  const scene = run.scene.map((c) => ({ t: c.t, text: `${c.kind} ${c.cause} ${c.began ? 'began' : 'ended'}` }));
  return { name: text, t: verdictTimes(run), scene };
}

function shotsOf({ clip, pictures, picks, run, score }: Scored): Timeline['shots'] {
  const moments = failures(score, verdictTimes(run), MOST_SHOTS);
  if (moments.length === 0) return [];
  const { shots } = runOwn(clip, pictures, picks, { shots: moments.map(({ t }) => t) });
  return shots.map(({ t, png }, i) => ({ t, png, text: moments[i]?.text ?? '' }));
}

/** Equal thinnings of different rates are shown once. */
export function timelinesOf(
  judged: ReadonlyMap<string, readonly ClipRuns[]>,
  others: (runs: ClipRuns) => Timeline['rows'],
): Timeline[] {
  const shown = new Map<readonly Scored[], Timeline>();
  for (const runs of [...judged.values()].flat()) {
    const before = shown.get(runs.phases);
    if (before !== undefined) {
      before.rate += `, ${runs.rate}`;
      continue;
    }
    const [worst, best] = [ranked(runs.phases)[0], ranked(runs.phases).at(-1)];
    if (worst === undefined || best === undefined) continue;
    const { clip } = runs;
    shown.set(runs.phases, {
      clip: clip.name,
      rate: runs.rate,
      duration: durationOf(clip, worst.pictures),
      events: clip.events,
      dontCare: clip.dontCare,
      rows: [rowOf('worst phase', worst), ...(best === worst ? [] : [rowOf('best phase', best)]), ...others(runs)],
      shots: shotsOf(worst),
    });
  }
  return [...shown.values()].sort((a, b) => a.clip.localeCompare(b.clip));
}
