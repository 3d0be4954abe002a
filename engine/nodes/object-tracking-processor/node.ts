import { newId } from '../../core/ids.js';
import type { MediaTime } from '../../core/time.js';
import type { Inference } from '../../inference/types.js';
import { inferenceEvent } from '../inference-event.js';
import type { NodeLinks, PicturePort } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import { type FollowedObject, ObjectFollowing } from '../object-following.js';
import type { ObjectTrackingSettings } from './settings.js';

/** Publishes where the objects are that an extension has found, also in pictures that the extension has not seen. */
export class ObjectTrackingNode implements RunningNode {
  readonly #settings: ObjectTrackingSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  #following: ObjectFollowing | undefined;

  constructor(settings: ObjectTrackingSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    const { accuracy } = this.#settings;
    const camera = this.#camera;
    this.#following = new ObjectFollowing({
      ...{ accuracy, camera, context: this.#context },
      onObjects: (at, objects) => this.#emit(camera, at, objects),
    });
    this.#following.start();
  }

  async stop(): Promise<void> {
    await this.#following?.stop();
    this.#following = undefined;
  }

  get #camera(): PicturePort {
    const [camera] = this.#links.pictures;
    // Validation ensures that there is one.
    if (!camera) throw new Error('a tracker has no input that brings pictures');
    return camera;
  }

  #emit(camera: PicturePort, at: MediaTime, objects: readonly FollowedObject[]): void {
    if (objects.length === 0) return;
    const inferences = objects.map(trackedInference);
    this.#links.events.emit(inferenceEvent(at, camera.toUtc(at), { inferences }));
  }
}

/** The server's own inference, with the object's place in this picture. */
const trackedInference = ({ sequenceId, box, inference, found }: FollowedObject): Inference => {
  const { inferenceId, relatedInferences: _, entity, ...rest } = inference as Record<string, unknown>;
  return {
    ...rest,
    inferenceId: newId().replaceAll('-', ''),
    ...(found && typeof inferenceId === 'string' ? { relatedInferences: [inferenceId] } : {}),
    sequenceId,
    entity: { ...(entity as object), box },
  };
};
