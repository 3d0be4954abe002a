import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../engine/core/clock.js';
import type { MediaTime } from '../../engine/core/time.js';
import { GrpcClient, type GrpcClientOptions } from '../../engine/inference/grpc/client.js';
import type { LossCause, Sample, Trouble } from '../../engine/inference/types.js';
import { numberedPicture } from './pictures.js';

export interface DriveOptions extends Pick<GrpcClientOptions, 'endpoint' | 'transfer' | 'limits'> {
  /** Pictures to send, or seconds to do so; whichever comes first. */
  pictures?: number;
  seconds: number;
  /** Pictures a second. */
  rate?: number;
  bytes?: number;
}

const PATIENCE_MS = 30_000;

/** What became of the samples of a run. */
export interface Books {
  sent: number;
  /** Pictures that came while the client could take none. */
  passedBy: number;
  answered: number;
  lost: Partial<Record<LossCause, number>>;
  /** Samples that were told of twice, or never, or answered with another picture. All have to be 0. */
  twice: number;
  never: number;
  wrong: number;
  troubles: Trouble[];
  recovered: number;
  /** Longest time without an answer, and longest time to one, in ms. */
  longestGapMs: number;
  longestAnswerMs: number;
  /** Of the shared memory, before the first and after the last picture; undefined without. */
  freeBytes: { before: number | undefined; after: number | undefined };
  counters: GrpcClient['counters'];
}

/** A camera and a node, as far as a client knows them: a picture every so often, sent if the client is ready. */
export const drive = async (options: DriveOptions): Promise<Books> => {
  const { pictures = Number.POSITIVE_INFINITY, seconds, rate = 10, bytes = 20_000, ...rest } = options;
  const client = new GrpcClient({ ...rest, identity: { pipeline: 'bench', node: 'grpc' }, clock: systemClock });
  const open = new Map<Sample, { number: number; at: number }>();
  const books: Books = {
    ...{ sent: 0, passedBy: 0, answered: 0, lost: {}, twice: 0, never: 0, wrong: 0, troubles: [], recovered: 0 },
    ...{ longestGapMs: 0, longestAnswerMs: 0, freeBytes: { before: undefined, after: undefined } },
    counters: client.counters,
  };
  let answeredAt = performance.now();
  const close = (sample: Sample): { number: number; at: number } | undefined => {
    const found = open.get(sample);
    if (!open.delete(sample)) books.twice++;
    return found;
  };
  client.start({
    onAnswer: (sample, { inferences }) => {
      const found = close(sample);
      const now = performance.now();
      books.answered++;
      books.longestGapMs = Math.max(books.longestGapMs, now - answeredAt);
      books.longestAnswerMs = Math.max(books.longestAnswerMs, now - (found?.at ?? now));
      answeredAt = now;
      const entity = inferences[0]?.['entity'] as { tag: { value: string } } | undefined;
      if (entity?.tag.value !== String(found?.number)) books.wrong++;
    },
    onLost: (sample, cause) => {
      close(sample);
      books.lost[cause] = (books.lost[cause] ?? 0) + 1;
    },
    onReady: () => {
      books.freeBytes.before ??= client.freeSharedMemory;
    },
    onTrouble: (trouble) => books.troubles.push(trouble),
    onRecovered: () => {
      books.recovered++;
    },
  });
  for (let waited = 0; !client.ready && waited < PATIENCE_MS; waited += 10) await pause(10);
  const began = performance.now();
  answeredAt = began;
  const goesOn = (): boolean => books.sent < pictures && performance.now() - began < seconds * 1000;
  for (let number = 1; goesOn(); number++) {
    await pause(began + (number * 1000) / rate - performance.now());
    if (!client.ready) {
      books.passedBy++;
      continue;
    }
    const image = { format: { kind: 'jpeg', quality: 80 }, width: 64, height: 48 } as const;
    const sample: Sample = {
      ...{ pts: Math.round(performance.now() * 1000) as MediaTime, timestamp: Date.now() * 90 },
      image: { ...image, data: numberedPicture(number, bytes) },
      found: [],
    };
    open.set(sample, { number, at: performance.now() });
    books.sent++;
    client.send(sample);
  }
  // What is held back comes out when nothing more is sent.
  for (let waited = 0; client.pending > 0 && waited < PATIENCE_MS; waited += 50) await pause(50);
  books.freeBytes.after = client.freeSharedMemory;
  await client.stop();
  books.never = open.size;
  return books;
};

/** Whether every sample was told of once, with its own picture, and all shared memory came back. */
export const isSound = ({ twice, never, wrong, sent, answered, lost, freeBytes }: Books): boolean =>
  twice + never + wrong === 0 &&
  sent === answered + Object.values(lost).reduce((sum, count) => sum + count, 0) &&
  (freeBytes.after === undefined || freeBytes.before === freeBytes.after);

export const plainEndpoint = (port: number): GrpcClientOptions['endpoint'] => ({
  url: `tcp://127.0.0.1:${port}`,
  ...{ secured: false, ignoreHostname: false, ignoreSignature: false },
});
