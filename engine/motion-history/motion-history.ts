import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_SECOND, type Micros, type UtcMicros, type UtcRange } from '../core/time.js';
import { dayFileName, dayOf, readDay, type SecondOfMotion } from './day-file.js';
import { MotionLog } from './motion-log.js';
import { energyOf, type MotionSpan, type Region, spansIn } from './motion-search.js';

export interface MotionHistoryDeps {
  /** Absolute path; made when something is first written. */
  folder: string;
  clock: Clock;
  log: Logger;
  /** How long it is kept, in µs; 0: nothing is written. */
  keep: Micros;
}

export interface MotionBucket {
  startUtc: UtcMicros;
  /** The most of any second and field, 1 to 255. */
  energy: number;
}

const WRITE_EVERY_MS = 5000;
const REMOVE_EVERY_MS = 3_600_000;
const DAY: Micros = 86_400 * MICROS_PER_SECOND;
/** Names of live pipelines are like this, and so lead nowhere else. */
const NAME = /^[A-Za-z0-9-]{1,64}$/;

/** What moved where in front of each camera, a second at a time, so that people can search for it. */
export class MotionHistory {
  readonly #deps: MotionHistoryDeps;
  #keep: Micros;
  readonly #logs = new Map<string, MotionLog>();
  readonly #timers: CancelTimer[] = [];
  #writing: Promise<void> = Promise.resolve();
  /** Live pipelines of which nothing can be written. */
  readonly #failing = new Set<string>();

  constructor(deps: MotionHistoryDeps) {
    this.#deps = deps;
    this.#keep = deps.keep;
  }

  start(): void {
    const { clock } = this.#deps;
    this.#timers.push(
      every(clock, WRITE_EVERY_MS, () => void this.#write(false)),
      every(clock, REMOVE_EVERY_MS, () => void this.#removeOld()),
    );
  }

  /** Resolves when everything is written. */
  async stop(): Promise<void> {
    for (const cancel of this.#timers.splice(0)) cancel();
    await this.#write(true);
  }

  retain(keep: Micros): void {
    this.#keep = keep;
  }

  /** @param energies as in `Verdict` */
  add(pipeline: string, utc: UtcMicros, energies: Uint8Array): void {
    if (this.#keep === 0) return;
    let log = this.#logs.get(pipeline);
    if (!log) {
      const folder = this.#folderOf(pipeline);
      if (folder === undefined) return;
      log = new MotionLog((at) => join(folder, dayFileName(at)));
      this.#logs.set(pipeline, log);
    }
    log.add(utc, energies);
  }

  /** The times at which something moved in a region of a camera's picture. @param least energy that counts, 1 to 255 */
  async search(pipelines: readonly string[], range: UtcRange, region: Region, least: number): Promise<MotionSpan[]> {
    return spansIn(await this.#read(pipelines, range), region, least);
  }

  /** How much moved in each of some equal parts of a range; those in which nothing did are left out. */
  async buckets(pipelines: readonly string[], range: UtcRange, count: number): Promise<MotionBucket[]> {
    const { startUtc, endUtc } = range;
    const most = new Uint8Array(count);
    const length = (endUtc - startUtc) / count;
    for (const second of await this.#read(pipelines, range)) {
      const index = Math.min(count - 1, Math.max(0, Math.floor((second.utc - startUtc) / length)));
      most[index] = Math.max(most[index]!, energyOf(second));
    }
    return [...most].flatMap((energy, index) =>
      energy === 0 ? [] : [{ startUtc: Math.round(startUtc + index * length) as UtcMicros, energy }],
    );
  }

  async #read(pipelines: readonly string[], { startUtc, endUtc }: UtcRange): Promise<SecondOfMotion[]> {
    await this.#write(true);
    const found: SecondOfMotion[] = [];
    for (const pipeline of pipelines) {
      const folder = this.#folderOf(pipeline);
      if (folder === undefined) continue;
      for (const { name, day } of await daysIn(folder)) {
        if (day >= endUtc || day + DAY <= startUtc) continue;
        const bytes = await readFile(join(folder, name)).catch(() => Buffer.alloc(0));
        for (const second of readDay(bytes, day)) {
          if (second.utc + MICROS_PER_SECOND > startUtc && second.utc < endUtc) found.push(second);
        }
      }
    }
    return found;
  }

  /** @param all the second that goes on as well */
  #write(all: boolean): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const [pipeline, log] of this.#logs) {
        try {
          await log.write(all);
          this.#failing.delete(pipeline);
        } catch (error) {
          this.#tell(pipeline, error);
        }
      }
    });
    return this.#writing;
  }

  /** Once, until it can be written again: it is tried every few seconds. */
  #tell(pipeline: string, error: unknown): void {
    const { log, folder } = this.#deps;
    if (this.#failing.has(pipeline)) return;
    this.#failing.add(pipeline);
    log.error({ pipeline, folder }, `what moves cannot be kept for searches: ${messageOf(error)}`);
  }

  async #removeOld(): Promise<void> {
    const { folder, clock } = this.#deps;
    const limit = clock.utc() - this.#keep;
    for (const pipeline of await namesIn(folder)) {
      const files = this.#folderOf(pipeline);
      if (files === undefined) continue;
      for (const { name, day } of await daysIn(files)) {
        if (day + DAY < limit) await rm(join(files, name), { force: true }).catch(() => {});
      }
    }
  }

  #folderOf(pipeline: string): string | undefined {
    return NAME.test(pipeline) ? join(this.#deps.folder, pipeline) : undefined;
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const daysIn = async (folder: string): Promise<{ name: string; day: UtcMicros }[]> =>
  (await namesIn(folder)).flatMap((name) => {
    const day = dayOf(name);
    return day === undefined ? [] : [{ name, day }];
  });
