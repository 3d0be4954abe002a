import { u64 } from './box-writer.js';

/** By how many ticks of its own timescale a track becomes later. */
export type Shifts = ReadonlyMap<number, number>;

/** What is known of a fragment when it is moved. */
export interface MovedFragment {
  track: number;
  /** Decoding time of its first sample after the move, in ticks. */
  time: number;
}

/** Larger in a file of ours it is damaged. */
const MOST_MOOF = 16 * 1024 * 1024;

export interface MoveOptions {
  shifts: Shifts;
  /** Fragments of other tracks are left out. Absent: none are. */
  track?: number;
  /** Boxes to put in front of a fragment. */
  inFront?: (fragment: MovedFragment) => Buffer | undefined;
}

/**
 * Fragments of a segment's file, each a moof and an mdat, at another time: a file counts from its own beginning, and players
 * need one time for the whole video. Times become 64 bits wide, which makes each moof 4 bytes longer.
 *
 * @param bytes whole fragments; what does not begin with a moof is left out
 */
export const movedFragments = (bytes: Buffer, { shifts, track, inFront }: MoveOptions): Buffer[] => {
  const parts: Buffer[] = [];
  let isWanted = false;
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = lengthAt(bytes, at);
    const type = typeAt(bytes, at);
    if (length < 8 || at + length > bytes.length) break;
    const piece = bytes.subarray(at, at + length);
    if (type === 'moof' && length <= MOST_MOOF) {
      const moved = movedMoof(piece, shifts);
      isWanted = moved !== undefined && (track === undefined || moved.fragment.track === track);
      if (moved && isWanted) {
        const front = inFront?.(moved.fragment);
        parts.push(...(front ? [front] : []), ...moved.parts);
      }
    } else if (type === 'mdat' && isWanted) parts.push(piece);
    at += length;
  }
  return parts;
};

const movedMoof = (moof: Buffer, shifts: Shifts): { parts: Buffer[]; fragment: MovedFragment } | undefined => {
  const traf = find(moof, 8, moof.length, 'traf');
  if (traf === undefined) return undefined;
  const trafEnd = traf + lengthAt(moof, traf);
  const tfhd = find(moof, traf + 8, trafEnd, 'tfhd');
  const tfdt = find(moof, traf + 8, trafEnd, 'tfdt');
  if (tfhd === undefined || tfdt === undefined) return undefined;
  const track = moof.readUInt32BE(tfhd + 12);
  const isLong = moof[tfdt + 8] === 1;
  const before = isLong ? Number(moof.readBigUInt64BE(tfdt + 12)) : moof.readUInt32BE(tfdt + 12);
  const time = before + (shifts.get(track) ?? 0);
  const head = Buffer.from(moof.subarray(0, tfdt + 12));
  const tail = Buffer.from(moof.subarray(tfdt + (isLong ? 20 : 16)));
  const longer = isLong ? 0 : 4;
  head.writeUInt32BE(moof.length + longer, 0);
  head.writeUInt32BE(trafEnd - traf + longer, traf);
  head.writeUInt32BE(20, tfdt);
  head[tfdt + 8] = 1;
  if (longer > 0) lengthenOffsets(tail, longer);
  return { parts: [head, u64(time), tail], fragment: { track, time } };
};

/** The samples begin later by as much as the moof in front of them has grown. */
const lengthenOffsets = (boxes: Buffer, by: number): void => {
  for (let at = 0; at + 16 <= boxes.length; at += Math.max(8, lengthAt(boxes, at))) {
    if (typeAt(boxes, at) !== 'trun' || (boxes[at + 11]! & 1) === 0 || at + 20 > boxes.length) continue;
    boxes.writeInt32BE(boxes.readInt32BE(at + 16) + by, at + 16);
  }
};

const find = (bytes: Buffer, from: number, to: number, type: string): number | undefined => {
  for (let at = from; at + 16 <= to; at += Math.max(8, lengthAt(bytes, at))) if (typeAt(bytes, at) === type) return at;
  return undefined;
};

const lengthAt = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at);
const typeAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at + 4, at + 8);
