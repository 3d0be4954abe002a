import type { MediaTime } from '../core/time.js';
import type { EventIntake, EventOutlet, MadeEvent, NodeEvent } from '../nodes/links.js';
import type { NodeContext } from '../nodes/node-context.js';

/** Publishes a node's events, and passes them to the nodes behind that take events. */
export class Outlet implements EventOutlet {
  readonly #context: Pick<NodeContext, 'publish'>;
  readonly #intakes: () => readonly EventIntake[];

  /**
   * @param intakes returns those of the nodes behind. It is called each time, because these nodes may be built later.
   */
  constructor(context: Pick<NodeContext, 'publish'>, intakes: () => readonly EventIntake[]) {
    this.#context = context;
    this.#intakes = intakes;
  }

  get records(): boolean {
    return this.#intakes().some(({ records }) => records);
  }

  emit({ kind, at, eventType, eventTime, data }: MadeEvent): string {
    const outputs = this.#intakes().flatMap(({ hubOutput }) => hubOutput ?? []);
    const publish = (output?: string): string =>
      this.#context.publish({ eventType, eventTime, data, ...(output === undefined ? {} : { output }) });
    const id = publish(outputs[0]);
    for (const output of outputs.slice(1)) publish(output);
    this.handOn({ kind, at, id, data });
    return id;
  }

  coversUntil(at: MediaTime): MediaTime | undefined {
    let until: MediaTime | undefined;
    for (const intake of this.#intakes()) {
      const one = intake.coversUntil?.(at);
      if (one === undefined) return undefined;
      until = Math.min(until ?? one, one) as MediaTime;
    }
    return until;
  }

  handOn(event: NodeEvent): void {
    for (const intake of this.#intakes()) intake.take(event);
  }
}
