import { SluiceError } from '../../core/errors.js';
import { RecordingEvents } from '../../recording/recording-events.js';
import { SinkRecorder } from '../../recording/sink-recorder.js';
import type { MediaPort, NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import type { FileSinkSettings } from './settings.js';

/** One MP4 for each opening of the gate, AVA's three recording events for each file. */
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
    // A folder that cannot be used is an error of the activation, not of the first event at night.
    this.#context.services.shelf.prepare(this.#settings.baseDirectoryPath);
    for (const gate of this.#links.media) this.#record(gate);
  }

  /** The gate has been flushed by now: what is left are files on their way to the disk. */
  async stop(): Promise<void> {
    await Promise.all(this.#recorders.map((recorder) => recorder.finished()));
    for (const detach of this.#detach.splice(0)) detach();
    this.#recorders.length = 0;
  }

  #record(gate: MediaPort): void {
    const { node, pipeline, topology, services, clock, journal, metrics, pipelineMetrics } = this.#context;
    if (!gate.tracks.has('video')) {
      throw new SluiceError('TrackNotSupported', `the inputs of '${node}' let no video through`, {
        kind: 'unsupported',
        where: { pipeline, node },
        hint: 'This version records files with video only: change the outputSelectors.',
      });
    }
    const recorder = new SinkRecorder(
      { pipeline, topology, sink: node, tracks: gate.tracks, ...this.#settings },
      {
        session: gate.session,
        clock,
        bridge: services.bridge,
        shelf: services.shelf,
        events: new RecordingEvents(journal, clock),
        metrics: { ...pipelineMetrics, dropped: (track) => metrics.dropped(track) },
      },
    );
    this.#recorders.push(recorder);
    this.#detach.push(gate.attach(recorder));
  }
}
