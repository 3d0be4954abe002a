import { box, fullBox, text, u16, u32 } from './box-writer.js';
import type { Mp4Track } from './tracks.js';

/** A picture is shown as it is: neither turned nor scaled. */
export const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/**
 * The `mdia` of a track.
 * @param header its `mdhd`
 * @param entry how its samples are to be decoded
 * @param tables where its samples are
 */
export const mediaBox = (kind: Mp4Track['kind'], header: Buffer, entry: Buffer, tables: readonly Buffer[]): Buffer =>
  box(
    'mdia',
    header,
    fullBox('hdlr', 0, 0, u32(0), Buffer.from(kind === 'video' ? 'vide' : 'soun'), u32(0, 0, 0), text('')),
    box(
      'minf',
      kind === 'video' ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : fullBox('smhd', 0, 0, u16(0, 0)),
      box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
      box('stbl', fullBox('stsd', 0, 0, u32(1), entry), ...tables),
    ),
  );
