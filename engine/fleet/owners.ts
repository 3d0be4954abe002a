import type { PipelineUses } from '../control/index.js';
import { SluiceError } from '../core/errors.js';
import { engineFor } from './assignment.js';
import type { Holdings } from './messages.js';

/** Which engine has what. It is asked of each engine when that has started; nothing of it is stored. */
export class Owners {
  readonly #engines: number;
  readonly #known = new Set<number>();
  readonly #pipelines = new Map<string, { engine: number; uses: PipelineUses }>();
  readonly #videos = new Map<string, number>();

  constructor(engines: number) {
    this.#engines = engines;
  }

  /** An engine has told all that it has. */
  learn(engine: number, { pipelines, videos }: Holdings): void {
    for (const [name, owned] of this.#pipelines) if (owned.engine === engine) this.#pipelines.delete(name);
    for (const [name, owner] of this.#videos) if (owner === engine) this.#videos.delete(name);
    for (const video of videos) this.#videos.set(video, engine);
    for (const [name, uses] of pipelines) this.put(name, engine, uses);
    this.#known.add(engine);
  }

  /** Whether every engine has been asked since the start. */
  get complete(): boolean {
    return this.#known.size === this.#engines;
  }

  get hasPipelines(): boolean {
    return this.#pipelines.size > 0;
  }

  put(pipeline: string, engine: number, uses: PipelineUses): void {
    this.#pipelines.set(pipeline, { engine, uses });
    for (const video of uses.videos) if (!this.#videos.has(video)) this.#videos.set(video, engine);
  }

  remove(pipeline: string): void {
    this.#pipelines.delete(pipeline);
  }

  /** What a live pipeline uses; undefined if there is none of this name. */
  usesOf(pipeline: string): PipelineUses | undefined {
    return this.#pipelines.get(pipeline)?.uses;
  }

  /** The engine of a live pipeline; of one that is not there, the one that it would go to by its name. */
  ofPipeline(name: string): number {
    return this.#pipelines.get(name)?.engine ?? engineFor(name, this.#engines);
  }

  /** Undefined if there is no such video. */
  ofVideo(name: string): number | undefined {
    return this.#videos.get(name);
  }

  /**
   * The engine that a live pipeline is set on: where it is; or where the videos are that it writes; or where its camera is
   * read, so that it is connected to once; or by its name.
   * @throws SluiceError `VideoElsewhere` if it would write to a video of another engine
   */
  placeOf(name: string, uses: PipelineUses | undefined): number {
    const there = this.#pipelines.get(name)?.engine;
    const ofVideos = new Set(uses?.videos.flatMap((video) => this.#videos.get(video) ?? []));
    const [first] = ofVideos;
    const place = there ?? first ?? this.#ofCamera(uses?.cameras ?? []) ?? engineFor(name, this.#engines);
    for (const video of uses?.videos ?? []) {
      const owner = this.#videos.get(video) ?? place;
      if (owner === place) continue;
      throw new SluiceError(
        'VideoElsewhere',
        `live pipeline '${name}' is on engine ${place}, and the video '${video}' on engine ${owner}`,
        {
          kind: 'conflict',
          where: { pipeline: name },
          hint: 'Choose another videoName; or delete the live pipeline and set it again, which puts it where its video is.',
        },
      );
    }
    return place;
  }

  #ofCamera(addresses: readonly string[]): number | undefined {
    for (const { engine, uses } of this.#pipelines.values()) {
      if (uses.cameras.some((address) => addresses.includes(address))) return engine;
    }
    return undefined;
  }
}
