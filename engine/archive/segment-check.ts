import { type ByteSource, withFile } from '../mp4/boxes.js';
import { readSegment, type SegmentLayout } from '../mp4/segment-layout.js';
import type { Mp4Track } from '../mp4/tracks.js';

/** What is wrong with a file of a video. */
export type SegmentDamage = 'unreadable' | 'truncated' | 'garbage';

export interface SegmentVerdict {
  damage: SegmentDamage | undefined;
  message: string;
  /** Of whole fragments. */
  bytes: number;
  pictures: number;
}

/**
 * Looks at a whole file: its boxes, and the pictures in them down to their NAL units. What only a decoder would notice is
 * not found.
 * @throws the file system's error if it cannot be read
 */
export const checkSegment = (path: string): SegmentVerdict =>
  withFile(path, (source) => {
    const layout = readSegment(source);
    const video = layout?.tracks.find(({ kind }) => kind === 'video');
    if (!layout || !video) return verdict('unreadable', 'it has no header of a segment', 0, 0);
    const pictures = layout.fragments
      .filter(({ track }) => track === video.id)
      .reduce((sum, { samples }) => sum + samples.length, 0);
    const told = (damage: SegmentDamage | undefined, message: string): SegmentVerdict =>
      verdict(damage, message, layout.end, pictures);
    if (pictures === 0) return told('unreadable', 'there is no picture in it');
    const broken = brokenPicture(source, layout, video);
    if (broken !== undefined) return told('garbage', `picture ${broken + 1} of ${pictures} is no picture`);
    if (layout.end === source.size) return told(undefined, '');
    return goesOn(source, layout.end)
      ? told('truncated', `${source.size - layout.end} bytes at its end are part of no whole fragment`)
      : told('garbage', `what follows byte ${layout.end} of ${source.size} is no media`);
  });

const verdict = (
  damage: SegmentDamage | undefined,
  message: string,
  bytes: number,
  pictures: number,
): SegmentVerdict => ({ damage, message, bytes, pictures });

/** Whether a fragment begins there: the file was cut off in the middle of it. */
const goesOn = (source: ByteSource, at: number): boolean => {
  const type = source.read(at + 4, 4).toString('latin1');
  return type.length < 4 || type === 'moof' || type === 'mdat';
};

/** Number of the first picture whose bytes cannot be those of one. */
const brokenPicture = (source: ByteSource, layout: SegmentLayout, video: Mp4Track): number | undefined => {
  const codec = video.codec.slice(0, 3);
  if (codec !== 'avc' && codec !== 'hvc' && codec !== 'hev') return undefined;
  const isSlice = codec === 'avc' ? isAvcSlice : isHevcSlice;
  let number = 0;
  for (const { track, samples } of layout.fragments) {
    if (track !== video.id) continue;
    for (const { offset, size } of samples) {
      if (!isPicture(source.read(offset, size), isSlice)) return number;
      number += 1;
    }
  }
  return undefined;
};

const ZEROS = Buffer.alloc(2);

const isAvcSlice = (head: number): boolean => (head & 0x1f) >= 1 && (head & 0x1f) <= 5;
const isHevcSlice = (head: number): boolean => ((head >> 1) & 0x3f) < 32;

/**
 * NAL units with their lengths in front fill it, and no slice has what no encoder may write: three bytes as of a start code.
 * In messages, some cameras do.
 */
const isPicture = (bytes: Buffer, isSlice: (head: number) => boolean): boolean => {
  let at = 0;
  while (at + 4 < bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length || end === at + 4 || (bytes[at + 4]! & 0x80) !== 0) return false;
    const unit = bytes.subarray(at + 4, end);
    at = end;
    if (!isSlice(unit[0]!)) continue;
    for (let zeros = unit.indexOf(ZEROS); zeros >= 0 && zeros + 2 < unit.length; zeros = unit.indexOf(ZEROS, zeros + 1))
      if (unit[zeros + 2]! < 3 && !isRest(unit, zeros)) return false;
  }
  return at === bytes.length && at > 0;
};

/** Zeros at the end of a unit are allowed. */
const isRest = (unit: Buffer, from: number): boolean => {
  for (let at = from; at < unit.length; at++) if (unit[at] !== 0) return false;
  return true;
};
