/**
 * The process of one of several engines. The front starts it and tells it what to be; when the front is gone, it ends as
 * after SIGTERM.
 */
import type { Config } from '../config/index.js';
import { Engine } from '../engine.js';
import { type CategoryLogs, createCategoryLogs } from '../log/categories.js';
import { partsOf } from '../parts-of.js';
import { type Service, startService } from '../service.js';
import { answersOf } from './answers.js';
import { EventFeeder } from './event-feeder.js';
import { type EngineOrder, type FromEngine, noteOf, type ToEngine } from './messages.js';

/** Ends the process whatever hangs, once nobody is there who would. */
const MOST_CLOSING_MS = 120_000;

class EngineProcess {
  #engine: Engine | undefined;
  #service: Service | undefined;
  #feeder: EventFeeder | undefined;
  #logs: CategoryLogs | undefined;
  #ending = false;

  async take(message: ToEngine): Promise<void> {
    switch (message.kind) {
      case 'start':
        return await this.#start(message.order);
      case 'taken':
        return this.#feeder?.taken(message.seq);
      case 'ask':
        return await this.#answer(message);
      case 'configure':
        return this.#configure(message.config);
      case 'stop':
        return await this.end();
    }
  }

  /** Finishes clips and ends the process. */
  async end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const { clock } = this.#engine ? partsOf(this.#engine) : {};
    clock?.after(MOST_CLOSING_MS, () => process.exit(1));
    try {
      await this.#service?.close();
      this.#feeder?.end();
      await this.#engine?.close();
      this.#feeder?.stop();
    } finally {
      // What was said before is on its way for as long as the channel is open.
      if (process.connected) process.send?.({ kind: 'ended' } satisfies FromEngine, () => leave());
    }
  }

  async #start({ config, engine: number, clipIdsAfter, contentTokens, takenSeq }: EngineOrder): Promise<void> {
    try {
      const logs = createCategoryLogs(config, undefined, { engine: number });
      this.#logs = logs;
      const { application: log, mediaPipeline: mediaPipelineLog } = logs;
      const engine = await Engine.open({ dataDir: config.dataDir, config, clipIdsAfter, log, mediaPipelineLog });
      this.#engine = engine;
      if (this.#ending) return await engine.close();
      this.#service = await startService(engine, config, { contentTokens });
      const { journal } = partsOf(engine);
      send({ kind: 'started', url: this.#service.urls[0] ?? '', holdings: await answersOf(engine).holdings() });
      this.#feeder = new EventFeeder({ journal, send, since: takenSeq });
      this.#feeder.start();
    } catch (error) {
      send({ kind: 'notStarted', error: noteOf(error) });
      await this.end();
    }
  }

  async #answer({ id, question, given }: Extract<ToEngine, { kind: 'ask' }>): Promise<void> {
    try {
      if (!this.#engine) throw new Error('the engine has not started');
      const answer = answersOf(this.#engine)[question] as (...given: readonly unknown[]) => unknown;
      send({ kind: 'answer', id, value: await answer(...given) });
    } catch (error) {
      send({ kind: 'refusal', id, error: noteOf(error) });
    }
  }

  #configure(config: Config): void {
    this.#logs?.apply(config);
    this.#engine?.reconfigure(config);
    this.#service?.reconfigure(config);
  }
}

const send = (message: FromEngine): void => {
  if (process.connected) process.send?.(message);
};

const leave = (): void => {
  if (process.connected) process.disconnect();
};

const own = new EngineProcess();
process.on('message', (message: ToEngine) => void own.take(message));
process.on('disconnect', () => void own.end());
// A terminal signals the whole group. The front decides when its engines go.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('SIGTERM', () => void own.end());
