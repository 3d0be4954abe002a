/** What a policy finds of the events that `fps:5` finds, by the engine's own decisions. */
import { type Seen, watch } from './camera.js';
import { code, type Trial } from './coding.js';
import type { Scene } from './scenes.js';

/** A verdict so long before or after it is about the event. */
const SLACK = { before: 0.3, after: 1.5 };

/** What became of an event that `fps:5` finds. */
export interface Fate {
  group: string;
  /** Seconds by which it begins later than with `fps:5`; undefined: it was not found. */
  later: number | undefined;
  /** Seconds from its first picture with motion until that was told. */
  toldAfter: number | undefined;
  decoded: number;
  decodedByAll: number;
}

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

/** Of each policy that is asked for; nothing if `fps:5` finds nothing in the scene. */
export const fatesOf = async (scene: Scene, kind: string, { gop, rate, policies, verbose }: Trial): Promise<Fate[]> => {
  const coded = await code(scene.raw, { gop, rate });
  const all = watch(coded, 'fps:5');
  const first = firstIn(scene, all);
  if (first === undefined) return [];
  return policies.map((policy) => {
    const seen = watch(coded, policy);
    const fate = fateOf(first, firstIn(scene, seen), seen, all);
    if (verbose) say(`  ${scene.name}, ${kind}, ${policy}: ${JSON.stringify({ first, ...fate, ...seen.promotions })}`);
    return { group: `${policy}, keyframes ${gop} s apart, ${rate}, ${kind}`, ...fate };
  });
};

const firstIn = ({ moves: [from, to] }: Scene, { motion }: Seen): Moment | undefined =>
  motion.find(({ at }) => at >= from - SLACK.before && at <= to + SLACK.after);

type Moment = Seen['motion'][number];

/** In whole milliseconds: times are sums of parts of a second, and 0.2 s apart would be a little more than 0.2. */
export const secondsLater = (at: number, first: number): number => Math.max(0, Math.round((at - first) * 1000) / 1000);

const fateOf = (first: Moment, found: Moment | undefined, seen: Seen, all: Seen): Omit<Fate, 'group'> => ({
  later: found && secondsLater(found.at, first.at),
  toldAfter: found && found.told - found.at,
  decoded: seen.decoded,
  decodedByAll: all.decoded,
});
