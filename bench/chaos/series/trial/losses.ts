import { parseDuration } from '../../../../engine/core/duration.js';
import type { Played } from '../../judge/play.js';
import type { Story } from '../../judge/stories.js';

/** A clip that was open at a kill, and how much of it that had been received is not in its file. */
export interface Loss {
  location: string;
  seconds: number;
  /** From the event that told its beginning to the kill. */
  ageMs: number;
}

/** By then the pre-roll of a clip is on the disk, which takes 0.1 s on a machine with nothing else to do. */
const BEGINNING_MS = 250;

/** Killed before its pre-roll can have been written: all of it may be lost. */
export const hadJustBegun = ({ ageMs }: Loss): boolean => ageMs < BEGINNING_MS;

const MICROS = 1_000_000;

/**
 * For every clip that a kill has cut off: the time from its first picture to the kill, or to its planned end if that
 * came first, less what plays. A picture on its way from the camera counts as received.
 *
 * @param kills times in ms, ascending
 * @param clipSeconds from the message that asked for a clip to its end
 */
export const lossesOf = (
  stories: Iterable<Story>,
  played: ReadonlyMap<string, Pick<Played, 'seconds'>>,
  kills: readonly number[],
  clipSeconds: number,
): Loss[] => {
  const losses: Loss[] = [];
  for (const { location, started, stopped } of stories) {
    const [begin] = started;
    if (begin === undefined || stopped[0]?.data.reason !== 'engineDied') continue;
    const told = Date.parse(begin.eventTime);
    const kill = kills.find((time) => time >= told);
    if (kill === undefined) continue;
    const preRoll = (parseDuration(String(begin.data.actualPreRoll ?? 'PT0S')) ?? 0) / MICROS;
    const received = Math.min((kill - Date.parse(String(begin.data.startTime))) / 1000, preRoll + clipSeconds);
    losses.push({ location, seconds: received - (played.get(location)?.seconds ?? 0), ageMs: kill - told });
  }
  return losses;
};
