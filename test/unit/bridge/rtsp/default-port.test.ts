import { connect as connectSocket, Socket } from 'node:net';
import { beforeEach, expect, it, vi } from 'vitest';
import { prepare } from '../../../../bridge/child/filters.js';
import { describe } from '../../../../bridge/rtsp/index.js';

/** Where connections were to go; none is made, but those to this machine. */
const sought: unknown[] = [];

const refused = (options: { host?: string; port?: number }): Socket => {
  sought.push([options.host, options.port]);
  const socket = new Socket();
  setImmediate(() => socket.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
  return socket;
};

vi.mock('node:tls', async (original) => ({
  ...(await original<object>()),
  connect: (options: object) => refused(options),
}));
vi.mock('node:net', async (original) => {
  const net = await original<typeof import('node:net')>();
  const connect = (options: { host?: string; port?: number }) =>
    options.host === '127.0.0.1' ? net.connect(options as Parameters<typeof net.connect>[0]) : refused(options);
  return { ...net, connect };
});

beforeEach(() => {
  sought.length = 0;
});

it('a secure camera without a port is asked on 322', async () => {
  const result = await describe({ url: 'rtsps://cam.example/x', transport: 'tcp', timeoutMs: 5_000 });
  expect(result).toMatchObject({ ok: false, failure: { code: 'ECONNREFUSED' } });
  expect(sought).toEqual([['cam.example', 322]]);
});

it('a secure camera without a port sends its media from 322', async () => {
  const spec = { url: 'rtsps://cam.example/x', transport: 'tcp', video: 'h264' } as const;
  let end: (reason: unknown) => void = () => {};
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  const preparation = await prepare({ role: 'ingest', spec }, 4, end);
  const elements: Record<string, Record<string, unknown>> = { src: {}, valve: {} };
  preparation.configure({ element: (name: string) => elements[name] } as never);
  const relayPort = /^rtsp:\/\/127\.0\.0\.1:(\d+)\/x$/.exec(String(elements['src']?.['location']))?.[1];
  const player = connectSocket({ host: '127.0.0.1', port: Number(relayPort) });
  player.on('error', () => {});
  expect(await ended).toMatchObject({ kind: 'error', failure: 'network', code: 'network.ECONNREFUSED' });
  expect(sought).toEqual([['cam.example', 322]]);
  player.destroy();
  preparation.release(undefined);
});
