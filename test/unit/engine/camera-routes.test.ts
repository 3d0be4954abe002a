import Fastify from 'fastify';
import { expect, it } from 'vitest';
import type { CameraInfo } from '../../../engine/camera-info.js';
import { registerCameras } from '../../../engine/camera-routes.js';
import type { UtcMicros } from '../../../engine/core/time.js';

const SINCE = (Date.UTC(2026, 0, 2, 3, 4, 5) * 1000) as UtcMicros;

it('times of cameras are written as ISO 8601', async () => {
  const camera = { name: 'door', connected: true, priority: 'low' } as CameraInfo;
  const app = Fastify();
  registerCameras(app, {
    list: () => [
      camera,
      { ...camera, decodedLess: { cause: 'decoderBehind', since: SINCE } },
      { ...camera, trouble: { code: '401', message: 'refused', since: SINCE } },
    ],
  });
  const since = '2026-01-02T03:04:05.000Z';
  expect((await app.inject('/cameras')).json()).toEqual({
    value: [
      camera,
      { ...camera, decodedLess: { cause: 'decoderBehind', since } },
      { ...camera, problem: { code: '401', message: 'refused', since } },
    ],
  });
  await app.close();
});
