import type { Socket } from 'node:net';
import { type CameraMedia, playCamera } from '../camera/camera-media.js';
import { LossTally } from '../camera/loss-tally.js';
import { sessionSpec } from '../camera/session-spec.js';
import { rtpCapsOf, videoCodecOf } from '../camera/track-format.js';
import { ElementName, ingestText } from '../filters/pipeline-text.js';
import type { RunNews } from '../hosts/protocol.js';
import { ProbeFailure } from '../rtsp/failures.js';
import type { OfferedTrack } from '../rtsp/tracks.js';
import type { IngestSpec, MediaLoss } from '../types.js';
import type { AppSource } from './gstreamer.js';
import type { LaneEnd } from './lane-end.js';
import type { ReusablePipeline } from './pipeline.js';
import { RtpPusher } from './rtp-pusher.js';
import { RunError } from './run-error.js';
import { SoundLane } from './sound-lane.js';

export interface IngestContext {
  /** A new connection to the run's camera. Rejects with a ProbeFailure. */
  connect(): Promise<Socket>;
  tell(news: RunNews): void;
  /** Resolves when the engine says that the camera may play. */
  mayPlay(): Promise<void>;
  /** The session has ended by itself. */
  failed(error: unknown): void;
  /** Where sound and metadata go. */
  soundLane: Pick<LaneEnd, 'write' | 'waitingBytes'> | undefined;
  /** The run has ended. */
  signal: AbortSignal;
}

/** A camera's session, in the process that depayloads what it sends. */
export class CameraIngest {
  #media: CameraMedia | undefined;
  #pusher: RtpPusher | undefined;
  #inRounds = false;
  /** Called with where packets go, when the pipeline runs. */
  #begin = (_: RtpPusher): void => {};

  private constructor(private readonly video: OfferedTrack) {}

  /** Connects, and waits until the camera has described itself and the engine has agreed. Rejects with a RunError. */
  static open(spec: IngestSpec, context: IngestContext): Promise<CameraIngest> {
    const { connect, signal } = context;
    // The engine finds out for itself where a camera redirects to: it opens the connections.
    return new Promise((resolve, reject) => {
      let ingest: CameraIngest | undefined;
      const tellLoss = (loss: MediaLoss): void => context.tell({ kind: 'loss', loss });
      const overflow = new LossTally(tellLoss);
      const sound = new SoundLane(context.soundLane, () => overflow.add({ overflow: 1 }));
      const playing = playCamera(sessionSpec(spec, { connect, signal, followRedirects: false }), {
        onDescribed: async (description, video) => {
          context.tell({ kind: 'described', description });
          await context.mayPlay();
          if (description.audio) sound.begin(description.audio.caps);
          const opened = new CameraIngest(video);
          ingest = opened;
          const pusher = new Promise<RtpPusher>((begin) => {
            opened.#begin = begin;
          });
          resolve(opened);
          return await pusher;
        },
        onSound: (frame, pts, duration) => sound.write(frame, pts, duration),
        onSoundFault: (fault) => context.tell({ kind: 'soundFault', fault }),
        onMetadata: (document) => sound.writeMetadata(document),
        onMetadataRefused: ({ message }) => context.tell({ kind: 'metadataRefused', message }),
        onLoss: tellLoss,
        onEnd: (failure) => {
          // Nothing is told of a run that has failed.
          overflow.flush();
          context.failed(runError(failure));
        },
      });
      playing.then(
        (media) => {
          if (signal.aborted) media.close();
          else if (ingest) ingest.#plays(media);
        },
        (problem: unknown) => {
          // Before the pipeline runs it is for whoever waits here, afterwards for the run.
          if (ingest === undefined) reject(runError(problem));
          else context.failed(runError(problem));
        },
      );
    });
  }

  /** Launch text for the pipeline that this camera needs. */
  text(laneFd: number): string {
    return ingestText(videoCodecOf(this.video), laneFd);
  }

  configure(pipeline: ReusablePipeline): void {
    pipeline.element(ElementName.source)['caps'] = rtpCapsOf(this.video);
  }

  /** The pipeline runs: media may come. */
  begin(pipeline: ReusablePipeline): void {
    const source = pipeline.element(ElementName.source) as unknown as AppSource;
    this.#pusher = new RtpPusher(source, videoCodecOf(this.video), (full) => {
      if (full) this.#media?.pause();
      else this.#media?.resume();
    });
    this.#begin(this.#pusher);
  }

  readInRounds(yes: boolean): void {
    this.#inRounds = yes;
    this.#media?.readInRounds(yes);
  }

  /** Before the pipeline is stopped: nothing is pushed any more. */
  end(): void {
    this.#media?.close();
    this.#pusher?.stop();
  }

  #plays(media: CameraMedia): void {
    this.#media = media;
    media.readInRounds(this.#inRounds);
  }
}

const runError = (problem: unknown): unknown =>
  problem instanceof ProbeFailure ? new RunError(problem.asRunFailure()) : problem;
