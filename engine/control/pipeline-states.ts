import type { Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { KeepAlive } from '../core/keep-alive.js';
import type { Logger } from '../core/log.js';
import { AvaEvent, subjectOf } from '../events/catalogue.js';
import type { EventData, EventType } from '../events/definitions/index.js';
import type { EventPublisher } from '../events/types.js';
import type { PipelineRunner } from '../pipeline/runner.js';
import type { ResolvedPipeline } from '../topology/resolved.js';
import type { PipelineState } from './resources.js';

/** A pipeline that is not inactive. */
interface Entry {
  state: Exclude<PipelineState, 'inactive'>;
  /** Settles when the last transition is over. */
  transition: Promise<void>;
  /** The process stays alive until then: whoever waits for a camera must not end without a word. */
  letGo: () => void;
}

interface PipelineStatesOptions {
  runner: PipelineRunner;
  events: EventPublisher;
  clock: Clock;
  log: Logger;
  keepAlive: Pick<KeepAlive, 'hold'>;
}

/**
 * The states of live pipelines, and the only place that knows them; every change is an event.
 *
 *   inactive ──start──► activating ──► active ──stop──► deactivating ──► inactive
 *                           └── the runtime refuses ──► inactive
 *
 * A pipeline without an entry is inactive.
 */
export class PipelineStates {
  readonly #options: PipelineStatesOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: PipelineStatesOptions) {
    this.#options = options;
  }

  of(name: string): PipelineState {
    return this.#entries.get(name)?.state ?? 'inactive';
  }

  /** Settles when the last transition of the pipeline is over; at once if it is inactive. */
  transition(name: string): Promise<void> {
    return this.#entries.get(name)?.transition ?? Promise.resolve();
  }

  /** Starts an inactive pipeline. @param onRefused called if that fails, before anybody is told */
  start(resolved: ResolvedPipeline, onRefused: () => void): Promise<void> {
    const { name } = resolved;
    return this.#begin(name, 'activating', async () => {
      try {
        await this.#options.runner.activate(resolved);
      } catch (error) {
        this.#forget(name);
        onRefused();
        this.#changed(name, 'activating', 'inactive', error);
        throw error;
      }
      this.#entries.get(name)!.state = 'active';
      this.#changed(name, 'activating', 'active');
    });
  }

  /**
   * Stops an active pipeline. One that fails to stop cleanly is inactive all the same: all that can be done with it is
   * to start it again.
   */
  stop(name: string): Promise<void> {
    return this.#begin(name, 'deactivating', async () => {
      try {
        await this.#options.runner.deactivate(name);
      } catch (error) {
        this.#forget(name);
        this.#changed(name, 'deactivating', 'inactive', error);
        throw error;
      }
      this.#forget(name);
      this.#changed(name, 'deactivating', 'inactive');
    });
  }

  /** Stops all pipelines, also those that are still activating. Failures are logged. */
  async stopAll(): Promise<void> {
    const { log } = this.#options;
    await Promise.all(
      [...this.#entries.keys()].map(async (name) => {
        await this.transition(name).catch(() => {}); // its caller was told
        if (this.of(name) !== 'active') return;
        await this.stop(name).catch((error: unknown) => {
          log.error({ pipeline: name }, `cannot stop cleanly: ${messageOf(error)}`);
        });
      }),
    );
  }

  /** Publishes an event of the pipeline as a whole. */
  tell<Type extends EventType>(name: string, eventType: Type, data: EventData<Type>): void {
    const { events, clock, log } = this.#options;
    try {
      events.publish({ eventType, subject: subjectOf(name), eventTime: clock.utc(), data, pipeline: name });
    } catch (thrown) {
      // The state has changed already; a journal that fails must not leave the pipeline between two states.
      log.error({ pipeline: name, data }, `cannot publish ${eventType}: ${messageOf(thrown)}`);
    }
  }

  #begin(name: string, state: 'activating' | 'deactivating', work: () => Promise<void>): Promise<void> {
    const previous = this.of(name);
    const letGo = this.#entries.get(name)?.letGo ?? this.#options.keepAlive.hold();
    const entry: Entry = { state, transition: Promise.resolve(), letGo };
    this.#entries.set(name, entry);
    this.#changed(name, previous, state);
    // In a microtask, so that a runner that throws is handled like one that rejects.
    entry.transition = Promise.resolve().then(work);
    return entry.transition;
  }

  #forget(name: string): void {
    this.#entries.get(name)?.letGo();
    this.#entries.delete(name);
  }

  #changed(name: string, previousState: PipelineState, state: PipelineState, error?: unknown): void {
    const failure = error === undefined ? {} : { error: { code: codeOf(error), message: messageOf(error) } };
    this.tell(name, AvaEvent.PipelineStateChanged, { previousState, state, ...failure });
  }
}

const codeOf = (error: unknown): string => (error instanceof SluiceError ? error.code : 'InternalServerError');
