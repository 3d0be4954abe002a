import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { createHttpServer } from '../../engine/api/server.js';
import { systemClock } from '../../engine/core/clock.js';
import { utcMicros } from '../../engine/core/time.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import { openDataStore } from '../../engine/store/sqlite.js';
import type { FromServer, ServerKind, ToServer } from './types.js';

/**
 * One of the two servers under test, in a process of its own:
 * - `sluice`: events go through the durable log to the event socket, as in the engine;
 * - `bare`: what a program does that keeps nothing: JSON.stringify once, then `send` to every client of a ws server.
 */

interface Publisher {
  url: string;
  publish(sentAtMicros: number): void;
  /** Resolves when everything has left the program's own queues. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const BOXES = [1, 2, 3].map((n) => ({
  type: 'motion',
  motion: { box: { l: n / 10, t: 0.140741, w: 0.075, h: 0.058824 } },
}));
const SUBJECT = '/livePipelines/Sample-Pipeline-1/processors/motionDetection';
const TYPE = 'Microsoft.VideoAnalyzer.Analytics.Inference';

const sluice = async (): Promise<Publisher> => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const store = openDataStore(dir);
  const journal = openEventJournal(store.db, { clock: systemClock, engine: 'bench' });
  const server = await createHttpServer({
    listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    methods: { invoke: async () => ({ status: 501, payload: null }) },
    inputs: { deliver: () => ({ delivered: 0, eventIds: [] }) },
    metrics: { text: async () => '' },
    ready: () => ({ ready: true, checks: {} }),
    journal,
    clock: systemClock,
  });
  return {
    url: `${server.url.replace('http', 'ws')}/events`,
    publish: (sentAtMicros) => {
      journal.publish<string>({
        eventType: TYPE,
        subject: SUBJECT,
        eventTime: utcMicros(sentAtMicros),
        pipeline: 'Sample-Pipeline-1',
        data: { timestamp: Math.round((sentAtMicros * 9) / 100), inferences: BOXES, sentAtMicros },
      });
    },
    settle: async () => {
      await journal.flush();
      while (server.sockets().maxLag > 0) await pause(5);
    },
    close: async () => {
      await server.close();
      await journal.close();
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

const bare = async (): Promise<Publisher> => {
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise<void>((resolve) => wss.once('listening', resolve));
  const address = wss.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  let seq = 0;
  return {
    url: `ws://127.0.0.1:${port}/events`,
    publish: (sentAtMicros) => {
      const text = JSON.stringify({
        seq: ++seq,
        id: '9ccfab80-2993-42c7-9452-92e21df96413',
        topic: '/sluice/bench',
        subject: `/edgeModules/avaedge${SUBJECT}`,
        eventType: TYPE,
        eventTime: new Date(sentAtMicros / 1000).toISOString(),
        dataVersion: '1.0',
        data: { timestamp: Math.round((sentAtMicros * 9) / 100), inferences: BOXES, sentAtMicros },
      });
      for (const client of wss.clients) if (client.readyState === WebSocket.OPEN) client.send(text);
    },
    settle: async () => {
      while ([...wss.clients].some((client) => client.bufferedAmount > 0)) await pause(5);
    },
    close: async () => {
      for (const client of wss.clients) client.terminate();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nowMicros = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
const tell = (message: FromServer): void => {
  process.send?.(message);
};

/** Publishes at an even rate; what a late timer has missed follows at once. */
const load = async (publisher: Publisher, perSecond: number, seconds: number): Promise<number> => {
  const total = Math.round(perSecond * seconds);
  const started = performance.now();
  for (let done = 0; done < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * perSecond) + 1);
    for (; done < due; done++) publisher.publish(nowMicros());
    await pause(Math.max(1, Math.floor(1000 / perSecond / 2)));
  }
  return total;
};

const measured = async (publisher: Publisher, work: () => Promise<number>): Promise<void> => {
  const before = process.cpuUsage();
  const events = await work();
  await publisher.settle();
  const { user, system } = process.cpuUsage(before);
  tell({ kind: 'published', events, cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
};

const FLOOD_STEP = 100;

const main = async (): Promise<void> => {
  const kind = process.argv[2] as ServerKind;
  const publisher = kind === 'sluice' ? await sluice() : await bare();
  const handle = async (message: ToServer): Promise<void> => {
    if (message.kind === 'load') {
      const { eventsPerSecond, seconds } = message.load;
      await measured(publisher, () => load(publisher, eventsPerSecond, seconds));
    } else if (message.kind === 'flood') {
      await measured(publisher, async () => {
        for (let done = 0; done < message.events; done += FLOOD_STEP) {
          for (let i = 0; i < FLOOD_STEP; i++) publisher.publish(nowMicros());
          // Both servers need a turn of the loop to send.
          await new Promise((resolve) => setImmediate(resolve));
        }
        return message.events;
      });
    } else {
      await publisher.close();
      process.disconnect();
    }
  };
  process.on('message', (message: ToServer) => {
    handle(message).catch((error) => {
      console.error(error);
      process.exit(1);
    });
  });
  tell({ kind: 'listening', url: publisher.url });
};

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
