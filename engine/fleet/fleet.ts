import type { Config } from '../config/index.js';
import type { PipelineUses } from '../control/index.js';
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { EventPublisher } from '../events/types.js';
import { agree } from './agreement.js';
import { EngineKeeper } from './engine-keeper.js';
import { engineAway } from './engine-link.js';
import type { EventMerge } from './event-merge.js';
import type { Questions } from './messages.js';
import { Owners } from './owners.js';

interface FleetOptions {
  config: Config;
  contentTokens: Uint8Array;
  merge: EventMerge;
  events: EventPublisher;
  clock: Clock;
  log: Logger;
}

/** The engines, and which of them has what. */
export class Fleet {
  readonly engines: readonly EngineKeeper[];
  readonly owners: Owners;
  readonly #log: Logger;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FleetOptions) {
    const { config } = options;
    this.#log = options.log;
    this.owners = new Owners(config.engines);
    this.engines = Array.from({ length: config.engines }, (_, index) => {
      const engine = index + 1;
      return new EngineKeeper({
        ...options,
        engine,
        onStarted: (holdings) => {
          this.owners.learn(engine, holdings);
          // At the start this waits for the last one: only then all that there is can be compared.
          if (this.owners.complete) this.#agreeSoon();
        },
      });
    });
  }

  /** Starts all of them. @throws SluiceError if one cannot start; none is left running then */
  async start(): Promise<void> {
    const starts = await Promise.allSettled(this.engines.map((engine) => engine.start()));
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) {
      await this.stop();
      throw failed.reason;
    }
    await this.#turn;
  }

  async stop(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.stop()));
  }

  configure(config: Config): void {
    for (const engine of this.engines) engine.configure(config);
  }

  /** The engine with this number. One that is not there answers as the first: it knows of nothing, too. */
  engine(number: number): EngineKeeper {
    return this.engines[number - 1] ?? this.engines[0]!;
  }

  /**
   * The engine of a live pipeline, or the one that would have it.
   * @throws SluiceError `EngineAway` while it is not known who has what
   */
  ofPipeline(name: string): EngineKeeper {
    this.#checkComplete(this.owners.usesOf(name) !== undefined);
    return this.engine(this.owners.ofPipeline(name));
  }

  /** The engine of a video, or any if there is no such video. @throws as `ofPipeline` */
  ofVideo(name: string): EngineKeeper {
    const owner = this.owners.ofVideo(name);
    this.#checkComplete(owner !== undefined);
    return this.engine(owner ?? 1);
  }

  /** An engine that runs: what it is asked, all would answer alike. @throws SluiceError `EngineAway` */
  get any(): EngineKeeper {
    const running = this.engines.find((engine) => engine.isRunning);
    if (running) return running;
    throw engineAway(1);
  }

  /** Asks all of them. @throws SluiceError `EngineAway` if one is: part of the answer would be taken for all of it */
  async askAll<Question extends keyof Questions>(
    question: Question,
    ...given: Parameters<Questions[Question]>
  ): Promise<Array<ReturnType<Questions[Question]>>> {
    return await Promise.all(this.engines.map((engine) => engine.ask(question, ...given)));
  }

  /** Where a live pipeline belongs that is set with this document. @throws SluiceError `VideoElsewhere`, `EngineAway` */
  async place(name: string, document: unknown): Promise<{ engine: EngineKeeper; uses: PipelineUses | undefined }> {
    this.#checkComplete(this.owners.usesOf(name) !== undefined);
    const uses = await this.any.ask('uses', document);
    return { engine: this.engine(this.owners.placeOf(name, uses)), uses };
  }

  /** Asks again what each has. */
  async learn(): Promise<void> {
    const holdings = await this.askAll('holdings');
    for (const [index, each] of holdings.entries()) this.owners.learn(index + 1, each);
  }

  /** One change of what all of them have at a time. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #agreeSoon(): void {
    void this.inTurn(async () => {
      if (!this.engines.every((engine) => engine.isRunning)) return;
      if (await agree(this.engines, this.#log)) await this.learn();
    }).catch((error: unknown) => this.#log.error(`the engines could not be compared: ${messageOf(error)}`));
  }

  #checkComplete(isKnown: boolean): void {
    if (isKnown || this.owners.complete) return;
    throw engineAway(this.engines.find(({ isRunning }) => !isRunning)?.engine ?? 1);
  }
}
