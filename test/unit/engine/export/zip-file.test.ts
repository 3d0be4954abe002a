import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { Digests, zipOf } from '../../../../engine/export/zip-file.js';
import { directory, localHeader } from '../../../../engine/export/zip-records.js';
import { tempDir } from '../../../kit/temp-dir.js';

const file = (name: string, text: string) => {
  const bytes = Buffer.from(text);
  return {
    ...{ name, length: bytes.length, version: name, modified: 1_800_000_000 },
    read: ({ start, end }: { start: number; end: number }) => Readable.from([bytes.subarray(start, end + 1)]),
  };
};

const python = (folder: string, program: string): string =>
  String(
    execFileSync('python3', ['-c', `import zipfile; z=zipfile.ZipFile('a.zip'); ${program}`], { cwd: folder }),
  ).trim();

it('any part of a zip is what the whole has there', async () => {
  const last = { name: 'list', modified: 1_800_000_000, text: (all: readonly string[]) => all.join() };
  const make = () => zipOf([file('größe/a', 'abc'), file('b', 'x'.repeat(1000))], last, new Digests());
  const { length, read } = make();
  const whole = Buffer.concat(await read({ start: 0, end: length - 1 }).toArray());
  expect(whole).toHaveLength(length);
  for (let start = 0; start < length; start += 7) {
    const part = Buffer.concat(
      await make()
        .read({ start, end: Math.min(length - 1, start + 30) })
        .toArray(),
    );
    expect(part.equals(whole.subarray(start, start + 31))).toBe(true);
  }
});

it('a zip of more than 4 GiB is read by others', () => {
  // A file with holes: only the records are written.
  const folder = tempDir();
  const long = { name: 'long', length: 5 * 2 ** 30, modified: 1_800_000_000, offset: 0 };
  const head = localHeader(long);
  const far = { name: 'far', length: 3, modified: 1_800_000_000, offset: head.length + long.length };
  const start = far.offset + localHeader(far).length + 3;
  const fd = openSync(join(folder, 'a.zip'), 'w');
  const put = (bytes: Buffer, at: number) => writeSync(fd, bytes, 0, bytes.length, at);
  put(head, 0);
  put(Buffer.concat([localHeader(far), Buffer.from('abc')]), far.offset);
  put(directory([long, far], [0, 0x352441c2], start), start);
  closeSync(fd);
  expect(python(folder, "print([i.file_size for i in z.infolist()], z.read('far'))")).toBe("[5368709120, 3] b'abc'");
});
