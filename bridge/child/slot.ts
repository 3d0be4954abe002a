import type { Socket } from 'node:net';
import { muxText } from '../filters/pipeline-text.js';
import { FIRST_LANE_FD, type FilterSpec, type FromHost } from '../hosts/protocol.js';
import type { EndReason, VideoCodec } from '../types.js';
import { NOT_LINKED } from './bus-error.js';
import { type Preparation, prepare } from './filters.js';
import { LaneEnd } from './lane-end.js';
import { ReusablePipeline } from './pipeline.js';
import { RunError } from './run-error.js';

/** Each pipeline that is made leaves some descriptors and memory behind. */
const MOST_THROWN_AWAY = 16;
let thrownAway = 0;

/** rtspsrc keeps what it had linked for a stream that then became another one: no later session is linked to anything. */
const isClean = (reason: EndReason): boolean => !('code' in reason && reason.code === NOT_LINKED);

/**
 * One lane and the pipelines that use it, one at a time:
 *
 *     free -> preparing -> running -> ending (pipeline at rest, marker written) -> draining -> free
 *
 * A run may end at any point by itself or because the engine asks; the first reason counts.
 */
export class Slot {
  readonly #index: number;
  readonly #laneFd: number;
  readonly #lane: LaneEnd;
  readonly #send: (message: FromHost) => void;
  readonly #connect: (run: number) => Promise<Socket>;
  readonly #pipelines = new Map<string, ReusablePipeline>();
  #run: SlotRun | undefined;

  constructor(
    index: number,
    marker: Buffer,
    send: (message: FromHost) => void,
    connect: (run: number) => Promise<Socket>,
  ) {
    this.#index = index;
    this.#laneFd = FIRST_LANE_FD + index;
    this.#lane = new LaneEnd(this.#laneFd, marker);
    this.#send = send;
    this.#connect = connect;
  }

  start(id: number, filter: FilterSpec): void {
    if (this.#run !== undefined) throw new Error(`slot ${this.#index} is taken`);
    const run: SlotRun = { id, ended: false };
    this.#run = run;
    void this.#begin(run, filter);
  }

  stop(id: number): void {
    if (this.#run?.id === id) this.#end(this.#run, { kind: 'stopped' });
  }

  settle(id: number, bytes: number): void {
    const run = this.#run;
    if (run?.id === id && !run.ended && run.pipeline) run.preparation?.settle?.(run.pipeline, bytes);
  }

  /** Makes the pipeline that a clip would need, as `start` would. */
  warm(codec: VideoCodec): void {
    try {
      this.#pipelineFor([muxText(codec, this.#laneFd)]);
    } catch (error) {
      // The clip itself will say so, to those whom it concerns.
      this.#send({ type: 'log', level: 'debug', message: `no pipeline for clips yet: ${String(error)}` });
    }
  }

  async #begin(run: SlotRun, filter: FilterSpec): Promise<void> {
    try {
      run.preparation = await prepare(filter, this.#laneFd, {
        connect: () => this.#connect(run.id),
        fail: (reason) => this.#end(run, reason),
      });
      if (run.ended) {
        run.preparation.release(undefined);
        return;
      }
      const { text, pipeline } = this.#pipelineFor(run.preparation.texts);
      run.pipeline = pipeline;
      run.text = text;
      run.preparation.configure(pipeline);
      pipeline.start((reason) => this.#end(run, reason));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const failure =
        error instanceof RunError
          ? error.failure
          : ({ failure: 'internal', code: 'pipeline.create', message } as const);
      this.#end(run, { kind: 'error', ...failure });
    }
  }

  #pipelineFor(texts: readonly string[]): { text: string; pipeline: ReusablePipeline } {
    let problem: unknown;
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
    void this.#finish(run, reason);
  }

  async #finish(run: SlotRun, reason: EndReason): Promise<void> {
    if (run.pipeline) await run.preparation?.quieten?.(run.pipeline);
    const rested = await (run.pipeline?.stop() ?? true);
    if (run.text !== undefined && !(rested && isClean(reason))) {
      this.#pipelines.delete(run.text);
      thrownAway += 1;
      if (!rested) this.#send({ type: 'worn', why: 'a pipeline did not come to rest' });
      else if (thrownAway === MOST_THROWN_AWAY)
        this.#send({ type: 'worn', why: `${thrownAway} of its pipelines could not be used again` });
    }
    try {
      run.preparation?.release(run.pipeline);
    } catch (error) {
      this.#send({ type: 'log', level: 'warn', message: `clean-up of a run failed: ${String(error)}` });
    }
    this.#lane.writeMarker();
    this.#send({ type: 'ended', slot: this.#index, run: run.id, reason });
    await this.#lane.drain();
    this.#run = undefined;
    this.#send({ type: 'idle', slot: this.#index, run: run.id });
  }
}

interface SlotRun {
  readonly id: number;
  ended: boolean;
  preparation?: Preparation;
  pipeline?: ReusablePipeline;
  text?: string;
}
