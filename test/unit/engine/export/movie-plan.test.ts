import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../../engine/archive/segment-facts.js';
import { dayFolder, segmentStem } from '../../../../engine/archive/segment-name.js';
import { outcome } from '../../../../engine/archive/segment-shelf.js';
import { seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { type ExportedMovie, Exports } from '../../../../engine/export/exports.js';
import { boxes, children, descend, withFile } from '../../../../engine/mp4/boxes.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';
import { type SegmentFileOptions, segmentFile } from '../../../kit/segment-file.js';
import { tempDir } from '../../../kit/temp-dir.js';

const at = (after: number): UtcMicros => (START + seconds(after)) as UtcMicros;

/** Segments of a video, each with the second at which it begins. */
const recorded = (...segments: readonly (SegmentFileOptions & { from: number; continues?: boolean })[]): Exports => {
  const rig = new ArchiveRig();
  const { folder } = rig.video('yard');
  for (const { from, continues = false, ...options } of segments) {
    const path = join(folder, dayFolder(at(from)), `${segmentStem(at(from))}.mp4`);
    const file = join(rig.folder, 'videos', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, segmentFile(options));
    const facts = readFacts(file)!;
    const row = { video: 'yard', path, pipeline: '', sink: '', continues, keyed: facts.keyed, startUtc: at(from) };
    rig.archive.segments.add(row, { state: 'finished', ...outcome({ startUtc: at(from) }, facts) });
  }
  return new Exports(rig.archive);
};

/** Of each track: how many samples and chunks there are, and its edits as pairs of a length and a time in the media. */
const tracksOf = async (movie: ExportedMovie) => {
  const file = join(tempDir(), 'movie.mp4');
  writeFileSync(file, Buffer.concat(await movie.read({ start: 0, end: movie.length - 1 }).toArray()));
  return withFile(file, (source) => {
    const moov = [...boxes(source)].find(({ type }) => type === 'moov')!;
    return children(source, moov, 'trak').map((trak) => {
      const stbl = descend(source, trak, ['mdia', 'minf', 'stbl'])!;
      const count = (type: string, skip: number) =>
        source.read(children(source, stbl, type)[0]!.body + skip, 4).readUInt32BE();
      const elst = descend(source, trak, ['edts', 'elst'])!;
      const edits = Array.from({ length: source.read(elst.body + 4, 4).readUInt32BE() }, (_, index) => {
        const entry = source.read(elst.body + 8 + index * 20, 16);
        return [Number(entry.readBigUInt64BE(0)), Number(entry.readBigInt64BE(8))];
      });
      return { samples: count('stsz', 8), chunks: count('stco', 4), edits };
    });
  });
};

describe('the plan of an export', () => {
  it('begins with the keyframe before, and shows what was asked for', async () => {
    const exports = recorded({ from: 0, seconds: 10, gop: 50, sound: true });
    const movie = await exports.movie('yard', { startUtc: at(3.2), endUtc: at(6.5) });
    const [video, sound] = await tracksOf(movie);
    // From the keyframe at 2 s on; one frame of sound more than is heard.
    expect(video).toMatchObject({ samples: 113, edits: [[297_000, 108_000]] });
    expect(sound).toMatchObject({ samples: 34, edits: [[297_000, 9000]] });
    expect(movie.spans).toEqual([{ startUtc: at(3.2), endUtc: at(6.5), at: 0 }]);
  });

  it('goes back over segments that begin without a keyframe', async () => {
    const exports = recorded(
      { from: 0, seconds: 4, gop: 100 },
      { from: 4, seconds: 4, gop: 1000, unkeyed: true, continues: true },
    );
    const movie = await exports.movie('yard', { startUtc: at(5), endUtc: at(7) });
    expect(await tracksOf(movie)).toMatchObject([{ samples: 175, edits: [[180_000, 450_000]] }]);
  });

  it('closes gaps, and begins behind one with a keyframe', async () => {
    const exports = recorded({ from: 0, sound: true }, { from: 60, unkeyed: true, sound: true });
    const movie = await exports.movie('yard', { startUtc: at(1), endUtc: at(62.5) });
    expect(movie.spans).toEqual([
      { startUtc: at(1), endUtc: at(4), at: 0 },
      { startUtc: at(61), endUtc: at(62.5), at: 3 },
    ]);
    const [video, sound] = await tracksOf(movie);
    expect(video!.edits).toEqual([[405_000, 0]]);
    expect([video!.samples, sound!.samples]).toEqual([113, 46]);
  });

  it('leaves sound out where there is none, and begins it later', async () => {
    const exports = recorded({ from: 0 }, { from: 4, sound: true, continues: true });
    const movie = await exports.movie('yard', { startUtc: at(0), endUtc: at(8) });
    const [video, sound] = await tracksOf(movie);
    expect(video!.edits).toEqual([[720_000, 0]]);
    expect(sound!.edits).toEqual([
      [360_000, -1],
      [360_000, 0],
    ]);
  });
});
