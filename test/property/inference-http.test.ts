import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Random } from '../../bench/chaos/random.js';
import { type Clock, systemClock } from '../../engine/core/clock.js';
import { readBody } from '../../engine/inference/answers/body.js';
import { placeBoxes } from '../../engine/inference/boxes.js';
import type { Answer } from '../../engine/inference/types.js';
import { Asking } from '../kit/inference-servers/http/client.js';
import { oddAnswer, oddBody, oddContentType } from '../kit/inference-servers/http/odd-answers.js';
import { startRawServer } from '../kit/inference-servers/http/raw-server.js';
import { until } from '../kit/until.js';

/** More by hand, and again with the seed that a run has printed: see docs/design/reliability.md. */
const INPUTS = Number(process.env['SLUICE_FUZZ_INPUTS'] ?? 3_000);
const SEED = Number(process.env['SLUICE_FUZZ_SEED'] ?? Date.now() % 2 ** 32);
const AT_A_TIME = 40;
/** By how much memory may differ between the first third and the end: no input leaves anything behind. */
const GROWTH = 24 * 1024 * 1024;
const TIMEOUT_MS = 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const memory = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const PLACEMENT = {
  sent: { width: 640, height: 640 },
  content: { left: 0, top: 140, width: 640, height: 360 },
};
const TYPES = new Set<unknown>(['classification', 'motion', 'entity', 'text', 'event', 'other']);

const holds = (statement: boolean, what: string): void => {
  if (!statement) throw new Error(`it does not hold that ${what}`);
};

/** What holds for every answer, wherever it came from. */
const check = (answer: Answer): void => {
  const { inferences, outside, unreadable } = placeBoxes(answer.inferences, PLACEMENT);
  holds(inferences.length + outside + unreadable === answer.inferences.length, 'every inference is counted');
  for (const inference of inferences) {
    holds(TYPES.has(inference['type']), 'the type is known');
    for (const type of ['entity', 'motion', 'event']) {
      const { box } = (inference[type] ?? {}) as { box?: Record<'l' | 't' | 'w' | 'h', number> };
      if (box === undefined || box === null) continue;
      const { l, t, w, h } = box;
      holds(Math.min(l, t) >= 0 && Math.min(w, h) > 0, 'a box has a size');
      holds(Math.max(l + w, t + h) <= 1.000001, 'a box is in the picture');
    }
  }
  holds(JSON.stringify([inferences, answer.foreign]).length > 0, 'an answer can be written');
};

describe(`what inference servers may answer, seed ${SEED}`, () => {
  it(
    `${INPUTS * 5} bodies are read, or not, and break nothing`,
    () => {
      const random = new Random(SEED);
      const kinds = { answer: 0, bad: 0, tooLarge: 0 };
      let before = 0;
      for (let n = 0; n < INPUTS * 5; n++) {
        if (n === Math.floor((INPUTS * 5) / 3)) before = memory();
        try {
          const reading = readBody(oddBody(random), oddContentType(random));
          kinds[reading.kind] += 1;
          if (reading.kind === 'answer') check(reading.answer);
        } catch (problem) {
          throw new Error(`input ${n} with seed ${SEED}`, { cause: problem });
        }
      }
      const growth = memory() - before;
      console.log(`bodies: ${JSON.stringify(kinds)}, seed ${SEED}, ${(growth / 1024 / 1024).toFixed(1)} MB more`);
      expect(growth).toBeLessThan(GROWTH);
    },
    60_000 + INPUTS * 5,
  );

  it(
    `${INPUTS} exchanges end once each, and the client goes on`,
    async () => {
      const random = new Random(SEED);
      const server = await startRawServer((socket) => {
        const bytes = oddAnswer(random);
        if (random.chance(0.97)) socket.end(bytes);
        else socket.write(bytes);
      });
      // The time limit is kept; nobody waits for servers that want to be left alone.
      const clock: Clock = {
        ...systemClock,
        after: (ms, task) => systemClock.after(ms === TIMEOUT_MS ? ms : 0, task),
      };
      const credentials = { type: 'usernamePassword', username: 'me', password: 'secret' } as const;
      const fates = new Map<string, number>();
      let left = INPUTS;
      let before = 0;
      const some = async (): Promise<void> => {
        const asking = new Asking({
          endpoint: { url: server.url, credentials },
          clock,
          limits: { timeoutMs: TIMEOUT_MS },
        });
        let changed = (): void => undefined;
        const { handlers } = asking;
        let open = 0;
        handlers.onAnswer = (_, answer) => {
          check(answer);
          open -= 1;
          fates.set('answer', (fates.get('answer') ?? 0) + 1);
          changed();
        };
        handlers.onLost = (_, cause) => {
          open -= 1;
          fates.set(cause, (fates.get(cause) ?? 0) + 1);
          changed();
        };
        handlers.onReady = () => changed();
        handlers.onTrouble = ({ message }) => holds(!message.includes('secret'), 'no secret is told');
        handlers.onRecovered = () => undefined;
        asking.start();
        while (left-- > 0) {
          if (left === Math.floor((INPUTS * 2) / 3)) before = memory();
          open += 1;
          asking.send();
          while (!asking.client.ready || open > 0) await new Promise<void>((resolve) => (changed = resolve));
          holds(open === 0 && asking.client.pending === 0, 'a picture ends once');
        }
        await asking.client.stop();
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, some));
      await until('the connections are closed', () => server.open === 0);
      const growth = memory() - before;
      const told = JSON.stringify(Object.fromEntries(fates));
      console.log(`exchanges: ${told}, seed ${SEED}, ${(growth / 1024 / 1024).toFixed(1)} MB more`);
      expect([...fates.values()].reduce((sum, each) => sum + each, 0)).toBe(INPUTS);
      expect(growth).toBeLessThan(GROWTH);
    },
    60_000 + INPUTS * 20,
  );
});
