import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openBridge } from '../../bridge/index.js';

const server = createServer((socket) => {
  heard.push('connected');
  socket.on('data', (bytes) => heard.push(String(bytes)));
});
const heard: string[] = [];
const never = new AbortController().signal;

afterEach(() => {
  server.close();
});

it('knocks at a camera without a word, and notices that it is not there', async () => {
  const bridge = openBridge();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `rtsp://127.0.0.1:${port}/live`;
  expect(await bridge.reaches(url, 60_000, never)).toBe(true);
  expect(heard).toEqual(['connected']);
  server.close();
  await once(server, 'close');
  expect(await bridge.reaches(url, 60_000, never)).toBe(false);
  // A reserved name, which nobody has.
  expect(await bridge.reaches('rtsp://camera.invalid/live', 60_000, never)).toBe(false);
  expect(await bridge.reaches(url, 60_000, AbortSignal.abort())).toBe(false);
  await bridge.close();
});
