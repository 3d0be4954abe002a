import { SluiceEvent, subjectOf } from '../../events/catalogue.js';
import type { IotHubMessageSourceNode } from '../../topology/types.js';
import type { InputSubscription, MessageInputs } from '../message-inputs.js';
import type { NodeContext, RunningNode, SignalTarget } from '../node-context.js';

/** What of a message is kept in its event. Enough to recognise it, not enough to fill the log. */
const KEPT_CHARACTERS = 2_048;

/** Any message on the input opens the gates behind this node, at the moment it arrives. */
export class IotHubMessageSource implements RunningNode {
  readonly name: string;
  readonly #node: IotHubMessageSourceNode;
  readonly #context: NodeContext;
  readonly #inputs: MessageInputs;
  readonly #targets: readonly SignalTarget[];
  #subscription: InputSubscription | null = null;

  constructor(
    node: IotHubMessageSourceNode,
    context: NodeContext,
    inputs: MessageInputs,
    targets: readonly SignalTarget[],
  ) {
    this.name = node.name;
    this.#node = node;
    this.#context = context;
    this.#inputs = inputs;
    this.#targets = targets;
  }

  start(): void {
    this.#subscription = this.#inputs.subscribe(this.#node.hubInputName, this.#context.pipeline, (message) =>
      this.#message(message),
    );
  }

  stop(): Promise<void> {
    this.#subscription?.cancel();
    return Promise.resolve();
  }

  #message(message: unknown): string {
    const { events, pipeline, clock, session } = this.#context;
    const id = events.publish({
      eventType: SluiceEvent.InputReceived,
      subject: subjectOf(pipeline, 'sources', this.name),
      eventTime: clock.utc(),
      pipeline,
      data: { hubInputName: this.#node.hubInputName, ...excerpt(message) },
    });
    const at = session.now();
    for (const target of this.#targets) target({ at, id });
    return id;
  }
}

function excerpt(message: unknown): Record<string, unknown> {
  if (message === undefined || message === null) return {};
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return text.length <= KEPT_CHARACTERS ? { message } : { message: text.slice(0, KEPT_CHARACTERS), truncated: true };
}
