import { expect, it } from 'vitest';
import type { Picture } from '../../../../../bridge/index.js';
import { PictureFanOut } from '../../../../../engine/camera/pictures/fan-out.js';
import { parseDecodePolicy } from '../../../../../engine/core/decode-policy.js';

it('throws what all of them threw, if several did', () => {
  const request = { width: 320, format: 'i420', policy: parseDecodePolicy('full')! } as const;
  const fanOut = new PictureFanOut();
  for (const name of ['one', 'other']) {
    fanOut.join(request, {
      onPicture: () => {
        throw new Error(`${name} is broken`);
      },
    });
  }
  expect(() => fanOut.deliver(request, { pts: 0 } as Picture)).toThrow(
    expect.objectContaining({
      message: '2 consumers failed: one is broken; other is broken',
      errors: [expect.anything(), expect.anything()],
    }),
  );
});

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
