import type { UtcMicros } from '../core/time.js';
import type { ArchiveIndex, UtcRange } from './archive-index.js';
import type { RecordingLine } from './ledger-lines.js';
import type { Protection } from './protection.js';
import type { Recording, RecordingIndex } from './recording-index.js';

export interface RestoreDeps {
  index: ArchiveIndex;
  recordings: RecordingIndex;
  protection: Protection;
}

/**
 * Adds a recording that a ledger has and the database does not, if there is media of it. Of one that the database has, what
 * somebody protected is protected again, and what was seen stays seen. To be called within a commit.
 * @returns whether it was added
 */
export const restoreRecording = (video: string, line: RecordingLine, deps: RestoreDeps): boolean => {
  const { index, recordings, protection } = deps;
  const { pipeline, sink, correlationId, state, cause, seen } = line;
  const range: UtcRange = {
    startUtc: line.start as UtcMicros,
    endUtc: (line.end ?? Number.MAX_SAFE_INTEGER) as UtcMicros,
  };
  let known = sameAs(line, recordings.between(video, around(line.start)));
  const isNew = known === undefined;
  if (known === undefined) {
    if (index.between(video, range, 1).length === 0) return false;
    const endUtc = line.end as UtcMicros | undefined;
    const told = { video, pipeline, sink, correlationId, state, startUtc: range.startUtc, endUtc, cause };
    known = recordings.get(video, recordings.restore(line.recording, told))!;
  }
  if (seen && !known.seen) recordings.see(known.id);
  if (line.protected && known.protection === undefined)
    recordings.protect(known.id, protection.add(video, range, `recording ${known.id}`));
  return isNew;
};

/** One that began then has this in it, however short it is. */
const around = (start: number): UtcRange => ({
  startUtc: (start - 1) as UtcMicros,
  endUtc: (start + 1) as UtcMicros,
});

const sameAs = ({ start, correlationId, sink }: RecordingLine, among: readonly Recording[]): Recording | undefined =>
  among.find((each) => each.startUtc === start && each.correlationId === correlationId && each.sink === sink);
