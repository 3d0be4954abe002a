import { type ByteSource, descend, type Mp4Box } from './boxes.js';

/** A sample that a moov lists. Times are in ticks of its track. */
export interface ListedSample {
  /** Position of its bytes in the file. */
  offset: number;
  size: number;
  /** When it is decoded. */
  time: number;
  /** From decoding to presentation. */
  composition: number;
  /** Decoding can begin here. */
  key: boolean;
}

/** A larger table is damaged: no clip has four million samples. */
const MOST_TABLE = 16 * 1024 * 1024;
const MOST_SAMPLES = 4_000_000;

/**
 * The samples that the tables of a track list (ISO/IEC 14496-12, 8.6 and 8.7), in the order of decoding, as far as the tables are
 * whole and agree. Whether the samples are in the file is not looked at.
 */
export function* listedSamples(source: ByteSource, trak: Mp4Box): Generator<ListedSample> {
  const table = descend(source, trak, ['mdia', 'minf', 'stbl']);
  const of = (type: string): Buffer => {
    const box = table && descend(source, table, [type]);
    return box && box.end - box.body <= MOST_TABLE ? source.read(box.body, box.end - box.body) : Buffer.alloc(0);
  };
  const sizes = of('stsz');
  if (sizes.byteLength < 12) return;
  const alike = sizes.readUInt32BE(4);
  const listed = alike > 0 ? MOST_SAMPLES : (sizes.byteLength - 12) / 4;
  const count = Math.min(sizes.readUInt32BE(8), listed, MOST_SAMPLES);
  const times = runsOf(of('stts'));
  const compositions = runsOf(of('ctts'));
  const keys = of('stss');
  const chunks = chunksOf(of('stco'), of('co64'), of('stsc'));
  let time = 0;
  let place = chunks.next();
  let inChunk = 0;
  let nextKey = 0;
  let offset = place.done ? 0 : place.value.offset;
  for (let index = 0; index < Math.floor(count); index++) {
    while (!place.done && inChunk >= place.value.samples) {
      place = chunks.next();
      inChunk = 0;
      if (!place.done) offset = place.value.offset;
    }
    const ticks = times.next();
    if (place.done || ticks.done) return;
    while (numberAt(keys, nextKey) !== undefined && numberAt(keys, nextKey)! < index + 1) nextKey++;
    const size = alike > 0 ? alike : sizes.readUInt32BE(12 + index * 4);
    // Without the table, all are keyframes.
    const key = keys.byteLength < 8 || numberAt(keys, nextKey) === index + 1;
    yield { offset, size, time, composition: compositions.next().value ?? 0, key };
    offset += size;
    time += ticks.value;
    inChunk++;
  }
}

/** The numbers of a table that has a count in front of them. */
const numberAt = (table: Buffer, index: number): number | undefined =>
  12 + index * 4 <= table.byteLength ? table.readUInt32BE(8 + index * 4) : undefined;

/** What a table of counts and values says for one sample after another. Signed: GStreamer writes negative ones in all versions. */
function* runsOf(table: Buffer): Generator<number, undefined> {
  for (let at = 8; at + 8 <= table.byteLength; at += 8) {
    const value = table.readInt32BE(at + 4);
    for (let left = table.readUInt32BE(at); left > 0; left--) yield value;
  }
}

/** Where each chunk begins, and how many samples it has. */
function* chunksOf(short: Buffer, long: Buffer, runs: Buffer): Generator<{ offset: number; samples: number }> {
  const isLong = short.byteLength < 12;
  const [places, stride] = isLong ? [long, 8] : [short, 4];
  let run = 8;
  for (let index = 0, at = 8; at + stride <= places.byteLength; index++, at += stride) {
    while (run + 24 <= runs.byteLength && runs.readUInt32BE(run + 12) <= index + 1) run += 12;
    if (run + 12 > runs.byteLength) return;
    const offset = isLong ? Number(places.readBigUInt64BE(at)) : places.readUInt32BE(at);
    yield { offset, samples: runs.readUInt32BE(run + 4) };
  }
}
