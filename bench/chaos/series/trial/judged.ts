import type { EventRecord } from '../../../../engine/events/types.js';
import { readFolder } from '../../judge/read-folder.js';
import { type Judgement, type JudgeOptions, judgeFolder } from '../../judge.js';
import type { Violation } from '../../report.js';

/** Everything that all trials ask of a data folder after its last engine has ended in peace. */
export const judgeTrial = async (
  options: JudgeOptions,
  seen: readonly EventRecord[],
): Promise<Judgement & { untold: number }> => {
  const judgement = await judgeFolder(options);
  const { violations, events, stories } = judgement;
  violations.push(...judgeSeen(seen, events));
  const { files } = readFolder(options.dataDir);
  for (const { location, available, stopped, deleted } of stories) {
    if (files.has(location) && available.length === 0 && stopped.length > 0 && deleted.length === 0)
      violations.push({ rule: 'file.useless', what: `${location} does not play, and lies there` });
  }
  return { ...judgement, untold: stories.filter(({ stopped }) => stopped.length === 0).length };
};

/** What a subscriber has seen is in the log, under its number. */
export const judgeSeen = (seen: readonly EventRecord[], events: readonly EventRecord[]): Violation[] => {
  const logged = new Map(events.map(({ seq, id }) => [seq, id]));
  return seen.flatMap(({ seq, id, eventType }) =>
    logged.get(seq) === id
      ? []
      : [
          {
            rule: 'seen.lost',
            what: `a subscriber saw ${eventType} as ${seq}, the log has ${logged.get(seq) ?? 'nothing'}`,
          },
        ],
  );
};
