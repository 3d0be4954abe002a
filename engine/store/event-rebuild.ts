import type Sqlite from 'better-sqlite3';
import type { Row, TableReport } from './row-reader.js';

/** Events in a segment, as the log itself makes them. */
const SEGMENT_EVENTS = 1000;

interface Segment {
  first: number;
  last: number;
  bytes: number;
}

/** A run of events in the old index. */
interface OldSegment {
  first: number;
  last: number;
  writtenMs: number;
}

interface Hole {
  first: number;
  last: number;
  reason: string;
}

type ReadTable = (table: string, columns: readonly string[], take: (row: Row) => void) => boolean;

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/**
 * Builds the event log anew from the events that can be read. Segments and gaps follow from the events, and are made
 * from them: every number that has no event is in a gap, except at the front, where retention has been at work.
 */
export const rebuildEventLog = (
  target: Sqlite.Database,
  { known, writtenMs }: { known: number; writtenMs: number },
  read: ReadTable,
): { report: TableReport; lastSeq: number } => {
  const old = readOldIndex(read);
  const isJson = target.prepare<[unknown], number>('SELECT json_valid(?)').pluck();
  const insert = target.prepare(
    'INSERT OR IGNORE INTO events (seq, type, pipeline, output, wire) VALUES (@seq, @type, @pipeline, @output, @wire)',
  );
  const report: TableReport = { kept: 0, refused: 0, unreadable: false };
  const segments: Segment[] = [];
  report.unreadable = read('events', ['seq', 'type', 'pipeline', 'output', 'wire'], (row) => {
    const { seq, type, wire, pipeline, output } = row;
    const sound =
      isNumber(seq) &&
      typeof type === 'string' &&
      [pipeline, output].every((text) => text === null || typeof text === 'string') &&
      typeof wire === 'string' &&
      wire.startsWith(`{"seq":${seq},`) &&
      isJson.get(wire) === 1 &&
      seq > (segments.at(-1)?.last ?? 0);
    if (!sound || insert.run(row).changes === 0) {
      report.refused += 1;
      return;
    }
    report.kept += 1;
    addTo(segments, seq, Buffer.byteLength(wire));
  });
  const lastSeq = Math.max(known, old.lastSeq, segments.at(-1)?.last ?? 0);
  const trimmed = Math.min(old.trimmed, (segments[0]?.first ?? lastSeq + 1) - 1);
  const writtenAt = (seq: number) => old.segments.find(({ first, last }) => first <= seq && seq <= last)?.writtenMs;
  writeIndex(target, {
    // Where the old index cannot be read, retention counts from the last write.
    segments: segments.map((one) => ({ ...one, writtenMs: writtenAt(one.last) ?? writtenMs })),
    holes: holesOf(segments, trimmed, lastSeq, old.gaps),
    trimmed,
  });
  return { report, lastSeq };
};

const addTo = (segments: Segment[], seq: number, bytes: number): void => {
  let open = segments.at(-1);
  if (!open || open.last !== seq - 1 || seq - open.first >= SEGMENT_EVENTS) {
    open = { first: seq, last: seq, bytes: 0 };
    segments.push(open);
  }
  open.last = seq;
  open.bytes += bytes;
};

/** What the old index still tells: how far retention had come, which numbers were skipped or reserved. */
const readOldIndex = (read: ReadTable): { trimmed: number; lastSeq: number; gaps: Hole[]; segments: OldSegment[] } => {
  let trimmed = 0;
  let lastSeq = 0;
  const gaps: Hole[] = [];
  const segments: OldSegment[] = [];
  read('event_gaps', ['first_seq', 'last_seq', 'reason'], ({ first_seq: first, last_seq: last, reason }) => {
    if (isNumber(first) && isNumber(last) && first <= last) gaps.push({ first, last, reason: String(reason) });
  });
  read('event_log_state', ['key', 'value'], ({ key, value }) => {
    const number = /^\d{1,15}$/.test(String(value)) ? Number(value) : 0;
    if (key === 'trimmed') trimmed = number;
    if (key === 'trimmed' || key === 'reserved') lastSeq = Math.max(lastSeq, number);
  });
  read('event_segments', ['first_seq', 'last_seq', 'last_written'], (row) => {
    const { first_seq: first, last_seq: last, last_written: writtenMs } = row;
    if (!isNumber(first) || !isNumber(last) || !isNumber(writtenMs)) return;
    segments.push({ first, last, writtenMs });
    lastSeq = Math.max(lastSeq, last);
  });
  for (const { last } of gaps) lastSeq = Math.max(lastSeq, last);
  return { trimmed, lastSeq, gaps, segments };
};

/** Numbers without events, behind what retention has removed. Gaps that were known keep their reason. */
const holesOf = (segments: readonly Segment[], trimmed: number, lastSeq: number, known: readonly Hole[]): Hole[] => {
  const holes: Hole[] = [];
  let next = trimmed + 1;
  const upTo = (end: number): void => {
    for (const gap of known) {
      if (gap.first < next || gap.last > end) continue;
      if (gap.first > next) holes.push({ first: next, last: gap.first - 1, reason: 'damaged' });
      holes.push(gap);
      next = gap.last + 1;
    }
    if (next <= end) holes.push({ first: next, last: end, reason: 'damaged' });
  };
  for (const { first, last } of segments) {
    upTo(first - 1);
    next = last + 1;
  }
  upTo(lastSeq);
  return holes;
};

const writeIndex = (
  target: Sqlite.Database,
  index: { segments: ReadonlyArray<Segment & { writtenMs: number }>; holes: readonly Hole[]; trimmed: number },
): void => {
  const putSegment = target.prepare('INSERT INTO event_segments VALUES (?, ?, ?, ?, ?)');
  const putGap = target.prepare('INSERT INTO event_gaps VALUES (?, ?, ?)');
  const putState = target.prepare('INSERT OR REPLACE INTO event_log_state VALUES (?, ?)');
  for (const { first, last, bytes, writtenMs } of index.segments) {
    putSegment.run(first, last, bytes, writtenMs, writtenMs);
  }
  for (const { first, last, reason } of index.holes) putGap.run(first, last, reason);
  putState.run('trimmed', String(index.trimmed));
  putState.run('open', '');
};
