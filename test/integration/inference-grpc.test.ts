import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../bench/common/mosquitto.js';
import { missing } from '../../bench/common/programs.js';
import { MANNERS, prompt } from '../../bench/grpc-servers/manners.js';
import { startPythonServer } from '../../bench/grpc-servers/python-server.js';
import type { GrpcServer } from '../../bench/grpc-servers/server.js';
import { thisProcess } from '../../engine/inference/grpc/shared-memory-name.js';
import { selfSigned } from '../kit/certificate.js';
import { grpcClient, grpcServer } from '../kit/inference-servers/grpc-client-rig.js';
import { halt } from '../kit/processes.js';
import { until } from '../kit/until.js';

const SHARED = { mode: 'sharedMemory', sizeMiB: 1 } as const;
const loose = { ignoreHostname: false, ignoreSignature: false };

/** Files of this process's shared memories. */
const memories = (): string[] => {
  const { namespace, pid, startTime } = thisProcess();
  return readdirSync('/dev/shm').filter((name) => name.startsWith(`sluice-pictures-${namespace}-${pid}-${startTime}-`));
};

describe('the connection', () => {
  it('is told to be impossible once, is tried again, and is told to be there', async () => {
    const port = await freePort();
    const { told, troubles, send, hear } = grpcClient({ port });
    await hear('trouble ECONNREFUSED');
    expect(troubles[0]).toMatchObject({ kind: 'network', retryInMs: expect.any(Number) });
    expect(troubles[0]?.message).toContain(`127.0.0.1:${port}`);
    await grpcServer({ manner: prompt, port });
    await hear('recovered');
    await send(1);
    await hear('1 answered 1');
    expect(told).toEqual(['trouble ECONNREFUSED', 'recovered', '1 answered 1']);
  });

  it('is made again when it was cut, between pictures and while some are under way', async () => {
    const server = await grpcServer({ manner: MANNERS['lags by one']! });
    const { told, send, hear } = grpcClient(server);
    await send(1);
    await until('the picture to arrive', () => server.samples === 1);
    server.cut();
    await hear('1 connection');
    await send(2);
    await send(3);
    await hear('2 answered 2');
    expect(told.slice(0, 2)).toEqual([expect.stringMatching(/^trouble (UNAVAILABLE|ECONNRESET)$/), '1 connection']);
    expect(told).toContain('recovered');
    await hear('3 answered 3');
    server.cut();
    // Some may be sent before the cut is noticed.
    for (let n = 4; !told.some((line) => /^[4-9]\d* answered/.test(line)); n++) {
      await send(n);
      await pause(20);
    }
  });

  it.each([
    ['that is trusted', {}, '1 answered 1'],
    ['that is not trusted', { trustedCertificates: [] }, 'trouble UNAVAILABLE'],
    ['for another name', { url: 'tcp://localhost' }, 'trouble UNAVAILABLE'],
    ['for another name, which does not matter', { url: 'tcp://localhost', ignoreHostname: true }, '1 answered 1'],
    ['that is not looked at', { trustedCertificates: [], ignoreHostname: true, ignoreSignature: true }, '1 answered 1'],
  ])('uses TLS with a certificate %s', async (_, more, outcome) => {
    const tls = selfSigned('yolo.example');
    const server = await grpcServer({ manner: prompt, tls });
    const { url = 'tcp://127.0.0.1', ...rest } = more as { url?: string };
    const endpoint = {
      ...loose,
      url: `${url}:${server.port}`,
      secured: true,
      trustedCertificates: [tls.cert],
      ...rest,
    };
    const { troubles, send, hear } = grpcClient(endpoint);
    if (outcome.startsWith('1')) await send(1);
    await hear(outcome);
    if (troubles.length > 0) expect(troubles[0]).toMatchObject({ kind: 'tls' });
  });

  it('says so when the server does not speak TLS', async () => {
    const server = await grpcServer({ manner: prompt });
    const { troubles, hear } = grpcClient({ ...loose, url: `https://127.0.0.1:${server.port}`, secured: true });
    await hear(/^trouble/);
    expect(troubles[0]?.kind).toMatch(/^(tls|network)$/);
  });

  it('carries credentials, and what refuses them is told without them', async () => {
    const server = await grpcServer({
      manner: prompt,
      check: ({ 'x-ms-authentication': given }) =>
        given === `Basic ${Buffer.from('ann:hunter22').toString('base64')}`
          ? undefined
          : { code: 16, details: `wrong: ${given}` },
    });
    const endpoint = { ...loose, url: `grpc://127.0.0.1:${server.port}`, secured: false };
    const as = (password: string) => ({ type: 'usernamePassword' as const, username: 'ann', password });
    const right = grpcClient({ ...endpoint, credentials: as('hunter22') });
    await right.send(1);
    await right.hear('1 answered 1');
    const wrong = grpcClient({ ...endpoint, credentials: as('hunter23') });
    await wrong.send(1);
    await wrong.hear('1 refused');
    expect(wrong.troubles[0]).toMatchObject({ kind: 'authentication', code: 'UNAUTHENTICATED' });
    expect(wrong.troubles[0]?.message).toContain('wrong: Basic ***');
  });
});

