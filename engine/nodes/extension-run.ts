import { withoutCredentials } from '../../bridge/credentials.js';
import { type Picture, Thinning } from '../../bridge/index.js';
import type { PictureFeed } from '../camera/pictures/types.js';
import { type MediaTime, MICROS_PER_SECOND, type MonotonicTime, toTicks90k } from '../core/time.js';
import { SluiceEvent } from '../events/catalogue.js';
import { boxesAsSent, type Placement, placeBoxes } from '../inference/boxes.js';
import { serverImage } from '../inference/server-image.js';
import type { Answer, Inference, InferenceClient, LossCause, Sample, Trouble } from '../inference/types.js';
import type { InferenceMetrics } from '../metrics/inference-metrics.js';
import { Degradation } from './degradation.js';
import type { ExtensionSettings } from './extension-settings.js';
import { FoundPictures } from './found-pictures.js';
import type { Found, NodeLinks, PicturePort } from './links.js';
import type { NodeContext } from './node-context.js';
import type { RunningNode } from './node-type.js';
import { troubleEvent } from './server-events.js';

/** An answer of the server, with boxes in the camera's picture. */
export interface PlacedAnswer extends Answer {
  readonly at: MediaTime;
  /** Of the camera's picture as it was sent, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

export interface ExtensionRunDeps {
  settings: ExtensionSettings;
  context: NodeContext;
  links: NodeLinks;
  client: InferenceClient;
  protocol: 'http' | 'grpc';
  /** Every answer, also those that nothing was found. In the order in which the server gave them. */
  onAnswer(answer: PlacedAnswer): void;
  /** There is no answer about the picture of this time. */
  onLost?(at: MediaTime): void;
}

/** Why a picture is not sent. Label of a metric. */
type UnsentCause = 'withoutAnnotation' | 'sampledOut' | 'serverAway' | 'serverBusy';

/** What is remembered of a picture that is on its way to the server. */
interface Way {
  readonly placement: Placement;
  sentAt: MonotonicTime;
}

/**
 * Sends some of a camera's pictures to an inference server, and passes on what it finds in them. The newest picture is
 * what counts: one waits until the server takes another, and a newer one takes its place. Nothing else waits for a server,
 * neither the camera nor its recordings.
 */
export class ExtensionRun implements RunningNode {
  readonly pictures: FoundPictures;
  readonly #deps: ExtensionRunDeps;
  readonly #degradation: Degradation;
  readonly #ways = new Map<Sample, Way>();
  #metrics: InferenceMetrics | undefined;
  #thinning: Thinning | undefined;
  #feed: PictureFeed | undefined;
  #waiting: Sample | undefined;
  /** Lost since trouble was told of. */
  #lost = 0;

  constructor(deps: ExtensionRunDeps) {
    this.#deps = deps;
    this.#degradation = new Degradation(deps.context, deps.links);
    this.pictures = new FoundPictures(() => this.#camera);
  }

  start(): void {
    const { settings, context, client } = this.#deps;
    const { maximumSamplesPerSecond: most, skipSamplesWithoutAnnotation, picture } = settings;
    this.#metrics = context.metrics.inference();
    client.start({
      onAnswer: (sample, answer) => this.#answered(sample, answer),
      onLost: (sample, cause) => this.#noAnswer(sample, cause),
      onReady: () => this.#next(),
      onTrouble: (trouble) => this.#trouble(trouble),
      onRecovered: () => this.#recovered(),
    });
    // Of pictures that a node in front lets through, those are thinned: thinned before, a short event could have none.
    const isLater = this.#camera.filters || skipSamplesWithoutAnnotation;
    this.#thinning = isLater ? new Thinning(most) : undefined;
    const policy = isLater ? ({ kind: 'keyframes' } as const) : ratePolicy(most);
    this.#feed = this.#camera.open(
      { ...picture, policy },
      {
        onPicture: (each, found) => this.#picture(each, found),
        onSkipped: (pts) => {
          this.#metrics?.dropped('sampledOut').add();
          this.pictures.notAsked(pts);
        },
        onBlind: (cause) => this.#blind(cause),
      },
    );
  }

  async stop(): Promise<void> {
    this.#degradation.stop();
    this.#feed?.close();
    this.#feed = undefined;
    this.#waiting = undefined;
    await this.#deps.client.stop();
  }

