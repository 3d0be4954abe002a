import { Socket } from 'node:net';
import { beforeEach, expect, it, vi } from 'vitest';
import { CameraDialler } from '../../../../bridge/hosts/camera-dialler.js';
import type { ToHost } from '../../../../bridge/hosts/protocol.js';
import { describeCamera } from '../../../kit/describe-camera.js';

/** Where connections were to go; none is made. */
const sought: unknown[] = [];

const refused = (options: { host?: string; port?: number }): Socket => {
  sought.push([options.host, options.port]);
  const socket = new Socket();
  setImmediate(() => socket.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
  return socket;
};

vi.mock('node:net', async (original) => ({
  ...(await original<object>()),
  connect: (options: object) => refused(options),
}));

beforeEach(() => {
  sought.length = 0;
});

it('a secure camera without a port is asked on 322', async () => {
  const result = await describeCamera({ url: 'rtsps://cam.example/x', transport: 'tcp', timeoutMs: 5_000 });
  expect(result).toMatchObject({ ok: false, failure: { code: 'ECONNREFUSED' } });
  expect(sought).toEqual([['cam.example', 322]]);
});

it('a secure camera without a port sends its media from 322', async () => {
  const spec = { url: 'rtsps://cam.example/x', transport: 'tcp' } as const;
  const answer = new Promise<ToHost>((resolve) => {
    const dialler = new CameraDialler(resolve, () => {});
    dialler.begin(1, { role: 'ingest', spec });
    void dialler.answer({ type: 'connect', run: 1, request: 7 });
  });
  expect(await answer).toMatchObject({
    type: 'notConnected',
    request: 7,
    failure: { kind: 'network', code: 'ECONNREFUSED' },
  });
  expect(sought).toEqual([['cam.example', 322]]);
});
