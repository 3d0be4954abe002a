import { WebSocket } from 'ws';
import type { FromClients, Received, ToClients } from './types.js';

/** The subscribers, in a process of their own. Checks every number that arrives. */

interface Subscriber {
  socket: WebSocket;
  last: number;
  count: number;
}

const subscribers: Subscriber[] = [];
let wrong = 0;
let skipped = 0;
let startedAt = performance.now();
let lastAt = startedAt;
let latencies: number[] = [];
let target: { events: number; done: () => void; full: number } | undefined;

const tell = (message: FromClients): void => {
  process.send?.(message);
};

/** Reads the two numbers without parsing the whole: both servers put them in the same places. */
const numberAfter = (text: string, key: string): number => {
  const at = text.indexOf(key);
  return Number.parseInt(text.slice(at + key.length, at + key.length + 20), 10);
};

const receive = (subscriber: Subscriber, text: string): void => {
  const seq = numberAfter(text, '"seq":');
  if (subscriber.last !== 0) {
    if (seq <= subscriber.last) wrong += 1;
    else skipped += seq - subscriber.last - 1;
  }
  subscriber.last = seq;
  subscriber.count += 1;
  lastAt = performance.now();
  latencies.push(performance.timeOrigin + lastAt - numberAfter(text, '"sentAtMicros":') / 1000);
  if (target && subscriber.count === target.events) {
    target.full += 1;
    if (target.full === subscribers.length) target.done();
  }
};

const connect = async (url: string, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const subscriber: Subscriber = { socket, last: 0, count: 0 };
    subscribers.push(subscriber);
    socket.on('message', (data) => receive(subscriber, String(data)));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
  }
};

const reset = (): void => {
  wrong = 0;
  skipped = 0;
  latencies = [];
  for (const subscriber of subscribers) {
    subscriber.last = 0;
    subscriber.count = 0;
  }
  startedAt = performance.now();
  lastAt = startedAt;
};

const report = (expected: number): Received => {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const events = subscribers.reduce((sum, subscriber) => sum + subscriber.count, 0);
  const missing = expected * subscribers.length - events;
  const lost = Math.max(skipped, missing);
  return { events, lost, wrong, p50: at(0.5), p99: at(0.99), max: at(1), elapsedMs: lastAt - startedAt };
};

const awaitEvents = async (events: number, timeoutMs: number): Promise<void> => {
  const full = subscribers.filter((subscriber) => subscriber.count >= events).length;
  if (full < subscribers.length) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      target = {
        events,
        full,
        done: () => {
          clearTimeout(timer);
          resolve();
        },
      };
    });
  }
  target = undefined;
  // Anything that came twice would come now.
  await new Promise((resolve) => setTimeout(resolve, 200));
  tell({ kind: 'received', ...report(events) });
};

process.on('message', (message: ToClients) => {
  const work = async (): Promise<void> => {
    if (message.kind === 'connect') {
      await connect(message.url, message.subscribers);
      tell({ kind: 'connected' });
    } else if (message.kind === 'reset') {
      reset();
      tell({ kind: 'forgotten' });
    } else await awaitEvents(message.events, message.timeoutMs);
  };
  work().catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
