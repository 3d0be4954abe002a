import { box } from './box-writer.js';
import { type ByteSource, boxes, children, descend, type Mp4Box } from './boxes.js';
import { trackIdOf } from './tracks.js';

/**
 * The header of a segment for one of its tracks, as an initialisation segment: players want pictures and sound apart.
 * Undefined if there is no such track. The duration that the muxer notes for the whole is left out.
 */
export const headerOfTrack = (source: ByteSource, track: number): Buffer | undefined => {
  const all = [...boxes(source)];
  const [ftyp, moov] = ['ftyp', 'moov'].map((type) => all.find((each) => each.type === type && each.whole));
  const mvex = moov && descend(source, moov, ['mvex']);
  const trak = moov && children(source, moov, 'trak').find((each) => trackIdOf(source, each) === track);
  const trex = mvex && children(source, mvex, 'trex').find((each) => word(source, each.body + 4) === track);
  const mvhd = moov && children(source, moov, 'mvhd')[0];
  if (!ftyp || !moov || !trak || !trex || !mvhd) return undefined;
  const bytes = (each: Mp4Box): Buffer => source.read(each.start, each.end - each.start);
  return Buffer.concat([bytes(ftyp), box('moov', untimed(bytes(mvhd)), bytes(trak), box('mvex', bytes(trex)))]);
};

/** It is the header of all segments of a format, whenever they were taken. */
const untimed = (mvhd: Buffer): Buffer => Buffer.from(mvhd).fill(0, TIMES, TIMES + (mvhd[VERSION] === 1 ? 16 : 8));
/** Where a full box says its version, and where the times of a mvhd begin. */
const [VERSION, TIMES] = [8, 12];

const word = (source: ByteSource, position: number): number | undefined => {
  const bytes = source.read(position, 4);
  return bytes.byteLength === 4 ? bytes.readUInt32BE(0) : undefined;
};
