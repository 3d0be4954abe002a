import type { Socket } from 'node:net';
import { type FilterSpec, type FromHost, type HostSettings, laneFds, type StillShape } from '../hosts/protocol.js';
import type { EndReason } from '../types.js';
import { type Preparation, prepare } from './filters.js';
import { LaneEnd } from './lane-end.js';
import { ReusablePipeline } from './pipeline.js';
import { RunError } from './run-error.js';

/**
 * One lane and the pipelines that use it, one at a time:
 *
 *     free -> preparing -> running -> ending (pipeline at rest, marker written) -> draining -> free
 *
 * A run may end at any point by itself or because the engine asks; the first reason counts.
 */
export class Slot {
  readonly #index: number;
  readonly #laneFds: readonly number[];
  readonly #lanes: readonly LaneEnd[];
  readonly #send: (message: FromHost) => void;
  readonly #connect: (run: number) => Promise<Socket>;
  readonly #pipelines = new Map<string, ReusablePipeline>();
  #run: SlotRun | undefined;

  constructor(
    index: number,
    { role, slots, marker }: HostSettings,
    send: (message: FromHost) => void,
    connect: (run: number) => Promise<Socket>,
  ) {
    this.#index = index;
    this.#laneFds = laneFds(role, slots, index);
    this.#lanes = this.#laneFds.map((fd) => new LaneEnd(fd, Buffer.from(marker, 'hex')));
    this.#send = send;
    this.#connect = connect;
  }

  start(id: number, filter: FilterSpec): void {
    if (this.#run !== undefined) throw new Error(`slot ${this.#index} is taken`);
    const run = newRun(id);
    this.#run = run;
    void this.#begin(run, filter);
  }

  stop(id: number): void {
    if (this.#run?.id === id) this.#end(this.#run, { kind: 'stopped' });
  }

  /** The engine has heard what the camera of an ingest run offers. */
  play(id: number): void {
    if (this.#run?.id === id) this.#run.allow();
  }

  readInRounds(id: number, yes: boolean): void {
    if (this.#run?.id === id) this.#run.preparation?.readInRounds?.(yes);
  }

  shape(id: number, shape: StillShape): void {
    const run = this.#run;
    if (run?.id === id && !run.ended && run.pipeline) run.preparation?.shape?.(run.pipeline, shape);
  }

  async #begin(run: SlotRun, filter: FilterSpec): Promise<void> {
    try {
      run.preparation = await prepare(filter, this.#laneFds, {
        connect: () => this.#connect(run.id),
        tell: (news) => {
          if (!run.ended) this.#send({ type: 'news', slot: this.#index, run: run.id, news });
        },
        mayPlay: () => run.allowed,
        soundLane: this.#lanes[1],
        signal: run.aborter.signal,
        failed: (error) => this.#end(run, failureOf(error)),
      });
      if (run.ended) {
        run.preparation.end?.();
        run.preparation.release();
        return;
      }
      const { text, pipeline } = this.#pipelineFor(run.preparation.texts);
      run.pipeline = pipeline;
      run.text = text;
      run.preparation.configure(pipeline);
      pipeline.start((reason) => this.#end(run, reason));
      run.preparation.begin?.(pipeline);
    } catch (error) {
      this.#end(run, failureOf(error));
    }
  }

  #pipelineFor(texts: readonly string[]): { text: string; pipeline: ReusablePipeline } {
    let problem: unknown = new Error('there is no decoder of this kind for this codec');
    for (const text of texts) {
      try {
        const pipeline =
          this.#pipelines.get(text) ??
          new ReusablePipeline(text, (message) => this.#send({ type: 'log', level: 'debug', message }));
        this.#pipelines.set(text, pipeline);
        return { text, pipeline };
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  #end(run: SlotRun, reason: EndReason): void {
    if (run.ended) return;
    run.ended = true;
    run.aborter.abort();
    void this.#finish(run, reason);
  }

  async #finish(run: SlotRun, reason: EndReason): Promise<void> {
    try {
      run.preparation?.end?.();
      const rested = await (run.pipeline?.stop() ?? true);
      if (!rested) {
        if (run.text !== undefined) this.#pipelines.delete(run.text);
        this.#send({ type: 'worn', why: 'a pipeline did not come to rest' });
      }
      run.preparation?.release();
    } catch (error) {
      this.#send({ type: 'log', level: 'warn', message: `clean-up of a run failed: ${String(error)}` });
    }
    for (const lane of this.#lanes) lane.writeMarker();
    this.#send({ type: 'ended', slot: this.#index, run: run.id, reason });
    await Promise.all(this.#lanes.map((lane) => lane.drain()));
    this.#run = undefined;
    this.#send({ type: 'idle', slot: this.#index, run: run.id });
  }
}

interface SlotRun {
  readonly id: number;
  ended: boolean;
  /** Aborted when the run ends. */
  readonly aborter: AbortController;
  /** Resolves when `allow` is called. */
  readonly allowed: Promise<void>;
  allow(): void;
  preparation?: Preparation;
  pipeline?: ReusablePipeline;
  text?: string;
}

const newRun = (id: number): SlotRun => {
  let allow = (): void => {};
  const allowed = new Promise<void>((resolve) => {
    allow = resolve;
  });
  return { id, ended: false, aborter: new AbortController(), allowed, allow };
};

const failureOf = (error: unknown): EndReason => {
  if (error instanceof RunError) return { kind: 'error', ...error.failure };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'error', failure: 'internal', code: 'pipeline.create', message };
};
