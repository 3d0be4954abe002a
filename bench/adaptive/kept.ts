/** What is recorded of whole clips, against what is recorded with `fps:5`. */
import { sum } from '../common/numbers.js';
import { atMost, type BenchResult } from '../common/result.js';
import { type Span, secondsIn, without } from '../common/spans.js';
import { watch } from './camera.js';
import { code, type Trial } from './coding.js';
import type { Scene } from './scenes.js';

/** A stretch that is longer has been lost: as for beginnings, one picture of five a second. */
const MOST_LOST = 0.2;

/** Of one clip; seconds. */
export interface Kept {
  group: string;
  recordedByAll: readonly Span[];
  recorded: readonly Span[];
  decoded: number;
  decodedByAll: number;
}

export async function keptOf(scene: Scene, trial: Trial): Promise<Kept[]> {
  const { gop, rate, policies, verbose } = trial;
  const coded = await code(scene.raw, { gop, rate });
  const all = watch(coded, 'fps:5');
  return policies.map((policy) => {
    const { recorded, decoded, promotions } = watch(coded, policy);
    if (verbose) {
      const lost = without(all.recorded, recorded);
      const besides = without(recorded, all.recorded);
      const what = { lost, besides, decoded: decoded / all.decoded, ...promotions };
      process.stderr.write(`  ${scene.name}, whole, ${policy}: ${JSON.stringify(what)}\n`);
    }
    const group = `${policy}, keyframes ${gop} s apart, ${rate}, whole clips`;
    return { group, recorded, recordedByAll: all.recorded, decoded, decodedByAll: all.decoded };
  });
}

/** Each group in the order in which they came. */
export function rowsOfKept(all: readonly Kept[]): BenchResult[] {
  return [...new Set(all.map(({ group }) => group))].flatMap((name) => {
    const kept = all.filter(({ group }) => group === name);
    const lost = kept.map(({ recorded, recordedByAll }) => without(recordedByAll, recorded));
    const besides = kept.map(({ recorded, recordedByAll }) => without(recorded, recordedByAll));
    const seconds = sum(kept.map(({ recordedByAll }) => secondsIn(recordedByAll)));
    const longest = Math.max(0, ...lost.flat().map(([from, to]) => to - from));
    const decoded = sum(kept.map((one) => one.decoded)) / sum(kept.map((one) => one.decodedByAll));
    return [
      {
        name,
        metric: 'recorded',
        value: 1 - sum(lost.map(secondsIn)) / seconds,
        unit: '',
        said: `of ${Math.round(seconds)} s`,
      },
      atMost({ name, metric: 'lost at a stretch, worst', value: longest, unit: 's' }, MOST_LOST + 1e-6),
      { name, metric: 'recorded besides', value: (100 * sum(besides.map(secondsIn))) / seconds, unit: '%' },
      { name, metric: 'units decoded', value: 100 * decoded, unit: '%' },
    ];
  });
}