describe('a stream', () => {
  it('is followed by another one when the pictures change, and nothing is lost', async () => {
    const server = await grpcServer({ manner: MANNERS['lags by one']! });
    const { client, told, send, hear } = grpcClient(server, {
      transfer: SHARED,
      extensionConfiguration: 'as it is',
    });
    await send(1);
    await send(2);
    await send(3, { width: 128 });
    await send(4, { width: 128 });
    await hear('2 answered 2');
    await hear('3 answered 3');
    await hear('4 answered 4');
    expect([...told].sort()).toEqual(['1 answered 1', '2 answered 2', '3 answered 3', '4 answered 4']);
    expect(server.descriptors).toMatchObject(
      [64, 128].map((width) => ({
        graphIdentifier: { graphInstanceName: 'front', graphNodeName: 'yolo' },
        extensionConfiguration: 'as it is',
        mediaDescriptor: {
          timescale: 90000,
          videoFrameSampleFormat: { encoding: 1, dimensions: { width, height: 48 } },
        },
        sharedMemoryBufferTransferProperties: { lengthBytes: 1024 * 1024 },
      })),
    );
    expect(client.freeSharedMemory).toBe(1024 * 1024);
  });

  it('gives out what the server holds back when no more pictures come, and another begins with the next', async () => {
    const server = await grpcServer({ manner: MANNERS['lags by ten']! });
    const { client, told, send, hear } = grpcClient(server, { limits: { idleMs: 300 } });
    for (const n of [1, 2, 3]) await send(n);
    await hear('3 answered 3');
    await send(4);
    await hear('4 answered 4');
    expect(told).toHaveLength(4);
    expect(client.counters).toMatchObject({ streams: 2, drains: 2 });
  });

  it('that waits for its turn is told, and is served when another ends', async () => {
    const server = await grpcServer({ manner: prompt, streams: 3 });
    const served = [1, 2, 3].map(() => grpcClient(server));
    for (const [at, { send, hear }] of served.entries()) {
      await send(at);
      await hear(`${at} answered ${at}`);
    }
    const { told, troubles, send, hear } = grpcClient(server, { limits: { silentMs: 500 } });
    await send(4);
    await hear('trouble noAnswerToStream');
    expect(troubles[0]?.message).toContain('a few streams at a time');
    await served[0]!.client.stop();
    await hear('4 answered 4');
    expect(told).toEqual(['trouble noAnswerToStream', 'recovered', '4 answered 4']);
  });

  it('ends when a server sends what is no message, or more than anybody reads', async () => {
    let tampered = Buffer.from('ffff', 'hex');
    const server = await grpcServer({ manner: prompt, tamper: (bytes) => (server.samples > 0 ? tampered : bytes) });
    const { told, send, hear } = grpcClient(server);
    await send(1);
    await hear('1 badAnswer');
    tampered = Buffer.alloc(4 * 1024 * 1024 + 2);
    await hear('trouble badAnswer');
    // Its answer to the descriptor is too large already.
    await send(2);
    await hear('2 answerTooLarge');
    expect(told).toEqual(['trouble badAnswer', '1 badAnswer', 'trouble answerTooLarge', '2 answerTooLarge']);
  });
});

describe('shared memory', () => {
  it('is there before the server is told of it, and gone when the client stops', async () => {
    const before = memories().length;
    const server = await grpcServer({ manner: prompt });
    const { client, send, hear } = grpcClient(server, { transfer: SHARED });
    await send(1);
    await hear('1 answered 1');
    const handle = server.descriptors[0]?.sharedMemoryBufferTransferProperties?.handleName;
    expect(existsSync(`/dev/shm/${handle}`)).toBe(true);
    await client.stop();
    expect(existsSync(`/dev/shm/${handle}`)).toBe(false);
    expect(memories()).toHaveLength(before);
  });

  it('is another one after a stream has failed', async () => {
    const server = await grpcServer({ manner: MANNERS['lags by one']! });
    const { send, hear } = grpcClient(server, { transfer: SHARED });
    await send(1);
    await until('the picture to arrive', () => server.samples === 1);
    server.cut();
    await hear('1 connection');
    await send(2);
    await send(3);
    await hear('2 answered 2');
    const handles = server.descriptors.map((it) => it.sharedMemoryBufferTransferProperties?.handleName);
    expect(new Set(handles).size).toBe(2);
    expect(existsSync(`/dev/shm/${handles[0]}`)).toBe(false);
  });

  it('that does not fit into the machine is told, with what to do', async () => {
    const server = await grpcServer({ manner: prompt });
    const { troubles, hear } = grpcClient(server, { transfer: { mode: 'sharedMemory', sizeMiB: 2 ** 30 } });
    await hear('trouble sharedMemoryFull');
    expect(troubles[0]?.message).toMatch(/\/dev\/shm has \d+ MiB left .* lower sharedMemorySizeMiB/);
  });

  it('is gone, too, when the client stops before it is there', async () => {
    const before = memories().length;
    const server = await grpcServer({ manner: prompt });
    const { client } = grpcClient(server, { transfer: { mode: 'sharedMemory', sizeMiB: 64 } });
    await client.stop();
    expect(memories()).toHaveLength(before);
  });

  it('refuses a picture that is larger than all of it, once with what to do', async () => {
    const server = await grpcServer({ manner: prompt });
    const { told, troubles, send } = grpcClient(server, { transfer: SHARED });
    const data = Buffer.alloc(1024 * 1024 + 1);
    await send(1, { data });
    await send(2, { data });
    expect(told).toEqual(['trouble pictureTooLarge', '1 pictureTooLarge', '2 pictureTooLarge']);
    expect(troubles[0]?.message).toContain('Raise sharedMemorySizeMiB');
  });
});