  get #camera(): PicturePort {
    const [camera] = this.#deps.links.pictures;
    // Validation ensures that there is one.
    if (!camera) throw new Error('an extension has no input that brings pictures');
    return camera;
  }

  #picture(picture: Picture, { inferences }: Found): void {
    const { settings } = this.#deps;
    this.#feed?.judged();
    const pts = picture.pts as MediaTime;
    const cause = this.#unwanted(pts, inferences);
    if (cause) {
      this.#metrics?.dropped(cause).add();
      this.pictures.notAsked(pts);
      return;
    }
    const timestamp = toTicks90k(this.#camera.toUtc(pts));
    const { width, height, content } = picture;
    const placement: Placement = { sent: { width, height }, content };
    const found = boxesAsSent(inferences, placement);
    const sample: Sample = { pts, timestamp, image: serverImage(picture, settings.format), found };
    this.#ways.set(sample, { placement, sentAt: 0 as MonotonicTime });
    this.pictures.asked(pts);
    this.#supersede();
    this.#waiting = sample;
    this.#next();
  }

  /** Why the server is not asked about a picture. */
  #unwanted(pts: MediaTime, inferences: readonly Inference[]): UnsentCause | undefined {
    const { settings, client } = this.#deps;
    if (settings.skipSamplesWithoutAnnotation && inferences.length === 0) return 'withoutAnnotation';
    if (this.#thinning?.takes(pts) === false) return 'sampledOut';
    // A server that is away gets the first picture after it is back, and not one of when it was away.
    return !client.ready && client.pending === 0 ? 'serverAway' : undefined;
  }

  #next(): void {
    const { client, context } = this.#deps;
    const sample = this.#waiting;
    if (!sample || !client.ready) return;
    this.#waiting = undefined;
    const way = this.#ways.get(sample);
    if (way) way.sentAt = context.clock.monotonic();
    this.#metrics?.calls.add();
    client.send(sample);
  }

  /** A newer picture takes the place of the one that waits. */
  #supersede(): void {
    const sample = this.#waiting;
    this.#waiting = undefined;
    if (!sample) return;
    this.#ways.delete(sample);
    const cause: UnsentCause = 'serverBusy';
    this.#metrics?.dropped(cause).add();
    this.pictures.answered(sample.pts, undefined);
  }

  #answered(sample: Sample, answer: Answer): void {
    const way = this.#ways.get(sample);
    this.#ways.delete(sample);
    if (!way) return;
    const { context, onAnswer } = this.#deps;
    const now = context.clock.monotonic();
    context.services.timings.inferenceSeconds.observe((now - way.sentAt) / MICROS_PER_SECOND);
    context.metrics.latency.observe(Math.max(0, now - sample.pts) / MICROS_PER_SECOND, now);
    const { inferences, outside, unreadable } = placeBoxes(answer.inferences, way.placement);
    this.#count(inferences, outside + unreadable, answer.foreign !== undefined);
    try {
      onAnswer({ ...answer, at: sample.pts, size: way.placement.content, inferences });
    } finally {
      this.pictures.answered(sample.pts, inferences);
    }
  }

  #count(inferences: readonly Inference[], misplaced: number, isForeign: boolean): void {
    const metrics = this.#metrics;
    if (!metrics) return;
    (inferences.length > 0 || isForeign ? metrics.found : metrics.nothing).add();
    metrics.inferences.add(inferences.length);
    metrics.misplaced.add(misplaced);
  }

  #noAnswer(sample: Sample, cause: LossCause): void {
    this.#ways.delete(sample);
    this.#lost += 1;
    this.#metrics?.lost(cause).add();
    this.pictures.answered(sample.pts, undefined);
    this.#deps.onLost?.(sample.pts);
  }

  #trouble(trouble: Trouble): void {
    this.#deps.context.publish(troubleEvent(trouble, this.#target, this.#deps.protocol));
  }

  #recovered(): void {
    const unanswered = this.#lost;
    this.#lost = 0;
    this.#deps.context.publish({
      eventType: SluiceEvent.InferenceRestored,
      data: { state: 'restored', target: this.#target, unanswered },
    });
  }

  get #target(): string {
    return withoutCredentials(this.#deps.settings.endpoint.url);
  }

  /** Without pictures nothing is asked. Unlike a motion detector, a server that is not asked opens no gate. */
  #blind(cause: string | null): void {
    if (cause === null) this.#degradation.end('blind');
    else this.#degradation.begin('blind', { cause, records: false });
  }
}

const ratePolicy = (most: number) => (most > 0 ? ({ kind: 'fps', fps: most } as const) : ({ kind: 'full' } as const));
