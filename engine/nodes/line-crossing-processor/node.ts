import { newId } from '../../core/ids.js';
import { type MediaTime, type UtcMicros, utcMicros } from '../../core/time.js';
import { AvaEvent } from '../../events/catalogue.js';
import type { Inference } from '../../inference/types.js';
import { type Crossing, LineCrossings } from '../../spatial/line-crossings.js';
import { inferenceEvent } from '../inference-event.js';
import type { EventIntake, NodeEvent, NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import type { LineCrossingSettings } from './settings.js';
import { entitiesOf, type TrackedEntity } from './tracked-entities.js';

/** Publishes an event for each crossing of a line by an object that the nodes in front follow. */
export class LineCrossingNode implements RunningNode {
  readonly events: EventIntake = { take: (event) => this.#take(event) };
  readonly #settings: LineCrossingSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  /** Undefined while the node does not run. Totals count from the start. */
  #crossings: LineCrossings | undefined;
  #toldUntracked = false;

  constructor(settings: LineCrossingSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    this.#crossings = new LineCrossings(this.#settings.lines);
    this.#toldUntracked = false;
  }

  async stop(): Promise<void> {
    this.#crossings = undefined;
  }

  #take(event: NodeEvent): void {
    if (!this.#crossings) return;
    // What is in the pictures is not known at the moment, crossings included: gates behind must learn of it.
    if (event.kind === 'blind') this.#links.events.handOn(event);
    if (event.kind !== 'inference') return;
    const { tracked, untracked } = entitiesOf(event.data['inferences']);
    if (untracked > 0) this.#untracked(untracked);
    for (const crossing of this.#crossings.step(event.at, tracked)) this.#emit(crossing, event);
  }

  #emit(crossing: Crossing<TrackedEntity>, { at, data }: NodeEvent): void {
    const eventTime = this.#utcOf(data['timestamp'], at);
    this.#links.events.emit(inferenceEvent(at, eventTime, { inferences: [crossingInference(crossing)] }));
  }

  /** AVA's timestamp is Unix time in units of 1/90000 s. */
  #utcOf(timestamp: unknown, at: MediaTime): UtcMicros {
    const { clock } = this.#context;
    if (typeof timestamp === 'number') return utcMicros((timestamp * 100) / 9);
    return utcMicros(clock.utc() - (clock.monotonic() - at));
  }

  /** Told once: the reason lies in the topology or in the extension, so it is the same for every picture. */
  #untracked(count: number): void {
    this.#context.metrics.dropped('entity').add(count);
    if (this.#toldUntracked) return;
    this.#toldUntracked = true;
    this.#context.publish({
      eventType: AvaEvent.RuntimeError,
      data: {
        code: 'objectsNotTracked',
        message:
          'objects without a sequenceId or a box reach the node, and it cannot see what they cross: ' +
          'put an ObjectTrackingProcessor in front of it, or let the extension send both',
      },
    });
  }
}

const crossingInference = ({ line, direction, object, totals }: Crossing<TrackedEntity>): Inference => ({
  type: 'event',
  subtype: 'lineCrossing',
  inferenceId: newId().replaceAll('-', ''),
  ...(object.inferenceId === undefined ? {} : { relatedInferences: [object.inferenceId] }),
  event: {
    name: line,
    properties: {
      direction,
      clockwiseTotal: String(totals.clockwise),
      counterclockwiseTotal: String(totals.counterclockwise),
      total: String(totals.clockwise + totals.counterclockwise),
    },
  },
});
