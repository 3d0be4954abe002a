import { createHash } from 'node:crypto';
import { folderOf } from '../archive/video.js';
import { SluiceError } from '../core/errors.js';
import { MICROS_PER_SECOND, type Micros, seconds, toCompactIso, toIso, type UtcRange } from '../core/time.js';
import type { ExportedMovie, Exports } from './exports.js';
import { Digests, type ZipFile, zipOf } from './zip-file.js';

/** What several videos have in a range, as one file. */
export interface ExportedZip extends ZipFile {
  name: string;
  /** The same for the same bytes. */
  version: string;
}

/** Of all videos together: what lists their samples is in memory. */
const MOST: Micros = seconds(4 * 86_400);
const MANIFEST = 'manifest.json';

/** Exports several videos at once, with a manifest by which anybody can check that nothing was changed. */
export class ZipExports {
  readonly #exports: Exports;
  readonly #digests = new Digests();

  constructor(exports: Exports) {
    this.#exports = exports;
  }

  /**
   * The media of a range: for each video one file, or several where its format changes.
   * @throws SluiceError `VideoNotFound`; `RangeInvalid`; `NoMedia` if no video has any
   */
  async zip(videos: readonly string[], range: UtcRange): Promise<ExportedZip> {
    const names = [...new Set(videos)];
    if (names.length === 0 || names.length * (range.endUtc - range.startUtc) > MOST) {
      throw new SluiceError(
        'RangeInvalid',
        'an export needs a video, and has at most 96 hours of all videos together',
        {
          kind: 'invalid',
          hint: 'Give the names of the videos in `videos`, and export longer times in several files.',
        },
      );
    }
    const found: { video: string; movies: ExportedMovie[] }[] = [];
    for (const video of names) found.push({ video, movies: await this.#exports.movies(video, range) });
    const files = found.flatMap(({ video, movies }) =>
      movies.map((movie) => ({
        ...movie,
        video,
        name: `${folderOf(video)}/${movie.name}`,
        modified: Math.floor(movie.startUtc / MICROS_PER_SECOND),
      })),
    );
    if (files.length === 0) {
      throw new SluiceError('NoMedia', 'the videos have no media in this time', {
        kind: 'notFound',
        hint: 'availableMedia says when they have.',
      });
    }
    const text = (sha256: readonly string[]): string => {
      const hashes = new Map(files.map((file, index) => [file, sha256[index]!]));
      const told = {
        start: toIso(range.startUtc),
        end: toIso(range.endUtc),
        // Those that have nothing in this time, too.
        videos: names.map((video) => ({
          name: video,
          files: files
            .filter((file) => file.video === video)
            .map((file) => ({
              ...{ path: file.name, bytes: file.length, sha256: hashes.get(file), pictures: file.pictures },
              ...{ start: toIso(file.startUtc), end: toIso(file.endUtc) },
              spans: file.spans.map(({ startUtc, endUtc, at }) => ({ start: toIso(startUtc), end: toIso(endUtc), at })),
            })),
        })),
      };
      return `${JSON.stringify(told, null, 2)}\n`;
    };
    const modified = Math.floor(range.startUtc / MICROS_PER_SECOND);
    const version = createHash('sha256')
      .update(JSON.stringify([range, names, files.map((file) => [file.name, file.version])]))
      .digest('hex');
    return {
      ...zipOf(files, { name: MANIFEST, modified, text }, this.#digests),
      name: `${toCompactIso(range.startUtc)}.zip`,
      version: version.slice(0, 32),
    };
  }
}
