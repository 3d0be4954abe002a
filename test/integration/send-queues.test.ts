import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { sendQueues } from '../../engine/api/send-queues.js';
import { until } from '../kit/until.js';

const addresses = existsSync('/proc/net/tcp') ? ['127.0.0.1', '::1', '::ffff:127.0.0.1'] : [];

it.each(addresses)('the send queue of a connection to %s shrinks as its peer reads', async (host) => {
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket.on('error', () => {}))).listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect(port, host);
  onTestFinished(() => void client.destroy());
  await until('the connection', () => accepted.length === 1);
  const [socket] = accepted as [Socket];
  const queue = async () => (await sendQueues([socket])).get(socket) ?? 0;
  socket.write(Buffer.alloc(32 * 1024 * 1024));
  let full = 0;
  while (full === 0) full = await queue();
  client.resume();
  while ((await queue()) > 0);
  expect(full).toBeGreaterThan(0);
});
