import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CameraDialler } from '../../../../bridge/hosts/camera-dialler.js';
import type { ToHost } from '../../../../bridge/hosts/protocol.js';
import type { IngestSpec } from '../../../../bridge/types.js';

/** True: connections are begun, and nothing comes of it. */
let blackHole = false;
vi.mock('node:net', async (original) => {
  const net = await original<typeof import('node:net')>();
  const open = (options: { host: string; port: number }): Socket => (blackHole ? new Socket() : net.connect(options));
  return { ...net, connect: open };
});

/** Greets whoever connects, and counts them. */
const greeter = async (): Promise<{ port: number; url: string; readonly accepted: number }> => {
  let accepted = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    accepted += 1;
    sockets.push(socket.on('error', () => {}));
    socket.write('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
    blackHole = false;
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `rtsp://127.0.0.1:${port}/x`,
    get accepted() {
      return accepted;
    },
  };
};

const rig = (spec: Partial<IngestSpec> & { url: string }) => {
  const log: string[] = [];
  const sent: [ToHost, Socket | undefined][] = [];
  const dialler = new CameraDialler(
    (message, socket) => {
      sent.push([message, socket]);
      onTestFinished(() => void socket?.destroy());
    },
    (message) => log.push(message),
  );
  dialler.begin(1, { role: 'ingest', spec: { transport: 'tcp', ...spec } });
  const ask = async (run: number): Promise<[ToHost, Socket | undefined]> => {
    await dialler.answer({ type: 'connect', run, request: 9 });
    return sent.at(-1)!;
  };
  return { dialler, ask, log };
};

const notConnected = (code: string) => ({ type: 'notConnected', request: 9, failure: { code } });

describe('the dialler', () => {
  it('hands over a connection of which nothing has been read', async () => {
    const { url, port } = await greeter();
    const [message, socket] = await rig({ url }).ask(1);
    expect(message).toEqual({ type: 'connected', request: 9 });
    // What another connection has been told meanwhile, this one has been too.
    const other = connect({ host: '127.0.0.1', port });
    await once(other, 'data');
    other.destroy();
    expect(socket?.bytesRead).toBe(0);
    socket?.resume();
    expect(String((await once(socket!, 'data'))[0])).toBe('hello');
  });

  it.each([
    ['tcp', 2],
    ['http', 4],
  ] as const)('opens no more connections over %s than %i, and says so', async (transport, most) => {
    const camera = await greeter();
    const { ask, log } = rig({ url: camera.url, transport });
    for (let count = 0; count < most; count++) expect((await ask(1))[0].type).toBe('connected');
    const [message, socket] = await ask(1);
    expect(message).toMatchObject(notConnected('tooManyConnections'));
    expect(socket).toBeUndefined();
    await ask(1);
    expect(log).toEqual([`rtsp://127.0.0.1:${camera.port}/x would need more connections than a session takes`]);
  });

  it('opens none for a run that has none, or has ended', async () => {
    const camera = await greeter();
    const { ask, dialler } = rig({ url: camera.url });
    dialler.begin(2, { role: 'decode', encode: 'alaw' });
    expect((await ask(2))[0]).toMatchObject(notConnected('noCamera'));
    expect((await ask(77))[0]).toMatchObject(notConnected('noCamera'));
    dialler.end(1);
    expect((await ask(1))[0]).toMatchObject(notConnected('noCamera'));
    expect(camera.accepted).toBe(0);
  });

  it('waits so long and no longer', async () => {
    blackHole = true;
    expect((await rig({ url: 'rtsp://cam/x', connectMs: 20 }).ask(1))[0]).toMatchObject({
      type: 'notConnected',
      failure: { kind: 'network', code: 'timeout', message: expect.stringContaining('rtsp://cam/x') },
    });
    blackHole = false;
  });

  it('waits no longer when the run ends', async () => {
    blackHole = true;
    const { dialler, ask } = rig({ url: 'rtsp://cam/x', connectMs: 600_000 });
    const answer = ask(1);
    dialler.endAll();
    expect((await answer)[0]).toMatchObject(notConnected('aborted'));
    blackHole = false;
  });
});
