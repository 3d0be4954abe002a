import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Archive } from '../../../../engine/archive/archive.js';
import { changedIn, checksumsOf } from '../../../../engine/archive/checksums.js';
import { LEDGER_FILE } from '../../../../engine/archive/ledger-lines.js';
import { verifyVideos } from '../../../../engine/archive/verify.js';
import { BlockSums } from '../../../../engine/core/block-sums.js';
import { seconds, toIso, type UtcMicros } from '../../../../engine/core/time.js';
import { withFile } from '../../../../engine/mp4/boxes.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';
import { tempDir } from '../../../kit/temp-dir.js';

const MIB = 1024 * 1024;

it('finds any change, and says in which MiB it is', async () => {
  const path = join(tempDir(), 'file');
  const size = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: MIB - 2, max: 3 * MIB + 2 }));
  await fc.assert(
    fc.asyncProperty(size, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), async (bytes, places) => {
      const content = Buffer.alloc(bytes, 'a file of a video');
      writeFileSync(path, content);
      const sums = (await checksumsOf(path, bytes))!;
      const changed = (): readonly unknown[] => withFile(path, (source) => changedIn(source, sums, bytes));
      expect(changed()).toEqual([]);
      const wrong = new Set(places.map((place) => place % bytes));
      for (const at of wrong) content[at]! ^= 0x40;
      writeFileSync(path, content);
      const blocks = [...new Set([...wrong].map((at) => Math.floor(at / MIB)))].sort();
      const spans: { from: number; to: number }[] = [];
      for (const block of blocks) {
        const to = Math.min(bytes, (block + 1) * MIB);
        if (spans.at(-1)?.to === block * MIB) spans.at(-1)!.to = to;
        else spans.push({ from: block * MIB, to });
      }
      expect(changed()).toEqual(spans);
    }),
    { numRuns: 40 },
  );
});

it('are the same however the bytes come', async () => {
  const path = join(tempDir(), 'file');
  const content = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * index) % 251));
  writeFileSync(path, Buffer.alloc(2 * MIB + 7, content));
  const bytes = readFileSync(path);
  const read = await checksumsOf(path, bytes.length);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), (places) => {
      const cuts = [0, ...places.sort((a, b) => a - b), bytes.length];
      const sums = new BlockSums();
      for (const [index, at] of cuts.slice(1).entries()) sums.add(bytes.subarray(cuts[index], at));
      expect(sums.sums).toEqual(read);
    }),
    { numRuns: 30 },
  );
});

it('has none of a file that is shorter than was said, and compares one as far as it reaches', async () => {
  const path = join(tempDir(), 'file');
  writeFileSync(path, Buffer.alloc(2 * MIB + 7, 1));
  const sums = (await checksumsOf(path, 2 * MIB + 7))!;
  expect(sums).toHaveLength(12);
  writeFileSync(path, Buffer.alloc(MIB + 7, 1));
  expect(await checksumsOf(path, 2 * MIB + 7)).toBeUndefined();
  expect(withFile(path, (source) => changedIn(source, sums, 2 * MIB + 7))).toEqual([]);
});

it('lets verify find bytes that changed in a picture, in a segment that was recorded and in one that a crash has left', async () => {
  const rig = new ArchiveRig();
  const { archive } = rig;
  const sink = { pipeline: 'p1', sink: 'videoSink' };
  const video = rig.video('door');
  const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
  const segment = archive.shelf.begin({ video, ...sink, continues: false, keyed: true, startUtc: START });
  const at = (START + seconds(60)) as UtcMicros;
  const path = rig.file(video, seconds(60), { seconds: 20, size: 40_000 });
  archive.segments.begin({ video: 'door', path, ...sink, continues: false, keyed: true, startUtc: at });
  writeFileSync(segment.location, readFileSync(archive.media.absolute(path)));
  archive.shelf.finished(segment, archive.shelf.facts(segment)!);
  archive.sweep();
  await archive.sums.done();
  expect(archive.segments.between('door', ALWAYS).map(({ state, checksums }) => [state, checksums?.length])).toEqual([
    ['finished', 80],
    ['recovered', 80],
  ]);
  const changed = (): string[] => {
    const found: string[] = [];
    const tell = ({ file, problem, message }: { file: string; problem: string; message: string }): void => {
      if (problem === 'changed') found.push(`${file} ${message}`);
    };
    expect(verifyVideos(archive.media.root, archive.segments, tell)).toMatchObject({ files: 2, unverified: 0 });
    return found;
  };
  expect(changed()).toEqual([]);
  for (const [file, place] of [
    [segment.path, 9.5 * MIB],
    [path, 12_345],
  ] as const) {
    const bytes = readFileSync(archive.media.absolute(file));
    bytes[place]! ^= 1;
    writeFileSync(archive.media.absolute(file), bytes);
  }
  expect(changed()).toEqual([
    `${segment.path} bytes ${9 * MIB} to ${10 * MIB - 1} are not as they were written: about ${toIso((START + seconds(8)) as UtcMicros)}`,
    `${path} bytes 0 to ${MIB - 1} are not as they were written: about ${toIso(at)}`,
  ]);
});

it('takes those that a muxer has made, if they are of all its bytes', async () => {
  const rig = new ArchiveRig();
  const { archive } = rig;
  const video = rig.video('door');
  const recorded = (after: number, more: number): Uint8Array | undefined => {
    const startUtc = (START + seconds(after)) as UtcMicros;
    const sink = { pipeline: 'p1', sink: 'videoSink' };
    const segment = archive.shelf.begin({ video, ...sink, continues: false, keyed: true, startUtc });
    const like = rig.file(video, seconds(200 + after), { seconds: 2 });
    writeFileSync(segment.location, readFileSync(archive.media.absolute(like)));
    const facts = archive.shelf.facts(segment)!;
    archive.shelf.finished(segment, facts, { bytes: facts.bytes + more, checksums: Buffer.from('made') });
    return archive.segments.get(segment.path)!.checksums;
  };
  expect(recorded(0, 0)).toEqual(Buffer.from('made'));
  expect(recorded(60, 1)).toBeUndefined();
  await archive.settled();
  const [made, read] = archive.segments.between('door', {
    startUtc: START,
    endUtc: (START + seconds(99)) as UtcMicros,
  });
  expect(made!.checksums).toEqual(Buffer.from('made'));
  expect(read!.checksums).toHaveLength(4);
  const ledger = readFileSync(join(archive.media.root, dirname(made!.path), LEDGER_FILE), 'utf8');
  for (const { checksums } of [made!, read!]) expect(ledger).toContain(Buffer.from(checksums!).toString('base64'));
});

it('leaves what an end has prevented to the next start', async () => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  const paths = [0, 60].map((after) => {
    const startUtc = (START + seconds(after)) as UtcMicros;
    const sink = { pipeline: 'p1', sink: 'videoSink' };
    const segment = rig.archive.shelf.begin({ video, ...sink, continues: false, keyed: true, startUtc });
    const like = rig.file(video, seconds(200 + after), { seconds: 2 });
    writeFileSync(segment.location, readFileSync(rig.archive.media.absolute(like)));
    rig.archive.shelf.finished(segment, rig.archive.shelf.facts(segment)!);
    return segment.path;
  });
  await rig.archive.stop();
  const unsummed = (archive: Archive): string[] => archive.segments.unsummed().map(({ path }) => path);
  expect(unsummed(rig.archive)).toEqual(paths);
  const next = rig.again();
  next.sweep();
  await next.sums.done();
  expect(unsummed(next)).toEqual([]);
});
