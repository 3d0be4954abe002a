import type { CancelTimer } from '../../core/clock.js';
import { type MediaTime, mediaTimeAt } from '../../core/time.js';
import { AvaEvent } from '../../events/catalogue.js';
import type { Inference } from '../../inference/types.js';
import { SpatialOperation } from '../../spatial/operation.js';
import { ExtensionRun } from '../extension-run.js';
import type { FoundPictures } from '../found-pictures.js';
import { clientOf, protocolOf } from '../inference-client.js';
import { inferenceEvent } from '../inference-event.js';
import type { NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import { type FollowedObject, ObjectFollowing } from '../object-following.js';
import type { CognitiveServicesVisionSettings } from './settings.js';

const TICK_MS = 1_000;

/** What detectors call a person. */
const PERSON = /^(?:person|people|human|pedestrian|man|woman|child)$/i;

const isPerson = (inference: Inference): boolean => {
  const { tag } = inference['entity'] as { tag: { value: string } };
  return PERSON.test(tag.value.trim());
};

/**
 * A spatial operation. Any server that finds people in pictures will do: following them, and what they do in zones and at
 * lines, is computed here.
 *
 *   camera ─► ExtensionRun (server) ─people─► ObjectFollowing ─► SpatialOperation ─► events
 */
export class CognitiveServicesVisionNode implements RunningNode {
  readonly #settings: CognitiveServicesVisionSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  readonly #run: ExtensionRun;
  #following: ObjectFollowing | undefined;
  #operation: SpatialOperation | undefined;
  #cancelTick: CancelTimer | undefined;
  /** Of the pictures that the server gets. */
  #size = { width: 1920, height: 1080 };

  constructor(settings: CognitiveServicesVisionSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
    const { extension, extensionConfiguration } = settings;
    this.#run = new ExtensionRun({
      ...{ settings: extension, context, links, protocol: protocolOf(extension.endpoint) },
      client: clientOf(extension, context, {
        ...(extensionConfiguration === undefined ? {} : { extensionConfiguration }),
      }),
      onAnswer: ({ size }) => {
        this.#size = size;
      },
    });
  }

  get pictures(): FoundPictures {
    return this.#run.pictures;
  }

  start(): void {
    const operation = new SpatialOperation(this.#settings.operation);
    this.#operation = operation;
    for (const { code, message } of operation.notices) {
      this.#context.publish({ eventType: AvaEvent.RuntimeError, data: { code, message } });
    }
    this.#run.start();
    this.#following = new ObjectFollowing({
      ...{ accuracy: 'medium', camera: this.#run.pictures, context: this.#context, wants: isPerson },
      onObjects: (at, people) => this.#step(operation, at, people),
    });
    this.#following.start();
    this.#tickLater(operation);
  }

  async stop(): Promise<void> {
    this.#operation = undefined;
    this.#cancelTick?.();
    await this.#following?.stop();
    this.#following = undefined;
    await this.#run.stop();
  }

  #step(operation: SpatialOperation, at: MediaTime, people: readonly FollowedObject[]): void {
    const tracked = people.map(({ sequenceId, box, confidence }) => ({ sequenceId, box, confidence }));
    this.#emit(at, operation.step({ at, size: this.#size, people: tracked }));
  }

  #tickLater(operation: SpatialOperation): void {
    const { clock } = this.#context;
    this.#cancelTick = clock.after(TICK_MS, () => {
      if (this.#operation !== operation) return;
      this.#tickLater(operation);
      const now = mediaTimeAt(clock.monotonic());
      this.#emit(now, operation.tick(now));
    });
  }

  #emit(at: MediaTime, inferences: readonly Inference[]): void {
    const [camera] = this.#links.pictures;
    if (!camera || inferences.length === 0) return;
    this.#links.events.emit(inferenceEvent(at, camera.toUtc(at), { inferences }));
  }
}
