import type { ArchiveIndex, Segment } from '../archive/archive-index.js';
import { readFacts } from '../archive/segment-facts.js';
import { MICROS_PER_SECOND, type Micros, seconds, type UtcMicros, type UtcRange, utcMicros } from '../core/time.js';
import { withFile } from '../mp4/boxes.js';
import { readSegment } from '../mp4/segment-layout.js';
import type { Mp4Track } from '../mp4/tracks.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { SourceSegment } from './source-media.js';

/** No segment is longer: a topology asks for 5 minutes at most, and a camera's GOP comes on top. */
const LONGEST: Micros = seconds(900);
/** Pictures that are shown before the end of a range may be in a segment that begins behind it. */
const BEHIND: Micros = MICROS_PER_SECOND;
/** A segment that begins so much before the end of another one comes from a clock that was set back. */
const OVERLAP: Micros = 200_000;

/** Segments of a video that can be one file, and their span. */
export interface SourceGroup extends UtcRange {
  segments: SourceSegment[];
}

interface Group extends SourceGroup {
  video: string;
  sound: string | undefined;
}

/**
 * What there is of a video in a range, and around it what that needs, in groups: in each, the pictures are of one kind, and
 * so is the sound. Sound may be missing in parts of a group.
 */
export const sourcesOf = (
  { segments, media }: { segments: ArchiveIndex; media: MediaFolder },
  video: string,
  { startUtc, endUtc }: UtcRange,
): SourceGroup[] => {
  const around = { startUtc: (startUtc - LONGEST) as UtcMicros, endUtc: (endUtc + BEHIND) as UtcMicros };
  const kinds = new Map<string, ReturnType<typeof kindsIn>>();
  const groups: Group[] = [];
  let lastEnd = Number.NEGATIVE_INFINITY;
  for (const row of segments.between(video, around)) {
    const path = media.find(row.path);
    const whole = path === undefined || row.deleting ? undefined : settled(row, path);
    if (path === undefined || !whole || row.startUtc < lastEnd - OVERLAP) continue;
    const known = kinds.get(whole.format) ?? kindsIn(path);
    kinds.set(whole.format, known);
    if (!known) continue;
    lastEnd = whole.endUtc;
    const { continues, keyed } = row;
    const segment = { path, startUtc: row.startUtc, endUtc: whole.endUtc, continues, keyed };
    const last = groups.at(-1);
    if (last?.video === known.video && (!last.sound || !known.sound || last.sound === known.sound)) {
      last.segments.push(segment);
      last.sound ??= known.sound;
      last.endUtc = segment.endUtc;
    } else groups.push({ ...known, segments: [segment], startUtc: segment.startUtc, endUtc: segment.endUtc });
  }
  return groups.filter((group) => group.endUtc > startUtc && group.startUtc < endUtc);
};

/** What is on the disk of a segment, also while it is being written. */
const settled = ({ state, startUtc, endUtc, format }: Segment, path: string) => {
  if (state !== 'open') return format === undefined || endUtc === undefined ? undefined : { endUtc, format };
  const facts = readFacts(path);
  return facts && { endUtc: utcMicros(startUtc + facts.duration), format: facts.format };
};

/** What must be the same for pictures, and for sound, to be in one file. */
const kindsIn = (path: string): { video: string; sound: string | undefined } | undefined => {
  const tracks = withFile(path, readSegment)?.tracks ?? [];
  const of = (kind: Mp4Track['kind']): string | undefined => {
    const track = tracks.find((each) => each.kind === kind);
    return track && JSON.stringify({ ...track, id: 0, setup: track.setup.toString('hex') });
  };
  const video = of('video');
  return video === undefined ? undefined : { video, sound: of('audio') };
};
