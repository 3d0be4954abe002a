import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { CameraProxy, type Weather } from '../../bench/chaos/stage/camera-proxy.js';
import { until } from '../kit/until.js';

const PACKETS = 400;
const LENGTH = 60;
const packet = Buffer.concat([Buffer.from([0x24, 0, 0, LENGTH]), Buffer.alloc(LENGTH)]);
const message = Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n');
const stream = Buffer.concat([message, ...new Array<Buffer>(PACKETS).fill(packet), message]);

/** A camera that sends the stream to whoever connects, and a client of it behind the proxy. */
const received = async (weather: Weather): Promise<{ bytes: () => Buffer; socket: Socket; proxy: CameraProxy }> => {
  const camera = createServer((socket) => socket.on('error', () => {}).write(stream)).listen(0, '127.0.0.1');
  await once(camera, 'listening');
  const proxy = await CameraProxy.start();
  proxy.upstream = (camera.address() as AddressInfo).port;
  proxy.weather = weather;
  const socket = dial(proxy.port, '127.0.0.1').on('error', () => {});
  onTestFinished(async () => {
    socket.destroy();
    await proxy.stop();
    camera.close();
  });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  return { bytes: () => Buffer.concat(chunks), socket, proxy };
};

/** A connection that is reset has an error before it is closed. */
const closing = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

const changes = (bytes: Buffer): number[] => [...bytes].flatMap((byte, i) => (byte === stream[i] ? [] : [i]));

it('passes everything on as it is, in fair weather', async () => {
  const { bytes } = await received({ kind: 'fair' });
  await until('everything has come', () => bytes().byteLength === stream.byteLength);
  expect(changes(bytes())).toEqual([]);
});

it('changes a byte of some packets, where it is told to, the same for the same seed', async () => {
  const damage = async (seed: number) => {
    const { bytes } = await received({ kind: 'damage', part: 'payload', share: 0.1, seed });
    await until('everything has come', () => bytes().byteLength === stream.byteLength);
    return changes(bytes());
  };
  const first = await damage(1);
  expect(first.length).toBeGreaterThan(PACKETS / 20);
  expect(first.length).toBeLessThan(PACKETS / 5);
  for (const at of first) {
    expect(at).toBeGreaterThan(message.byteLength);
    expect((at - message.byteLength) % packet.byteLength).toBeGreaterThanOrEqual(16);
  }
  expect(await damage(1)).toEqual(first);
  expect(await damage(2)).not.toEqual(first);
});

it('cuts connections, and refuses them while there is no camera', async () => {
  const { bytes, socket, proxy } = await received({ kind: 'fair' });
  await until('everything has come', () => bytes().byteLength === stream.byteLength);
  const closed = closing(socket);
  proxy.cut();
  await closed;
  expect(proxy.connections).toBe(0);
  proxy.upstream = undefined;
  await closing(dial(proxy.port, '127.0.0.1').on('error', () => {}));
});
