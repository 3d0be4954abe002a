import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { systemClock } from '../../engine/core/clock.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import { openDataStore } from '../../engine/store/sqlite.js';
import type { Mosquitto } from '../../bench/common/mosquitto.js';
import { until } from './until.js';

export interface SoakPlan {
  broker: Mosquitto;
  eventsPerSecond: number;
  /** Events that the broker has confirmed before it is killed. */
  before: number;
  /** ms for which it is away; the engine is killed in the middle. */
  away: number;
  say?: (line: string) => void;
}

export interface SoakResult {
  /** seq of the events in the log that were to be published, by pipeline. */
  expected: Map<string, number[]>;
  /** seq as the subscriber saw them for the first time, by pipeline. */
  received: Map<string, number[]>;
  duplicates: number;
  /** Duplicates whose id is not that of the first one. */
  strangers: number;
  /** What the last engine said of itself. */
  last: Record<string, unknown>;
  highestRss: number;
}

const PROGRAM = fileURLToPath(new URL('./hub-engine.mjs', import.meta.url));

class Engine {
  readonly #child: ChildProcess;
  readonly exited: Promise<unknown>;
  last: Record<string, unknown> = {};
  highestRss = 0;

  constructor(dataDir: string, url: string, rate: number) {
    this.#child = spawn(process.execPath, [PROGRAM, dataDir, url, String(rate)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // Not its exit: what it said last must have come as well.
    this.exited = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.last = JSON.parse(line) as Record<string, unknown>;
      this.highestRss = Math.max(this.highestRss, Number(this.last['rss'] ?? 0));
    });
  }

  /** Resolves when the engine has said something of itself that `enough` holds for. */
  said(enough: (stats: Record<string, unknown>) => boolean): Promise<void> {
    return until('what the engine should say of itself', () => enough(this.last), 60_000);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.exited;
  }
}

/** Kills the broker, and the engine meanwhile, under load, and compares what a subscriber got with the engine's log. */
export const soakHub = async (plan: SoakPlan): Promise<SoakResult> => {
  const { broker } = plan;
  const say = plan.say ?? (() => {});
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-soak-'));
  const received = new Map<string, number[]>();
  const idOf = new Map<number, string>();
  let duplicates = 0;
  let strangers = 0;
  // An ordinary subscriber: a clean session, connected again a second after it was lost.
  const subscriber = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 1000 });
  subscriber.on('error', () => {});
  subscriber.on('message', (topic, _payload, packet) => {
    const { seq, id } = packet.properties!.userProperties as { seq: string; id: string };
    const known = idOf.get(Number(seq));
    if (known !== undefined) {
      duplicates++;
      if (known !== id) strangers++;
      return;
    }
    idOf.set(Number(seq), id);
    const pipeline = topic.split('out-')[1]!;
    received.set(pipeline, [...(received.get(pipeline) ?? []), Number(seq)]);
  });
  await subscriber.subscribeAsync('sluice/avaedge/outputs/#', { qos: 1 });

  let engine: Engine | undefined;
  try {
    engine = new Engine(dataDir, broker.url, plan.eventsPerSecond);
    await engine.said((stats) => Number(stats['acknowledged']) >= plan.before);
    say(`before: ${JSON.stringify(engine.last)}`);
    await broker.kill('SIGKILL');
    await sleep(plan.away / 2);
    say(`broker away: ${JSON.stringify(engine.last)}`);
    let highestRss = engine.highestRss;
    await engine.end('SIGKILL');
    engine = new Engine(dataDir, broker.url, plan.eventsPerSecond);
    await sleep(plan.away / 2);
    say(`engine killed and started again: ${JSON.stringify(engine.last)}`);
    await broker.run();
    // All that has waited is published; a few events are always on their way.
    await engine.said((stats) => Number(stats['lag']) < plan.eventsPerSecond / 2);
    say(`broker back: ${JSON.stringify(engine.last)}`);
    // Once more, while everything is connected.
    highestRss = Math.max(highestRss, engine.highestRss);
    await engine.end('SIGKILL');
    engine = new Engine(dataDir, broker.url, plan.eventsPerSecond);
    await engine.said((stats) => Number(stats['acknowledged']) > 0);
    await engine.end('SIGTERM');
    highestRss = Math.max(highestRss, engine.highestRss);
    const expected = await expectedOf(dataDir);
    const sum = (seqs: Map<string, number[]>) => [...seqs.values()].flat().length;
    // What the broker has acknowledged may still be on its way. What does not come is for the caller to find.
    await until('every event', () => sum(received) >= sum(expected), 10_000).catch(() => {});
    return { expected, received, duplicates, strangers, last: engine.last, highestRss };
  } finally {
    await engine?.end('SIGKILL');
    await subscriber.endAsync(true);
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** From the engine's own log. */
const expectedOf = async (dataDir: string): Promise<Map<string, number[]>> => {
  const store = openDataStore(dataDir);
  const journal = openEventJournal(store.db, { clock: systemClock });
  const expected = new Map<string, number[]>();
  for (let since = 0; since < journal.lastSeq; ) {
    for (const { record, pipeline, output } of journal.read(since, 1000)) {
      since = record.seq;
      if (output && pipeline) expected.set(pipeline, [...(expected.get(pipeline) ?? []), record.seq]);
    }
  }
  await journal.close();
  store.close();
  return expected;
};
