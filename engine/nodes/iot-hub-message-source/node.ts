import { mediaTimeAt } from '../../core/time.js';
import { SluiceEvent } from '../../events/catalogue.js';
import type { NodeLinks } from '../links.js';
import type { InputSubscription } from '../message-inputs.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import type { IotHubMessageSourceSettings } from './settings.js';

/** How much of a message is kept in its event: enough to recognise it, not enough to fill the journal. */
const KEPT_CHARACTERS = 2_048;

/** Turns each message on the input into an event for the nodes behind, at the time of its arrival. */
export class IotHubMessageSourceNode implements RunningNode {
  readonly #settings: IotHubMessageSourceSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  #subscription: InputSubscription | null = null;

  constructor(settings: IotHubMessageSourceSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    const { services, pipeline } = this.#context;
    this.#subscription = services.inputs.subscribe(this.#settings.hubInputName, pipeline, (message) =>
      this.#message(message),
    );
  }

  async stop(): Promise<void> {
    this.#subscription?.cancel();
    this.#subscription = null;
  }

  #message(message: unknown): string {
    const { clock } = this.#context;
    return this.#links.events.emit({
      kind: 'message',
      at: mediaTimeAt(clock.monotonic()),
      eventType: SluiceEvent.InputReceived,
      eventTime: clock.utc(),
      data: { hubInputName: this.#settings.hubInputName, ...excerpt(message) },
    });
  }
}

function excerpt(message: unknown): Record<string, unknown> {
  if (message === undefined || message === null) return {};
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  if (text.length <= KEPT_CHARACTERS) return { message };
  // Half of a surrogate pair is no character, and strict readers of JSON refuse it.
  return { message: text.slice(0, KEPT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, ''), truncated: true };
}
