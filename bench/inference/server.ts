/**
 * An HTTP inference server in a process of its own: says that it has found something in every picture, after as many ms as
 * its argument says, and how long it took. Its address is its first line.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const workMs = Number(process.argv[2] ?? 20);

const answerTo = (serverMs: number): string =>
  JSON.stringify({
    inferences: [
      {
        type: 'entity',
        entity: { tag: { value: 'car', confidence: 0.9 }, box: { l: 0.1, t: 0.2, w: 0.3, h: 0.4 } },
        extensions: { serverMs: serverMs.toFixed(3) },
      },
    ],
  });

const server = createServer((request, response) => {
  // From the moment the first byte is here, so that reading the picture is the server's own time.
  const began = performance.now();
  request.resume();
  request.on('end', () => {
    setTimeout(() => {
      const text = answerTo(performance.now() - began);
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
      response.end(text);
    }, workMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/score\n`);
});
