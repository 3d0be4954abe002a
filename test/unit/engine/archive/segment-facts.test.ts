import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { finishFile } from '../../../../engine/archive/segment-facts.js';
import { box } from '../../../../engine/mp4/box-writer.js';
import { segmentFile } from '../../../kit/segment-file.js';
import { tempDir } from '../../../kit/temp-dir.js';

it('cuts off what the muxer puts behind the last fragment, and nothing else', () => {
  const path = join(tempDir(), 'segment.mp4');
  const media = segmentFile({ seconds: 3, sound: true });
  writeFileSync(path, Buffer.concat([media, box('mfra', Buffer.alloc(40))]));
  const facts = finishFile(path);
  expect(facts).toMatchObject({ bytes: media.length, pictures: 75 });
  expect(readFileSync(path).equals(media)).toBe(true);
  expect(finishFile(path)).toEqual(facts);
});
