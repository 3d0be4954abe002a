import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { systemCode } from '../core/errors.js';

/** Name of the file in a day's folder that says of the day's files what is in none of them. */
export const LEDGER_FILE = 'ledger.jsonl';

/** A segment that is over. `checksums`: as `checksumsOf` makes them, in Base64. */
const SegmentLine = Type.Object({
  segment: Type.String(),
  pipeline: Type.String(),
  sink: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  checksums: Type.String(),
});

/** A recording that began on this day, as it is from now on. Times in µs of UTC. */
const RecordingLine = Type.Object({
  recording: Type.Integer({ minimum: 1 }),
  pipeline: Type.String(),
  sink: Type.String(),
  correlationId: Type.String(),
  state: Type.Union([
    Type.Literal('open'),
    Type.Literal('finished'),
    Type.Literal('recovered'),
    Type.Literal('failed'),
  ]),
  start: Type.Integer(),
  end: Type.Optional(Type.Integer()),
  cause: Type.Optional(Type.Object({ eventType: Type.String(), subject: Type.String() })),
  seen: Type.Boolean(),
  protected: Type.Boolean(),
});

export type SegmentLine = Static<typeof SegmentLine>;
export type RecordingLine = Static<typeof RecordingLine>;
export type LedgerLine = SegmentLine | RecordingLine;

/** What a day's ledger says last of each. */
export interface Ledger {
  /** By the names of their files. */
  segments: Map<string, SegmentLine>;
  /** By id. */
  recordings: Map<number, RecordingLine>;
}

/** What is no line of a ledger, as the last one after a crash may be, is passed over. */
export const readLedger = (path: string): Ledger => {
  const ledger: Ledger = { segments: new Map(), recordings: new Map() };
  for (const text of textOf(path).split('\n')) {
    const line = parsed(text);
    if (Check(SegmentLine, line)) ledger.segments.set(line.segment, line);
    else if (Check(RecordingLine, line)) ledger.recordings.set(line.recording, line);
  }
  return ledger;
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
