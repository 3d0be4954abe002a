import { MetadataWriter } from '../../archive/metadata-log.js';
import { VideoRecorder } from '../../archive/video-recorder.js';
import { SluiceError } from '../../core/errors.js';
import { type MediaTime, mediaTimeAt } from '../../core/time.js';
import type { Inference } from '../../inference/types.js';
import { PreviewMaker } from '../../stills/preview-maker.js';
import type { EventIntake, MediaPort, NodeEvent, NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import type { VideoSinkSettings } from './settings.js';

/** Numbers of the openings of one port do not say from which port they are. */
const OPENINGS_OF_A_PORT = 2 ** 40;
/** The opening that lasts as long as a sink without a gate runs. */
const WITHOUT_GATE = 0;

/** Writes all that its inputs let through into a video, and publishes AVA's three recording events about it. */
export class VideoSinkNode implements RunningNode {
  readonly events: EventIntake;
  readonly #settings: VideoSinkSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  readonly #detach: Array<() => void> = [];
  #recorder: VideoRecorder | undefined;
  #metadata: MetadataWriter | undefined;
  /** Ends the openings that no gate ends. */
  #endUngated: Array<() => void> = [];

  constructor(settings: VideoSinkSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
    this.events = { take: (event) => this.#found(event) };
  }

  start(): void {
    const { node, pipeline, services, clock, metrics, pipelineMetrics } = this.#context;
    const { archive, bridge, muxes } = services;
    const { videoName, ...properties } = this.#settings;
    const ports = this.#links.media;
    const [port] = ports;
    if (!port || !ports.every(({ tracks }) => tracks.has('video'))) throw this.#withoutVideo();
    const { session } = port;
    const tracks = new Set(ports.flatMap((each) => [...each.tracks]));
    const { video, release } = archive.write(videoName, properties, `${pipeline}/${node}`);
    this.#detach.push(release);
    const { shelf, book } = archive;
    const recorder = new VideoRecorder(video, { pipeline, sink: node, video: videoName }, tracks, {
      ...{ session, clock, muxes, shelf, book },
      metrics: { ...pipelineMetrics, dropped: (track) => metrics.dropped(track) },
    });
    this.#recorder = recorder;
    const previews = new PreviewMaker({
      ...{ session, bridge, log: this.#context.log },
      isRecording: () => recorder.recording,
      every: () => archive.previewEvery,
      keep: (preview) => archive.previews.add(video, preview),
    });
    previews.start();
    this.#detach.push(() => previews.stop());
    this.#metadata = new MetadataWriter(archive.media.absolute(video.folder), {
      ...{ clock, log: this.#context.log },
      onLost: (count) => metrics.dropped('application').add(count),
    });
    if (tracks.has('audio')) this.#detach.push(session.wantSound());
    for (const [index, each] of ports.entries()) this.#record(each, index, recorder);
  }

  /** Gates have been flushed by now. */
  async stop(): Promise<void> {
    for (const end of this.#endUngated.splice(0)) end();
    await this.#recorder?.finished();
    this.#recorder = undefined;
    await this.#metadata?.close();
    this.#metadata = undefined;
    for (const detach of this.#detach.splice(0).reverse()) detach();
  }

  #record(port: MediaPort, index: number, recorder: VideoRecorder): void {
    const numbered = (activation: number): number => index * OPENINGS_OF_A_PORT + activation;
    this.#detach.push(
      port.attach({
        open: (action) => recorder.open({ ...action, activation: numbered(action.activation) }),
        close: (action) => recorder.close({ ...action, activation: numbered(action.activation) }),
        event: (event) => this.#found(event),
        // All ports are of the same camera.
        ...(index === 0 ? { unit: (unit) => recorder.unit(unit), held: () => recorder.held() } : {}),
      }),
    );
    if (port.gated) return;
    const activation = numbered(WITHOUT_GATE);
    const start = mediaTimeAt(this.#context.clock.monotonic());
    recorder.open({ type: 'open', activation, start, trigger: start, signalId: '', requestedPreRoll: 0 });
    this.#endUngated.push(() => {
      const end = endOf(port) ?? start;
      recorder.close({ type: 'close', activation, end, reason: 'flushed' });
    });
  }

  /** What the nodes in front have found, at its place in the video's time. */
  #found({ kind, at, data }: NodeEvent): void {
    const inferences = data['inferences'];
    const session = this.#links.media[0]?.session;
    if (kind !== 'inference' || !Array.isArray(inferences) || !session) return;
    this.#metadata?.add({ utc: session.toUtc(at), inferences: inferences as Inference[] });
  }

  #withoutVideo(): SluiceError {
    const { node, pipeline } = this.#context;
    return new SluiceError('TrackNotSupported', `the inputs of '${node}' let no video through`, {
      kind: 'unsupported',
      where: { pipeline, node },
      hint: 'This version cannot write videos without pictures: change the outputSelectors.',
    });
  }
}

/** The newest picture in the ring. */
const endOf = ({ session: { ring } }: MediaPort): MediaTime | undefined => {
  let end: MediaTime | undefined;
  for (let index = ring.nextIndex - 1; index >= Math.max(ring.firstIndex, ring.nextIndex - 64); index--) {
    const unit = ring.at(index);
    if (unit?.track === 'video') end = Math.max(end ?? 0, unit.pts) as MediaTime;
  }
  return end;
};
