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

it('tells a consumer of the pictures that it does not get, in order with those that it gets', () => {
  const spec = { width: 320, format: 'i420' } as const;
  const fanOut = new PictureFanOut();
  const told: string[] = [];
  fanOut.join(
    { ...spec, policy: { kind: 'fps', fps: 1 } },
    { onPicture: ({ pts }) => told.push(`${pts}`), onSkipped: (pts) => told.push(`${pts} skipped`) },
  );
  for (const pts of [0, 400_000, 800_000, 1_200_000]) fanOut.deliver(spec, { pts } as Picture);
  expect(told).toEqual(['0', '400000 skipped', '800000 skipped', '1200000']);
});

it('has a picture for each size, fit, format and quality that is asked for, once', () => {
  const policy = parseDecodePolicy('full')!;
  const fanOut = new PictureFanOut();
  const jpeg = { width: 416, height: 416, fit: 'pad', format: 'jpeg', quality: 85 } as const;
  const nobody = { onPicture: () => {} };
  for (const spec of [jpeg, { ...jpeg, quality: 60 }, { ...jpeg, fit: 'stretch' as const }, jpeg]) {
    fanOut.join({ ...spec, policy }, nobody);
  }
  expect(fanOut.specs()).toEqual([jpeg, { ...jpeg, quality: 60 }, { ...jpeg, fit: 'stretch' }]);
  fanOut.join({ width: 320, format: 'i420', policy }, nobody);
  expect(() => fanOut.join({ width: 321, format: 'i420', policy }, nobody)).toThrow('at most 4 sizes');
});
