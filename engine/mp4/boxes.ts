import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** One box of an MP4 file. `end` may lie beyond the file: then the box is torn and `whole` is false. */
export interface Mp4Box {
  type: string;
  start: number;
  /** Where its content begins. */
  body: number;
  end: number;
  whole: boolean;
  /** The header says "to the end of the file": it was not written to its end. */
  open: boolean;
}

/** Bytes that can be read anywhere. `read` gives fewer than asked for at the end. */
export interface ByteSource {
  readonly size: number;
  read(position: number, length: number): Buffer;
}

/** Larger than most moofs. */
const AHEAD = 4096;

/** @throws the file system's error if the file cannot be read. */
export const withFile = <T>(path: string, use: (source: ByteSource) => T): T => {
  const fd = openSync(path, 'r');
  try {
    return use(ahead({ size: fstatSync(fd).size, read: (position, length) => readAt(fd, position, length) }));
  } finally {
    closeSync(fd);
  }
};

const readAt = (fd: number, position: number, length: number): Buffer => {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  return buffer.subarray(0, readSync(fd, buffer, 0, buffer.byteLength, position));
};

/** Boxes are read in many small steps: most of them find their bytes here. */
const ahead = (source: ByteSource): ByteSource => {
  let from = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return {
    size: source.size,
    read: (position, length) => {
      if (length > AHEAD) return source.read(position, length);
      if (position < from || position + length > from + bytes.length) {
        from = position;
        bytes = source.read(position, AHEAD);
      }
      return bytes.subarray(position - from, Math.max(position, position + length) - from);
    },
  };
};

/**
 * The boxes between two positions, by default those of the whole file, without looking inside them. Stops at the first
 * bytes that are no box.
 */
export function* boxes(source: ByteSource, start = 0, end = source.size): Generator<Mp4Box> {
  let position = start;
  while (position + 8 <= end) {
    const box = boxAt(source, position, end);
    if (!box) return;
    yield box;
    position = box.end;
  }
}

const boxAt = (source: ByteSource, start: number, limit: number): Mp4Box | undefined => {
  const header = source.read(start, 16);
  if (header.byteLength < 8) return undefined;
  const short = header.readUInt32BE(0);
  const type = header.toString('latin1', 4, 8);
  if (!/^[\w \u00a9-]{4}$/.test(type)) return undefined;
  if (short === 0) return { type, start, body: start + 8, end: limit, whole: true, open: true };
  if (short !== 1) return short < 8 ? undefined : { type, start, body: start + 8, ...until(start + short, limit) };
  if (header.byteLength < 16) return undefined;
  const long = Number(header.readBigUInt64BE(8));
  return long < 16 ? undefined : { type, start, body: start + 16, ...until(start + long, limit) };
};

const until = (end: number, limit: number) => ({ end, whole: end <= limit, open: false });

/** The first box at a path of types inside `parent`: `['mdia', 'minf']`. Undefined if there is none. */
export const descend = (source: ByteSource, parent: Mp4Box, path: readonly string[]): Mp4Box | undefined => {
  let at: Mp4Box | undefined = parent;
  for (const type of path) {
    if (!at) return undefined;
    at = children(source, at, type)[0];
  }
  return at;
};

export const children = (source: ByteSource, parent: Mp4Box, type: string): Mp4Box[] =>
  [...boxes(source, parent.body, Math.min(parent.end, source.size))].filter((box) => box.type === type && box.whole);
