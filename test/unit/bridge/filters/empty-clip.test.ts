import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdsNoMedia } from '../../../../bridge/filters/empty-clip.js';
import { tempDir } from '../../../kit/temp-dir.js';

/** A box whose header says `size`, by default that of its content. */
const box = (type: string, content = 0, size = content + 8): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, Buffer.alloc(content)]);
};
const largeBox = (type: string, content: number): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(content + 16));
  return Buffer.concat([box(type, 0, 1), length, Buffer.alloc(content)]);
};

describe('a clip that failed', () => {
  it.each<[string, Buffer[], boolean]>([
    ['is empty', [], true],
    [
      'is left while it was finalised, without media',
      [box('htyp', 16), box('free', 8), box('mdat'), box('moov', 400)],
      true,
    ],
    ['has its header alone', [box('ftyp', 16), box('moov', 400)], true],
    ['has a header that is torn', [box('ftyp', 16), box('moov', 100, 400)], true],
    ['has a box for media, and nothing in it', [box('ftyp', 16), box('moov', 400), box('mdat')], true],
    ['has a large box for media, and nothing in it', [box('ftyp', 16), largeBox('mdat', 0)], true],
    ['has media', [box('ftyp', 16), box('mdat', 100)], false],
    ['has media in a large box', [box('ftyp', 16), largeBox('mdat', 100)], false],
    ['has media that are torn', [box('ftyp', 16), box('mdat', 100, 5000)], false],
    ['has media to the end of the file', [box('ftyp', 16), box('mdat', 100, 0)], false],
    ['is longer than any header', [box('ftyp', 16), box('moov', 9000)], false],
    ['is no MP4', [Buffer.from('This is a text, and a person may want it.')], false],
    ['is an MP4 with something odd behind it', [box('ftyp', 16), Buffer.alloc(40)], false],
  ])('that %s', (_, parts, empty) => {
    const path = join(tempDir(), 'clip.mp4');
    writeFileSync(path, Buffer.concat(parts));
    expect(holdsNoMedia(path)).toBe(empty);
  });

  it('that is not there', () => {
    expect(holdsNoMedia(join(tempDir(), 'clip.mp4'))).toBe(false);
  });
});
