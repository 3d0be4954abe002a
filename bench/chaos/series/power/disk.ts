import { dirname } from 'node:path';
import type { Random } from '../../random.js';
import type { Operation } from './trace.js';

/** How a disk treats what nobody has synced when the power goes. */
export interface Weather {
  /**
   * `ordered`: names change in order, and any finished sync takes all earlier changes of names along, as a journalling
   * file system does. `any`: each change of a name that no sync of its folder covers may be missing, as POSIX allows.
   */
  names: 'ordered' | 'any';
  /** How likely a write that no sync covers is on the disk all the same. */
  kept: number;
  /** A write that is kept may be torn at multiples of this many bytes; 0: it is whole. */
  torn: 0 | 512 | 4096;
}

export type Files = ReadonlyMap<string, Buffer>;

/** A file by its inode; the same file may have several names, or none. */
type Inode = number;

/**
 * The files as they may lie on the disk after a cut of power just before operation `cut`. What a finished sync covers
 * is there. Of the rest each write is there, torn, or not, whatever their order was.
 *
 * @param before the files at the beginning, all of them synced
 */
export const diskAfterCut = (
  before: Files,
  operations: readonly Operation[],
  cut: number,
  weather: Weather,
  random: Random,
): Map<string, Buffer> => {
  const done = operations.slice(0, cut);
  const covered = syncsOf(done);
  const inodes = new Map<Inode, string | undefined>();
  const names = namesAfterCut(before, done, covered, weather, random, inodes);
  const contents = new Map<Inode, Growing>();
  const contentOf = (inode: Inode): Growing => {
    const known = contents.get(inode);
    if (known) return known;
    const old = inodes.get(inode);
    const fresh = new Growing(old === undefined ? undefined : before.get(old));
    contents.set(inode, fresh);
    return fresh;
  };
  for (const [index, operation] of done.entries()) {
    if (operation.kind !== 'write' && operation.kind !== 'truncate') continue;
    const { inode } = operation;
    const durable = index < (covered.files.get(inode) ?? 0);
    if (!durable && !random.chance(weather.kept)) continue;
    if (operation.kind === 'truncate') contentOf(inode).resize(operation.size);
    else if (durable || weather.torn === 0) contentOf(inode).write(operation.offset, operation.data);
    else for (const part of partsOf(operation, weather.torn, random)) contentOf(inode).write(part.offset, part.data);
  }
  return new Map(
    [...names].map(([path, inode]) => [
      path,
      typeof inode === 'string' ? (before.get(inode) as Buffer) : contentOf(inode).bytes(),
    ]),
  );
};

/** For files by inode, folders by path, and all together: every operation before this one is on the disk. */
interface Covered {
  files: ReadonlyMap<Inode, number>;
  folders: ReadonlyMap<string, number>;
  last: number;
}

const syncsOf = (done: readonly Operation[]): Covered => {
  const begun = new Map<number, number>();
  const files = new Map<Inode, number>();
  const folders = new Map<string, number>();
  let last = 0;
  for (const [index, operation] of done.entries()) {
    if (operation.kind === 'syncBegin') begun.set(operation.sync, index);
    if (operation.kind !== 'syncEnd') continue;
    const from = begun.get(operation.sync);
    if (from === undefined) continue;
    files.set(operation.inode, Math.max(files.get(operation.inode) ?? 0, from));
    folders.set(operation.path, Math.max(folders.get(operation.path) ?? 0, from));
    last = Math.max(last, from);
  }
  return { files, folders, last };
};

type Naming = Extract<Operation, { kind: 'create' | 'unlink' | 'rename' | 'link' | 'mkdir' }>;

/**
 * Which names there are, and of which file: an inode, or the path at the beginning for a file that was never opened.
 *
 * @param inodes is filled with every inode that was seen, and the path it had at the beginning
 */
const namesAfterCut = (
  before: Files,
  done: readonly Operation[],
  covered: Covered,
  weather: Weather,
  random: Random,
  inodes: Map<Inode, string | undefined>,
): Map<string, Inode | string> => {
  const live = new Map<string, Inode | string>([...before.keys()].map((path) => [path, path]));
  const disk = new Map(live);
  const namings = done.flatMap((one, index) => (isNaming(one) ? [index] : []));
  // In order, a prefix survives: all that was covered, and as many more as it happens.
  const loose = namings.filter((index) => index >= covered.last).length;
  const prefix = namings.length - loose + random.below(loose + 1);
  let nth = 0;
  for (const [index, operation] of done.entries()) {
    if (operation.kind === 'open' && typeof live.get(operation.path) === 'string') {
      const old = live.get(operation.path) as string;
      inodes.set(operation.inode, old);
      for (const names of [live, disk]) {
        for (const [path, what] of names) if (what === old) names.set(path, operation.inode);
      }
    }
    if (!isNaming(operation)) continue;
    const inode = rename(live, operation, undefined);
    if (operation.kind === 'create') inodes.set(operation.inode, undefined);
    const folder = covered.folders.get(dirname(operation.path)) ?? 0;
    const isThere = weather.names === 'ordered' ? nth < prefix : index < folder || random.chance(weather.kept);
    nth++;
    if (isThere) rename(disk, operation, inode);
  }
  return disk;
};

const isNaming = (operation: Operation): operation is Naming =>
  ['create', 'unlink', 'rename', 'link', 'mkdir'].includes(operation.kind);

/**
 * Changes the names as an operation says. A name that another operation should have made may be missing on a disk;
 * `known` says what it would have been.
 * @returns what had the first name
 */
const rename = (
  names: Map<string, Inode | string>,
  operation: Naming,
  known: Inode | string | undefined,
): Inode | string | undefined => {
  const what = names.get(operation.path) ?? known;
  if (operation.kind === 'create') names.set(operation.path, operation.inode);
  if (operation.kind === 'unlink' || operation.kind === 'rename') names.delete(operation.path);
  if ((operation.kind === 'rename' || operation.kind === 'link') && what !== undefined) names.set(operation.to, what);
  return what;
};

/** The blocks of a write, without those that did not make it. */
const partsOf = (
  { offset, data }: { offset: number; data: Buffer },
  block: number,
  random: Random,
): { offset: number; data: Buffer }[] => {
  // Most writes are whole, or what is torn would hide all else.
  if (random.chance(0.5)) return [{ offset, data }];
  const parts: { offset: number; data: Buffer }[] = [];
  for (let at = 0; at < data.length; ) {
    const end = Math.min(data.length, at + block - ((offset + at) % block));
    if (random.chance(0.5)) parts.push({ offset: offset + at, data: data.subarray(at, end) });
    at = end;
  }
  return parts;
};

/** The bytes of a file; what was never written is zero. */
class Growing {
  #bytes: Buffer;
  #size: number;

  constructor(bytes: Buffer = Buffer.alloc(0)) {
    this.#bytes = Buffer.from(bytes);
    this.#size = bytes.length;
  }

  write(offset: number, data: Buffer): void {
    this.resize(Math.max(this.#size, offset + data.length));
    data.copy(this.#bytes, offset);
  }

  resize(size: number): void {
    if (size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(size, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }
}
