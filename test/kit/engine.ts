import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Parts } from '../../engine/engine-parts.js';
import { Engine, type EngineOptions, type EventRecord } from '../../engine/index.js';
import { createLogger } from '../../engine/log/logger.js';
import { partsOf } from '../../engine/parts-of.js';
import { eventProblems } from './event-judge.js';

type Inside = Pick<Parts, 'archive' | 'clock' | 'journal' | 'log' | 'metrics' | 'pictures'>;

/** An engine into which tests can look, and which takes topologies that are made of parts. */
export type OpenedEngine = Engine & Inside & { readonly topologies: { set(topology: object): unknown } };

/** Puts what programs do not see of an engine beside what they see. */
const lookInto = (engine: Engine): OpenedEngine => {
  const { archive, clock, journal, log, metrics, pictures } = partsOf(engine);
  return Object.assign(engine, { archive, clock, journal, log, metrics, pictures }) as OpenedEngine;
};

export interface TestEngine {
  engine: OpenedEngine;
  dataDir: string;
  /** Every event of this run, in order. */
  events: EventRecord[];
  named(lastPart: string): EventRecord[];
  /** The events of one live pipeline. */
  told(pipeline: string, lastPart: string): EventRecord[];
  /** Resolves with the events once `enough` holds for them; rejects after `timeoutMs` with what came. */
  until(enough: (events: EventRecord[]) => boolean, timeoutMs?: number): Promise<EventRecord[]>;
  /** Resolves when media has come from the camera of each of these live pipelines. */
  established(...pipelines: string[]): Promise<unknown>;
  /** Resolves when every event that was published has come. */
  settled(): Promise<void>;
  /** Closes the engine; the folder stays. */
  close(): Promise<void>;
  /** Closes the engine and removes the folder. */
  remove(): Promise<void>;
}

export const isNamed = (event: EventRecord, lastPart: string): boolean => event.eventType.endsWith(`.${lastPart}`);

/** Whether an event is of a live pipeline. */
export const of = (pipeline: string) => (event: EventRecord) => event.subject.includes(`/livePipelines/${pipeline}/`);

/** An engine on a data folder of its own, or on the one given. */
export async function openTestEngine(options: Partial<EngineOptions> = {}): Promise<TestEngine> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-test-')));
  const level = process.env['SLUICE_TEST_LOG'];
  const engine = lookInto(await Engine.open({ ...(level ? { log: createLogger(level) } : {}), ...options, dataDir }));
  const events: EventRecord[] = [];
  const waiting = new Set<() => void>();
  engine.events.subscribe({ since: engine.startSeq }, (event) => {
    events.push(event);
    for (const look of [...waiting]) look();
  });
  const close = async () => {
    await engine.close();
    const problems = events.flatMap(eventProblems);
    if (problems.length > 0) throw new Error(`events off the catalogue:\n${problems.slice(0, 5).join('\n')}`);
  };
  const told = (pipeline: string, lastPart: string) =>
    events.filter((event) => of(pipeline)(event) && isNamed(event, lastPart));
  const until = (enough: (events: EventRecord[]) => boolean, timeoutMs = 30_000) =>
    new Promise<EventRecord[]>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        const seen = events.map(
          (event) => `${event.seq} ${event.eventType} ${JSON.stringify(event.data).slice(0, 200)}`,
        );
        reject(new Error(`waited ${timeoutMs} ms; events so far:\n${seen.join('\n')}`));
      }, timeoutMs);
      const look = () => {
        if (!enough(events)) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(events);
      };
      waiting.add(look);
      look();
    });
  return {
    engine,
    dataDir,
    events,
    named: (lastPart) => events.filter((event) => isNamed(event, lastPart)),
    told,
    until,
    established: (...pipelines) =>
      until(() => pipelines.every((pipeline) => told(pipeline, 'MediaSessionEstablished').length > 0)),
    settled: async () => {
      await engine.journal.flush();
      const { lastSeq } = engine.journal;
      await until(() => (events.at(-1)?.seq ?? engine.startSeq) >= lastSeq);
    },
    close,
    remove: async () => {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
