import type { SegmentLayout } from '../mp4/segment-layout.js';

/** A place in a segment's file from which it can be played: a fragment of the video that begins with a keyframe. */
export interface Cut {
  /** Bytes from the beginning of the file. */
  offset: number;
  /** Ticks of the video from the segment's first picture to that of the cut, in the order of presentation. */
  ticks: number;
}

/** Ticks per second of the times of videos. */
export const TICKS = 90_000;
/** Cuts are no closer than this, so that a player asks for a few pieces a minute and not for one a second. */
const APART = 4 * TICKS;

/**
 * Places to cut a segment at; the first is where its media begins, keyframe or not. What lies between two cuts is served as
 * one piece.
 */
export const cutsOf = ({ headerLength, tracks, fragments }: SegmentLayout): Cut[] => {
  const video = tracks.find(({ kind }) => kind === 'video')?.id;
  const pictures = fragments.filter(({ track }) => track === video);
  const origin = originOf(pictures);
  const cuts: Cut[] = [{ offset: headerLength, ticks: 0 }];
  for (const { offset, time, samples } of pictures) {
    const first = samples[0]!;
    const ticks = time + first.composition - origin;
    if (first.key && ticks - cuts.at(-1)!.ticks >= APART) cuts.push({ offset, ticks });
  }
  return cuts;
};

/** When the first picture of a file is shown, in its own time. */
export const originOf = (pictures: SegmentLayout['fragments']): number => {
  const first = pictures[0];
  return first ? first.time + first.samples[0]!.composition : 0;
};

/** As little as possible: a year of one camera has a million segments. Differences, as LEB128. */
export const packCuts = (cuts: readonly Cut[]): Buffer => {
  const bytes: number[] = [];
  let before: Cut = { offset: 0, ticks: 0 };
  for (const cut of cuts) {
    putNumber(bytes, cut.offset - before.offset);
    putNumber(bytes, cut.ticks - before.ticks);
    before = cut;
  }
  return Buffer.from(bytes);
};

export const unpackCuts = (packed: Uint8Array): Cut[] => {
  const cuts: Cut[] = [];
  let before: Cut = { offset: 0, ticks: 0 };
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; at < packed.length; factor *= 128) {
      const byte = packed[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < packed.length) {
    before = { offset: before.offset + next(), ticks: before.ticks + next() };
    cuts.push(before);
  }
  return cuts;
};

const putNumber = (bytes: number[], value: number): void => {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
};
