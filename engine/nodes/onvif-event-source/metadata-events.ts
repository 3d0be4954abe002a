import { cameraAddress } from '../../camera/address.js';
import type { SessionLease } from '../../camera/registry.js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { DeviceStates, type DeviceStatesOptions } from '../../onvif/device-states.js';
import { readMetadata } from '../../onvif/metadata-stream.js';
import { failureEvent } from '../camera-failure.js';
import type { NodeContext } from '../node-context.js';

export interface MetadataEventsOptions extends DeviceStatesOptions {
  endpoint: ResolvedEndpoint;
  transport: 'tcp' | 'http';
  context: NodeContext;
  /** The camera sends metadata. */
  onConnected(): void;
  /** The camera sends no metadata, and why. */
  onNone(message: string): void;
}

/**
 * Events of a camera in the metadata track of its RTSP stream, on the connection that an RtspSource with the same endpoint
 * has. What is known is unknown as soon as that ends.
 */
export class MetadataEvents {
  readonly #options: MetadataEventsOptions;
  readonly #states: DeviceStates;
  #lease: SessionLease | undefined;
  #detach: Array<() => void> = [];
  /** The last failure that was published: a camera that stays away causes one event and not one per attempt. */
  #told: string | undefined;

  constructor(options: MetadataEventsOptions) {
    this.#options = options;
    this.#states = new DeviceStates(options);
  }

  /** @throws SluiceError `EndpointUrlInvalid` */
  start(): void {
    const { endpoint, transport, context, onNone } = this.#options;
    const { node, services, clock } = context;
    const address = cameraAddress({ name: node, endpoint, transport });
    this.#lease = services.cameras.lease(address);
    const { session } = this.#lease;
    this.#detach = [
      session.attach(
        {
          onEstablished: () => {
            this.#told = undefined;
          },
          onFailure: (failure, wasStreaming, retryInMs) => {
            const what = `${failure.kind} ${failure.code}`;
            if (!wasStreaming && this.#told === what) return;
            this.#told = what;
            const event = failureEvent(failure, address.label, retryInMs, clock.utc());
            if (event) context.publish(event);
          },
        },
        0,
      ),
      session.metadata.read({
        onDocument: (document) => this.#take(document),
        onNone,
        onLost: () => this.#states.forget(),
      }),
    ];
  }

  async stop(): Promise<void> {
    this.#states.close();
    for (const detach of this.#detach.splice(0)) detach();
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }

  /** The documents name times by the camera's clock, and not what that shows now: what counts is when they come. */
  #take(document: Uint8Array): void {
    const { notices, malformed } = readMetadata(document);
    this.#options.onConnected();
    const at = this.#options.clock.utc();
    this.#states.unreadable(malformed);
    for (const notice of notices) this.#states.take(notice, at);
  }
}
