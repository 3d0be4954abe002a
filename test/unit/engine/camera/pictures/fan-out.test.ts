import { expect, it } from 'vitest';
import type { Picture } from '../../../../../bridge/index.js';
import { PictureFanOut } from '../../../../../engine/camera/pictures/fan-out.js';
import { parseDecodePolicy } from '../../../../../engine/core/decode-policy.js';

it('gives a picture to every consumer though one before them throws, and throws that afterwards', () => {
  const request = { width: 320, format: 'i420', policy: parseDecodePolicy('full')! } as const;
  const fanOut = new PictureFanOut();
  const got: string[] = [];
  for (const name of ['first', 'broken', 'last']) {
    fanOut.join(request, {
      onPicture: () => {
        if (name === 'broken') throw new Error('a consumer that is broken');
        got.push(name);
      },
    });
  }
  expect(() => fanOut.deliver(request, { pts: 0 } as Picture)).toThrow('a consumer that is broken');
  expect(got).toEqual(['first', 'last']);
});
