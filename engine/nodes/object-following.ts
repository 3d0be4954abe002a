import type { Picture } from '../../bridge/index.js';
import { ACCURACY, type AccuracyStep } from '../../wasm/index.js';
import type { Box, Detection, TrackedObject, TrackerAccuracy, TrackerCamera, Tracks } from '../../wasm/types.js';
import type { PictureFeed } from '../camera/pictures/types.js';
import { messageOf } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { inSixDecimals } from '../core/six-decimals.js';
import { type MediaTime, MICROS_PER_SECOND } from '../core/time.js';
import type { Inference } from '../inference/types.js';
import type { Found, PicturePort } from './links.js';
import type { NodeContext } from './node-context.js';

/** An object in a picture. */
export interface FollowedObject {
  /** Unique among all objects of all trackers. The same for as long as the object is followed. */
  readonly sequenceId: string;
  readonly box: Box;
  /** 0 to 1, of the last time that the server has found it. */
  readonly confidence: number;
  /** As the server found it last. */
  readonly inference: Inference;
  /** Whether the server has found it in this picture. If not, the box follows the picture. */
  readonly found: boolean;
}

export interface FollowingDeps {
  accuracy: TrackerAccuracy;
  context: NodeContext;
  camera: PicturePort;
  /** Which of the inferences are of objects that are followed. Default: all entities. */
  wants?(inference: Inference): boolean;
  /** In the order of media time; also where there is no object. */
  onObjects(at: MediaTime, objects: readonly FollowedObject[]): void;
}

interface EntityInference extends Inference {
  readonly entity: { readonly tag: { readonly value: string; readonly confidence?: number }; readonly box: Box };
}

/** Follows the objects that an extension in front has found in some pictures, through the pictures in between. */
export class ObjectFollowing {
  readonly #deps: FollowingDeps;
  readonly #step: AccuracyStep;
  /** Distinguishes the objects of this run from those of others. */
  readonly #prefix = newId().replaceAll('-', '').slice(0, 8);
  /** Classes, by the number that the tracker knows them by. */
  readonly #kinds = new Map<string, number>();
  /** What the detections of pictures that are with the tracker are of, oldest first. */
  readonly #asked = new Map<number, readonly EntityInference[]>();
  readonly #last = new Map<number, Inference>();
  #tracker: TrackerCamera | undefined;
  #feed: PictureFeed | undefined;

  constructor(deps: FollowingDeps) {
    this.#deps = deps;
    this.#step = ACCURACY[deps.accuracy];
  }

  start(): void {
    const { accuracy, camera, context } = this.#deps;
    const { width, fps } = this.#step;
    this.#tracker = context.services.tracker.attachTracker(
      { accuracy },
      {
        onTracks: (tracks) => this.#tracks(tracks),
        onError: (error) => this.#feed?.missed('trackerError', `the tracker failed: ${error.message}`),
      },
    );
    this.#feed = camera.open(
      { width, format: 'i420', policy: { kind: 'fps', fps } },
      { onPicture: (picture, found) => this.#submit(picture, found) },
    );
  }

  async stop(): Promise<void> {
    this.#feed?.close();
    this.#feed = undefined;
    const tracker = this.#tracker;
    this.#tracker = undefined;
    await tracker?.close();
  }

  #submit(picture: Picture, { inferences, asked }: Found): void {
    const entities = asked ? inferences.filter((each) => this.#isWanted(each)) : [];
    const detections = asked ? entities.map((each) => this.#detection(each)) : null;
    if (asked) this.#asked.set(picture.pts, entities);
    try {
      if (this.#tracker?.submit(picture, detections) !== 'replaced') return;
      this.#feed?.missed('trackerBusy', 'the tracker cannot keep up with the pictures');
    } catch (error) {
      // A camera may report any picture size, even an absurd one.
      this.#asked.delete(picture.pts);
      this.#feed?.missed('trackerError', `the tracker cannot take the pictures: ${messageOf(error)}`);
    }
  }

  #isWanted(inference: Inference): inference is EntityInference {
    const { entity } = inference as Partial<EntityInference>;
    if (inference['type'] !== 'entity' || typeof entity?.tag?.value !== 'string' || !entity.box) return false;
    return this.#deps.wants?.(inference) ?? true;
  }

  #detection({ entity: { tag, box } }: EntityInference): Detection {
    const kind = this.#kinds.get(tag.value) ?? this.#kinds.size;
    this.#kinds.set(tag.value, kind);
    return { box, kind, score: tag.confidence ?? 1 };
  }

  #tracks({ pts, asked, objects, ended, latencyMicros }: Tracks): void {
    const { context, onObjects } = this.#deps;
    if (!this.#feed) return;
    this.#feed.judged();
    const now = context.clock.monotonic();
    context.metrics.latency.observe(Math.max(0, now - pts) / MICROS_PER_SECOND, now);
    context.services.timings.trackSeconds.observe(latencyMicros / MICROS_PER_SECOND);
    const entities = asked ? (this.#asked.get(pts) ?? []) : [];
    const followed = objects.flatMap((object) => this.#followed(object, entities) ?? []);
    for (const id of ended) this.#last.delete(id);
    // Results come in the order of the pictures, so what is older has none.
    for (const earlier of this.#asked.keys()) if (earlier <= pts) this.#asked.delete(earlier);
    onObjects(pts as MediaTime, followed);
  }

  #followed(object: TrackedObject, entities: readonly EntityInference[]): FollowedObject | undefined {
    const { id, box, score, detection } = object;
    const inference = entities[detection] ?? this.#last.get(id);
    if (!inference) return undefined;
    this.#last.set(id, inference);
    return {
      sequenceId: `${this.#prefix}-${id}`,
      box: inSixDecimals(box),
      confidence: score,
      inference,
      found: detection >= 0,
    };
  }
}
