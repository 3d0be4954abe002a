/**
 * Whether a client of gRPC servers keeps its books before servers of all manners, hour after hour: every picture is told
 * of once, with its own answer, none waits for another in vain, and no memory gets lost. All servers at once, ten pictures
 * a second each.
 */
import { numberOf } from '../common/numbers.js';
import { missing } from '../common/programs.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { type Books, drive, isSound, plainEndpoint } from './drive.js';
import { MANNERS, prompt } from './manners.js';
import { startPythonServer } from './python-server.js';
import { GrpcServer } from './server.js';

const SHARED = { mode: 'sharedMemory', sizeMiB: 4 } as const;
const PICTURE_BYTES = 60_000;

/** `--minutes N`: 10, with --quick 1. */
export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const seconds = (numberOf(args, 'minutes') ?? (quick ? 1 : 10)) * 60;
  const options = { seconds, bytes: PICTURE_BYTES, transfer: SHARED };
  // Not from the beginning: until everything has been done once, a process grows.
  let before = Number.NaN;
  setTimeout(() => {
    before = process.memoryUsage().rss;
  }, seconds * 300);
  const missingPython = missing('grpc');
  const cpu = process.cpuUsage();
  const runs = await Promise.all([
    ...Object.entries(MANNERS).map(async ([name, manner]) => {
      const server = await GrpcServer.start({ manner });
      const books = await drive({ ...options, endpoint: plainEndpoint(server.port) });
      await server.close();
      return { name, books };
    }),
    crowded(seconds),
    ...(missingPython === undefined ? [inPython(options)] : []),
  ]);
  const { user, system } = process.cpuUsage(cpu);
  return [
    ...runs.flatMap(({ name, books }) => told(name, books)),
    ...(missingPython === undefined
      ? []
      : [{ name: 'in Python', metric: 'pictures sent', value: Number.NaN, unit: '', missing: missingPython }]),
    { name: 'all', metric: 'CPU, servers included', value: (user + system) / seconds / 10_000, unit: '% of a core' },
    {
      name: 'all',
      metric: 'memory grown by, after the first third',
      value: (process.memoryUsage().rss - before) / 2 ** 20,
      unit: 'MiB',
    },
  ];
};

/** Three streams are served; a fourth client has to wait until one of them ends. */
const crowded = async (seconds: number): Promise<{ name: string; books: Books }> => {
  const server = await GrpcServer.start({ manner: prompt, streams: 3 });
  const options = { endpoint: plainEndpoint(server.port), transfer: SHARED, bytes: PICTURE_BYTES };
  const others = [1, 2, 3].map((third) => drive({ ...options, seconds: (seconds * third) / 3 }));
  // Give them the first places.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const books = await drive({ ...options, seconds: seconds - 2, limits: { giveUpMs: seconds * 1_000 } });
  await Promise.all(others);
  await server.close();
  return { name: 'takes three streams: the fourth', books };
};

const inPython = async (options: Omit<Parameters<typeof drive>[0], 'endpoint'>) => {
  const server = await startPythonServer();
  const books = await drive({ ...options, endpoint: plainEndpoint(server.port) });
  await server.close();
  return { name: 'in Python', books };
};

const told = (name: string, books: Books): BenchResult[] => {
  const { sent, passedBy, answered, lost, counters, troubles, longestAnswerMs, longestGapMs } = books;
  const causes = Object.entries(lost).map(([cause, value]) => ({ name, metric: `lost: ${cause}`, value, unit: '' }));
  return [
    {
      name,
      metric: 'pictures sent',
      value: sent,
      unit: '',
      limit: { is: 'books sound', verdict: isSound(books) ? 'met' : 'MISSED' },
    },
    { name, metric: 'answered', value: answered, unit: '' },
    ...causes,
    { name, metric: 'not sent: not ready', value: passedBy, unit: '' },
    { name, metric: 'longest time to an answer', value: longestAnswerMs, unit: 'ms' },
    { name, metric: 'longest time without one', value: longestGapMs, unit: 'ms' },
    { name, metric: 'streams', value: counters.streams, unit: '' },
    { name, metric: 'troubles told', value: troubles.length, unit: '' },
  ];
};
