import { SluiceError } from '../../core/errors.js';
import type { ClipSink } from '../../recording/clip-plan.js';
import { SinkRecorder } from '../../recording/sink-recorder.js';
import type { MediaPort, NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import type { FileSinkSettings } from './settings.js';

/** Writes one MP4 file each time the gate opens, and publishes AVA's three recording events about it. */
export class FileSinkNode implements RunningNode {
  readonly #settings: FileSinkSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  readonly #recorders: SinkRecorder[] = [];
  readonly #detach: Array<() => void> = [];

  constructor(settings: FileSinkSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    // A folder that cannot be used must fail the activation, and not the first recording at night.
    this.#context.services.shelf.prepare(this.#sink);
    for (const gate of this.#links.media) this.#record(gate);
  }

  /** The gate has been flushed by now, so only files that are being finished are left. */
  async stop(): Promise<void> {
    await Promise.all(this.#recorders.map((recorder) => recorder.finished()));
    for (const detach of this.#detach.splice(0)) detach();
    this.#recorders.length = 0;
  }

  get #sink(): ClipSink {
    const { node, pipeline, topology } = this.#context;
    return { pipeline, topology, sink: node, ...this.#settings };
  }

  #record(gate: MediaPort): void {
    const { node, pipeline, services, clock, metrics, pipelineMetrics } = this.#context;
    if (!gate.tracks.has('video')) {
      throw new SluiceError('TrackNotSupported', `the inputs of '${node}' let no video through`, {
        kind: 'unsupported',
        where: { pipeline, node },
        hint: 'This version cannot write files without video: change the outputSelectors.',
      });
    }
    const recorder = new SinkRecorder(
      { ...this.#sink, tracks: gate.tracks },
      {
        session: gate.session,
        clock,
        muxes: services.muxes,
        shelf: services.shelf,
        metrics: { ...pipelineMetrics, dropped: (track) => metrics.dropped(track) },
      },
    );
    if (gate.tracks.has('audio')) this.#detach.push(gate.session.wantSound());
    this.#recorders.push(recorder);
    this.#detach.push(gate.attach(recorder));
  }
}
