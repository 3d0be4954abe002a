import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { ByteRange } from '../core/byte-range.js';
import { descriptor, directory, localHeader, type ZipEntry } from './zip-records.js';

/** A file that is put into a zip. */
export interface ZippedFile {
  name: string;
  length: number;
  /** The same for the same bytes. */
  version: string;
  /** Seconds since 1970. */
  modified: number;
  read(range: ByteRange): Readable;
}

interface Digest {
  crc: number;
  /** As hex. */
  sha256: string;
}

/** Of files that were read from one end to the other: a download that goes on need not read them again. */
export class Digests {
  readonly #known = new Map<string, Digest>();

  get(version: string): Digest | undefined {
    return this.#known.get(version);
  }

  set(version: string, digest: Digest): void {
    this.#known.set(version, digest);
    if (this.#known.size > 1000) this.#known.delete(this.#known.keys().next().value!);
  }
}

/** A part of the zip. */
interface Part {
  length: number;
  read(range: ByteRange): AsyncIterable<Buffer>;
}

export interface ZipFile {
  length: number;
  read(range: ByteRange): Readable;
}

/**
 * A zip of files as they are (the method *stored*), and behind them one more that tells of them. Its length is known before
 * anything is read, and any part of it can be had; what a part says of a file's bytes is worked out when that part is read.
 *
 * @param last name of the file that tells, when it was made, and what it says; always of the same length
 */
export const zipOf = (
  files: readonly ZippedFile[],
  last: { name: string; modified: number; text(sha256: readonly string[]): string },
  digests: Digests,
): ZipFile => {
  const digest = async (file: ZippedFile): Promise<Digest> => {
    if (!digests.get(file.version)) for await (const _ of digested(file, digests));
    return digests.get(file.version)!;
  };
  const told = async (): Promise<Buffer> => {
    const sha256: string[] = [];
    for (const file of files) sha256.push((await digest(file)).sha256);
    return Buffer.from(last.text(sha256));
  };
  const lastLength = Buffer.byteLength(last.text(files.map(() => '0'.repeat(64))));
  const parts: Part[] = [];
  const entries: ZipEntry[] = [];
  let offset = 0;
  const put = (part: Part): void => {
    parts.push(part);
    offset += part.length;
  };
  const putFile = (name: string, length: number, modified: number, content: Part, crc: () => Promise<number>): void => {
    const entry = { name, length, modified, offset };
    entries.push(entry);
    put(known(localHeader(entry)));
    put(content);
    put(late(descriptor(entry, 0).length, async () => descriptor(entry, await crc())));
  };
  for (const file of files) {
    const content = { length: file.length, read: (range: ByteRange) => contentOf(file, range, digests) };
    putFile(file.name, file.length, file.modified, content, async () => (await digest(file)).crc);
  }
  putFile(last.name, lastLength, last.modified, late(lastLength, told), async () => crc32(await told()));
  const start = offset;
  const crcs = async (): Promise<number[]> => {
    const all: number[] = [];
    for (const file of files) all.push((await digest(file)).crc);
    return [...all, crc32(await told())];
  };
  const empty = entries.map(() => 0);
  put(late(directory(entries, empty, start).length, async () => directory(entries, await crcs(), start)));
  return { length: offset, read: (range) => Readable.from(partsOf(parts, range), { objectMode: false }) };
};

async function* partsOf(parts: readonly Part[], { start, end }: ByteRange): AsyncGenerator<Buffer> {
  let at = 0;
  for (const part of parts) {
    const [from, to] = [Math.max(start, at) - at, Math.min(end, at + part.length - 1) - at];
    if (from <= to) yield* part.read({ start: from, end: to });
    at += part.length;
  }
}

const known = (bytes: Buffer): Part => late(bytes.length, async () => bytes);

const late = (length: number, bytes: () => Promise<Buffer>): Part => ({
  length,
  async *read({ start, end }) {
    yield (await bytes()).subarray(start, end + 1);
  },
});

const contentOf = (file: ZippedFile, range: ByteRange, digests: Digests): AsyncIterable<Buffer> =>
  range.start === 0 && range.end === file.length - 1 ? digested(file, digests) : file.read(range);

/** The whole file; when it has been read, its digest is known. */
async function* digested(file: ZippedFile, digests: Digests): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let crc = 0;
  for await (const bytes of file.read({ start: 0, end: file.length - 1 }) as AsyncIterable<Buffer>) {
    hash.update(bytes);
    crc = crc32(bytes, crc);
    yield bytes;
  }
  digests.set(file.version, { crc, sha256: hash.digest('hex') });
}
