/** Judges a data folder after the end: events, index and files must tell one and the same story. */
import type { EventRecord } from '../../engine/events/types.js';
import { type FileExcuses, judgeFile, judgeIndex } from './judge/files.js';
import { judgeNumbers } from './judge/numbers.js';
import { type Played, play } from './judge/play.js';
import { readFolder } from './judge/read-folder.js';
import { judgeStory, type Story, storiesOf } from './judge/stories.js';
import type { Violation } from './report.js';

export interface JudgeOptions {
  dataDir: string;
  /** The last engine was killed and none has followed: clips may be open. Default false. */
  open?: boolean;
  /** Default: nothing is excused. */
  excuses?: Partial<FileExcuses>;
  /** Reasons of gap records that the trial has caused itself. */
  gapsAllowed?: ReadonlySet<string>;
  /** Looks into a file; for tests. */
  player?: (path: string) => Promise<Played>;
}

export interface Judgement {
  violations: Violation[];
  events: readonly EventRecord[];
  stories: readonly Story[];
  /** What was in the files that are available, by location. */
  played: ReadonlyMap<string, Played>;
}

/** Files that are looked at together. Others share the machine. */
const AT_ONCE = 2;

export const judgeFolder = async (options: JudgeOptions): Promise<Judgement> => {
  const { dataDir, open = false, gapsAllowed, player = play } = options;
  const excuses: FileExcuses = { removed: () => false, damaged: () => false, ...options.excuses };
  const facts = readFolder(dataDir);
  const stories = storiesOf(facts.events);
  const violations = [...judgeNumbers(facts, gapsAllowed), ...judgeIndex(facts, stories, open, excuses)];
  const played = new Map<string, Played>();
  const waiting = [...stories];
  const work = async (): Promise<void> => {
    for (let story = waiting.shift(); story !== undefined; story = waiting.shift()) {
      violations.push(...judgeStory(story, open));
      const file = await judgeFile(story, facts.files, excuses, player);
      violations.push(...file.violations);
      if (file.played) played.set(story.location, file.played);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { violations, events: facts.events, stories, played };
};
