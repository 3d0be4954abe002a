import { plus, toTicks90k } from '../../core/time.js';
import { AvaEvent, subjectOf } from '../../events/catalogue.js';
import type { OnvifError } from '../../onvif/errors.js';
import { OnvifEventSource, type OnvifSignal, type OnvifStateChange } from '../../onvif/event-source.js';
import type { OnvifEventSourceNode } from '../../topology/types.js';
import { type NodeContext, publishThrough, type RunningNode, type SignalTarget } from '../node-context.js';

/**
 * The device's states as analytics events, its motion and inputs as signals for the gates behind the node, its absence as
 * AVA's diagnostics events.
 */
export class OnvifEventSourceRunner implements RunningNode {
  readonly name: string;
  readonly #context: NodeContext;
  readonly #subject: string;
  readonly #targets: readonly SignalTarget[];
  readonly #outputs: readonly string[];
  readonly #source: OnvifEventSource;
  /** Event that told of the state that holds, by source: what recordings correlate with. */
  readonly #told = new Map<string, string>();
  /** The last failure told, so that an absent device is one event and not one a minute. */
  #toldFailure: string | undefined;

  constructor(
    node: OnvifEventSourceNode,
    context: NodeContext,
    targets: readonly SignalTarget[],
    outputs: readonly string[],
  ) {
    this.name = node.name;
    this.#context = context;
    this.#targets = targets;
    this.#outputs = outputs;
    this.#subject = subjectOf(context.pipeline, 'sources', node.name);
    this.#source = new OnvifEventSource({
      endpoint: node.endpoint,
      topics: node.topics,
      clock: context.clock,
      log: context.log,
      onState: (change) => this.#state(change),
      onSignal: (signal) => this.#signal(signal),
      onConnected: () => {
        this.#toldFailure = undefined;
      },
      onFailure: (error, retryInMs) => this.#failed(error, retryInMs),
    });
  }

  start(): void {
    this.#source.start();
  }

  stop(): Promise<void> {
    return this.#source.stop();
  }

  #state({ at, topic, source, state }: OnvifStateChange): void {
    const id = publishThrough(this.#context, this.#outputs, {
      eventType: AvaEvent.Inference,
      subject: this.#subject,
      eventTime: at,
      data: {
        timestamp: toTicks90k(at),
        inferences: [{ type: 'event', subtype: 'onvif', event: { name: topic, properties: { source, state } } }],
      },
    });
    this.#told.set(`${topic}\n${source}`, id);
  }

  #signal({ at, topic, source }: OnvifSignal): void {
    const id = this.#told.get(`${topic}\n${source}`);
    // A signal always follows the state that it is of.
    if (id === undefined) return;
    const { session, clock } = this.#context;
    const mediaAt = plus(session.now(), Math.min(0, at - clock.utc()));
    for (const target of this.#targets) target({ at: mediaAt, id });
  }

  #failed(error: OnvifError, retryInMs: number): void {
    this.#context.log.warn({ pipeline: this.#context.pipeline, node: this.name, retryInMs }, error.message);
    if (this.#toldFailure === error.code) return;
    this.#toldFailure = error.code;
    const unauthorized = error.code === 'OnvifUnauthorized';
    const network = error.code === 'OnvifUnreachable' || error.code === 'OnvifTimeout';
    const { ProtocolError, AuthenticationError, NetworkError } = AvaEvent;
    this.#context.events.publish({
      eventType: unauthorized ? AuthenticationError : network ? NetworkError : ProtocolError,
      subject: this.#subject,
      eventTime: this.#context.clock.utc(),
      pipeline: this.#context.pipeline,
      data: {
        ...(unauthorized || network ? { errorCode: error.code } : { code: error.code }),
        protocol: 'onvif',
        message: error.message,
        retryInSeconds: Math.round(retryInMs / 100) / 10,
      },
    });
  }
}
