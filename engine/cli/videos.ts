import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { type Verified, verifyVideos } from '../archive/verify.js';
import { momentsOf } from '../core/moments.js';
import { outputExists } from '../core/output-exists.js';
import { toIso, type UtcMicros, type UtcRange } from '../core/time.js';
import { Exports } from '../export/exports.js';
import { createLogger } from '../log/logger.js';
import { rangesOf } from '../playback/pieces.js';
import { type OfflineArchive, openOffline } from './offline-archive.js';
import { printRemark, printResult } from './results.js';
import { rebuildVideos } from './videos-rebuild.js';

const ALWAYS: UtcRange = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
/** Segments that follow each other so closely are one stretch, in µs. */
const GAP = 200_000;

interface ExportOptions {
  from: string;
  to: string;
  out: string;
}

export const videosCommand = (): Command => {
  const videos = new Command('videos').description('Videos of a data folder, without an engine.').usage('<command>');
  videos
    .command('list')
    .description('What videos there are, and when they have media.')
    .argument('<dir>', 'data folder')
    .action(list);
  videos
    .command('export')
    .description('A part of a video as an MP4 file.')
    .argument('<dir>', 'data folder')
    .argument('<video>', 'name of the video')
    .requiredOption('--from <time>', 'beginning, as 2026-11-27T03:04:05Z')
    .requiredOption('--to <time>', 'end; at most 24 hours later')
    .requiredOption('--out <file>', 'file to write, which must not exist')
    .action(exportPart);
  videos
    .command('verify')
    .description('Looks at every file and at the index. Exit 1 if anything is wrong.')
    .argument('<dir>', 'data folder')
    .action(verify);
  videos
    .command('rebuild')
    .description('Makes the index agree with the files. No engine may have the folder.')
    .argument('<dir>', 'data folder')
    .action(rebuild);
  return videos;
};

/** Text for people on a terminal, JSON lines for programs. */
const print = (json: Readonly<Record<string, unknown>>, text: string): void => {
  printResult(`${process.stdout.isTTY ? text : JSON.stringify(json)}\n`);
};

const reading = async <T>(dir: string, work: (archive: OfflineArchive) => T | Promise<T>): Promise<T> => {
  const archive = openOffline(dir);
  try {
    return await work(archive);
  } finally {
    archive.close();
  }
};

const list = (dir: string): Promise<void> =>
  reading(dir, ({ segments }) => {
    for (const { name, title } of segments.videos()) {
      const all = segments.between(name, ALWAYS);
      const bytes = all.reduce((sum, segment) => sum + segment.bytes, 0);
      const spans = all.map(({ startUtc, endUtc }) => ({ start: startUtc, end: endUtc ?? startUtc }));
      const ranges = rangesOf(spans, GAP).map(({ start, end }) => ({
        start: toIso(start as UtcMicros),
        end: toIso(end as UtcMicros),
      }));
      const lines = ranges.map(({ start, end }) => `  ${start}  ${end}`);
      const head = `${name}: ${all.length} segments, ${(bytes / 1e6).toFixed(1)} MB`;
      print({ name, title, segments: all.length, bytes, ranges }, [head, ...lines].join('\n'));
    }
  });

const exportPart = (dir: string, video: string, { from, to, out }: ExportOptions): Promise<void> =>
  reading(dir, async (archive) => {
    if (existsSync(out)) {
      throw outputExists(out, '--out');
    }
    const movie = await new Exports(archive).movie(video, momentsOf(from, to)!);
    const { length, pictures, startUtc, endUtc } = movie;
    const unfinished = `${out}.part`;
    let written = 0;
    try {
      const counted = async function* (source: AsyncIterable<Buffer>) {
        for await (const bytes of source) {
          written += bytes.length;
          if (process.stderr.isTTY) printRemark(`\r${Math.floor((written / length) * 100)} %`);
          yield bytes;
        }
      };
      await pipeline(movie.read({ start: 0, end: length - 1 }), counted, createWriteStream(unfinished));
      renameSync(unfinished, out);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    } finally {
      if (process.stderr.isTTY) printRemark('\r');
    }
    const [start, end] = [toIso(startUtc), toIso(endUtc)];
    print({ file: out, bytes: length, pictures, start, end }, `${out}: ${start} to ${end}, ${pictures} pictures`);
  });

const verify = (dir: string): Promise<void> =>
  reading(dir, ({ media, segments, isStored }) => {
    let problems = 0;
    const tell = (finding: { file: string; problem: string; message: string }): void => {
      problems += 1;
      print(finding, `${finding.file}: ${finding.problem}: ${finding.message}`);
    };
    if (!isStored) tell({ file: '../sluice.db', problem: 'missing', message: 'there is no database' });
    const seen: Verified = verifyVideos(media.root, isStored ? segments : undefined, tell);
    const unverified = seen.unverified > 0 ? `, ${seen.unverified} without checksums` : '';
    printRemark(`${seen.videos} videos, ${seen.files} files${unverified}, ${problems} problems\n`);
    if (problems > 0) process.exitCode = 1;
  });

const rebuild = async (dir: string): Promise<void> => {
  const { videos, segments, forgotten, added, unverified } = await rebuildVideos(dir, createLogger('warn'));
  const message = 'there were no checksums of it: it is taken as it is, and has some now';
  for (const file of unverified) print({ file, problem: 'unverified', message }, `${file}: unverified: ${message}`);
  const text = `${videos} videos, ${segments} segments: ${added} added, ${forgotten} made anew or forgotten, ${unverified.length} unverified`;
  print({ videos, segments, added, forgotten, unverified: unverified.length }, text);
};
