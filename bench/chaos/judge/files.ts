import { messageOf } from '../../../engine/core/errors.js';
import type { Violation } from '../report.js';
import type { Played } from './play.js';
import type { FolderFacts } from './read-folder.js';
import type { Story } from './stories.js';

/** How far the playable duration may be from the one that the event states: a picture or two, and rounding. */
const DURATION_TOLERANCE_SECONDS = 0.25;

export interface FileExcuses {
  /** The trial itself has removed this file. */
  removed(location: string): boolean;
  /** Its pictures were damaged before Sluice had them: it must be a file that plays, but pictures may be broken. */
  damaged(story: Story): boolean;
}

/** What index, files and events say of each other, without looking into files. */
export const judgeIndex = (
  { clips, files }: FolderFacts,
  stories: readonly Story[],
  open: boolean,
  { removed }: FileExcuses,
): Violation[] => {
  const found: Violation[] = [];
  const rows = new Map(clips.map((clip) => [clip.location, clip]));
  const told = new Set(stories.map(({ location }) => location));
  for (const { location, state, bytes } of clips) {
    const size = files.get(location);
    if (state === 'open') {
      if (!open) found.push({ rule: 'row.open', what: `${location} counts as being written` });
    } else if (size === undefined) {
      if (!removed(location))
        found.push({ rule: 'row.fileless', what: `${location} is in the index (${state}), not on the disk` });
    } else if (size !== bytes) {
      found.push({ rule: 'row.size', what: `${location} has ${size} bytes, the index says ${bytes}` });
    }
  }
  for (const [location, size] of files) {
    if (!rows.has(location)) found.push({ rule: 'file.unindexed', what: `${location} (${size} bytes) is in no row` });
    if (!told.has(location)) found.push({ rule: 'file.untold', what: `${location} (${size} bytes) is in no event` });
  }
  return found;
};

/** The file of an Available event: there, as large and as long as the event says, and every picture can be decoded. */
export const judgeFile = async (
  story: Story,
  files: FolderFacts['files'],
  excuses: FileExcuses,
  player: (path: string) => Promise<Played>,
): Promise<{ violations: Violation[]; played: Played | undefined }> => {
  const violations: Violation[] = [];
  const { location, available, deleted } = story;
  const [event] = available;
  if (event === undefined || deleted.length > 0) return { violations, played: undefined };
  const broken = (rule: string, what: string): void =>
    void violations.push({ rule: `file.${rule}`, what: `${location}: ${what}` });
  const size = files.get(location);
  if (size === undefined) {
    if (!excuses.removed(location)) broken('missing', `event ${event.seq} says it is available`);
    return { violations, played: undefined };
  }
  const { bytes, duration, frames } = event.data as { bytes?: number; duration?: number; frames?: number };
  if (size !== bytes) broken('size', `${size} bytes, event ${event.seq} says ${bytes}`);
  let played: Played;
  try {
    played = await player(location);
  } catch (error) {
    broken('unplayable', messageOf(error).slice(0, 300));
    return { violations, played: undefined };
  }
  if (played.frames === 0) broken('empty', 'it holds no pictures');
  else if (!(Math.abs(played.seconds - (duration ?? Number.NaN)) <= DURATION_TOLERANCE_SECONDS))
    broken('duration', `${played.seconds.toFixed(3)} s play, event ${event.seq} says ${duration} s`);
  if (excuses.damaged(story)) return { violations, played };
  if (frames !== undefined && played.frames !== frames)
    broken('frames', `${played.frames} pictures, event ${event.seq} says ${frames}`);
  if (played.complaints !== '') broken('complaints', played.complaints.slice(0, 300));
  return { violations, played };
};