it('what speaks another protocol, or none, is told, and asked again and again', async () => {
  const replies = [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), Buffer.alloc(3_000, 0xa5), Buffer.alloc(0)];
  for (const reply of replies) {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => {});
      socket.end(reply);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { client, troubles, told } = grpcClient(server.address() as AddressInfo);
    await until('three connections', () => connections >= 3);
    expect(client.ready).toBe(false);
    expect(troubles.length, told.join()).toBeGreaterThan(0);
    expect(troubles.map(({ kind }) => kind)).not.toContain('authentication');
    await client.stop();
  }
});

describe.skipIf(missing('grpc') !== undefined)('a server in Python', () => {
  const start = async () => {
    const server = await startPythonServer();
    onTestFinished(() => server.close());
    return server;
  };

  it('that hangs is told, left, and found again when it goes on', async () => {
    const server = await start();
    const { told, send, hear } = grpcClient(server, {
      limits: { answerMs: 1_500, idleMs: 60_000, silentMs: 60_000, connectMs: 1_000 },
    });
    await send(1);
    await hear('1 answered 1');
    onTestFinished(() => void process.kill(server.pid, 'SIGCONT'));
    await halt(server.pid);
    await send(2);
    await hear('2 timeout');
    expect(told).toEqual(['1 answered 1', 'trouble timeout', '2 timeout']);
    process.kill(server.pid, 'SIGCONT');
    for (let n = 3; !told.some((line) => /^[3-9]\d* answered/.test(line)); n++) {
      await send(n);
      await pause(50);
    }
    expect(told).toContain('recovered');
  });

  it('that ends the stream over a picture is asked again about the next', async () => {
    const { told, send, hear } = grpcClient(await start());
    await send(1);
    await hear('1 answered 1');
    await send(2, { data: Buffer.from('undecodable') });
    await hear('2 refused');
    await send(3);
    await hear('3 answered 3');
    expect(told).toEqual(['1 answered 1', 'trouble INVALID_ARGUMENT', '2 refused', 'recovered', '3 answered 3']);
  });

  it('that takes messages of 4 MiB is told to be too small for the pictures', async () => {
    const { troubles, send, hear } = grpcClient(await start());
    await send(1, { data: Buffer.alloc(5 * 1024 * 1024) });
    await hear('1 pictureTooLarge');
    expect(troubles[0]).toMatchObject({ kind: 'protocol', code: 'RESOURCE_EXHAUSTED' });
    expect(troubles[0]?.message).toMatch(/4194304 bytes.*sharedMemory/);
  });

  it('answers three streams, and the fourth when one of them is over', async () => {
    const server = await start();
    const rigs = [1, 2, 3, 4].map(() => grpcClient(server, { limits: { silentMs: 700 } }));
    for (const [at, { send, hear }] of rigs.entries()) {
      await send(at + 1);
      if (at < 3) await hear(`${at + 1} answered ${at + 1}`);
    }
    await rigs[3]!.hear('trouble noAnswerToStream');
    await rigs[0]!.client.stop();
    await rigs[3]!.hear('4 answered 4');
  });
});

it('a client that is stopped at any time has nothing left', async () => {
  const server: GrpcServer = await grpcServer({ manner: MANNERS['lags by ten']! });
  const { client, told, send } = grpcClient(server, { transfer: SHARED });
  await send(1);
  await send(2);
  await client.stop();
  await client.stop();
  expect(told).toEqual(['1 stopped', '2 stopped']);
  expect([client.ready, client.pending]).toEqual([false, 0]);
  const early = grpcClient(server);
  await early.client.stop();
  expect(early.told).toEqual([]);
});
