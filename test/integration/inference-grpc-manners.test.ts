import { beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../../bench/common/programs.js';
import { type Books, drive, isSound, plainEndpoint } from '../../bench/grpc-servers/drive.js';
import { MANNERS } from '../../bench/grpc-servers/manners.js';
import { startPythonServer } from '../../bench/grpc-servers/python-server.js';
import { GrpcServer } from '../../bench/grpc-servers/server.js';
import type { GrpcTransfer } from '../../engine/inference/grpc/transfer.js';

/** Ten a second. A client that waits for a server that waits for it does not get there. */
const PICTURES = 45;
const SECONDS = 60;
const TRANSFERS: readonly GrpcTransfer[] = [{ mode: 'embedded' }, { mode: 'sharedMemory', sizeMiB: 2 }];
/** Every 17th picture ends a stream, and is lost with it. */
const MORTAL = 'dies mid-stream';

const pythonMissing = missing('grpc') !== undefined;

const books = new Map<string, Books & { torn: number }>();

/** All at once: each waits for its pictures most of the time. */
beforeAll(async () => {
  const runs = Object.entries(MANNERS).flatMap(([name, manner]) =>
    TRANSFERS.map(async (transfer) => {
      const server = await GrpcServer.start({ manner });
      const run = await drive({ endpoint: plainEndpoint(server.port), transfer, pictures: PICTURES, seconds: SECONDS });
      await server.close();
      books.set(`${name}, ${transfer.mode}`, { ...run, torn: server.torn });
    }),
  );
  const python = TRANSFERS.map(async (transfer) => {
    if (pythonMissing) return;
    const server = await startPythonServer();
    const run = await drive({ endpoint: plainEndpoint(server.port), transfer, pictures: PICTURES, seconds: SECONDS });
    await server.close();
    books.set(`in Python, ${transfer.mode}`, { ...run, torn: 0 });
  });
  await Promise.all([...runs, ...python]);
});

describe.each(TRANSFERS.map(({ mode }) => mode))('with pictures %s, a server that', (mode) => {
  it.each(Object.keys(MANNERS))('%s has every sample told of once, and all memory given back', (name) => {
    const run = books.get(`${name}, ${mode}`)!;
    expect(isSound(run), JSON.stringify(run)).toBe(true);
    expect(run.torn).toBe(0);
    // No dead-lock, even if the machine is busy.
    expect(run.sent).toBeGreaterThan(name === 'sluggish' ? 8 : 15);
    if (name === MORTAL) return;
    expect(run.troubles).toEqual([]);
    expect(Object.keys(run.lost).filter((cause) => cause !== 'skippedByServer')).toEqual([]);
  });

  it.each(['lags by one', 'sequence 0', 'no timestamp', 'sluggish'])('%s answers every one of them', (name) => {
    const run = books.get(`${name}, ${mode}`)!;
    expect([run.answered, run.lost]).toEqual([run.sent, {}]);
  });

  it('never answers some of them does not hold up the others', () => {
    const run = books.get(`never every 7th, ${mode}`)!;
    expect(run.lost['skippedByServer']).toBe(Math.floor(run.sent / 7));
  });

  it('dies now and then is there again soon, which is told', () => {
    const run = books.get(`${MORTAL}, ${mode}`)!;
    expect(run.counters.streams).toBeGreaterThan(1);
    // With a status, or by cutting the connection.
    const codes = run.troubles.map(({ code }) => code);
    expect(codes.join(' ')).toMatch(/^((INVALID_ARGUMENT|UNAVAILABLE|ECONNRESET) ?)+$/);
    expect(run.recovered).toBeGreaterThan(0);
  });

  it.skipIf(pythonMissing)('is made with another library answers every one of them', () => {
    const run = books.get(`in Python, ${mode}`)!;
    expect(isSound(run), JSON.stringify(run)).toBe(true);
    expect([run.answered, run.lost, run.troubles]).toEqual([run.sent, {}, []]);
  });
});
