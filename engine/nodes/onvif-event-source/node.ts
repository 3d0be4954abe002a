import { type Scene, together } from '../../core/scene.js';
import { mediaTimeAt, plus } from '../../core/time.js';
import { AvaEvent } from '../../events/catalogue.js';
import type { OnvifSignal, OnvifState, OnvifStateChange } from '../../onvif/device-states.js';
import { OnvifError } from '../../onvif/errors.js';
import { OnvifEventSource } from '../../onvif/event-source.js';
import { inferenceEvent } from '../inference-event.js';
import type { NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import { MetadataEvents } from './metadata-events.js';
import type { OnvifEventSourceSettings } from './settings.js';

/**
 * Publishes the device's states as analytics events and its failures as AVA's diagnostics events. Passes its motion and
 * inputs as signals to the gates behind.
 */
export class OnvifEventSourceNode implements RunningNode {
  readonly #settings: OnvifEventSourceSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  #source: OnvifEventSource | MetadataEvents | null = null;
  /** Id of the event about the current state, by topic and source. Recordings carry it as `correlationId`. */
  readonly #told = new Map<string, string>();
  /** Of the device's motion detectors, by topic and source. */
  readonly #motion = new Map<string, OnvifState>();
  /**
   * Code of the last failure that was published, so that a device that stays away causes one event and not one per
   * attempt.
   */
  #toldFailure: string | undefined;

  constructor(settings: OnvifEventSourceSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
  }

  start(): void {
    const { clock, log } = this.#context;
    const common = {
      ...this.#settings,
      clock,
      log,
      onState: (change: OnvifStateChange) => this.#state(change),
      onSignal: (signal: OnvifSignal) => this.#signal(signal),
      onConnected: () => {
        this.#toldFailure = undefined;
      },
    };
    this.#source =
      this.#settings.delivery === 'metadataTrack'
        ? new MetadataEvents({
            ...common,
            context: this.#context,
            onNone: (message) => this.#failed(new OnvifError('OnvifUnsupported', message)),
          })
        : new OnvifEventSource({
            ...common,
            onFailure: (error, retryInMs) => this.#failed(error, retryInMs),
          });
    this.#source.start();
  }

  async stop(): Promise<void> {
    await this.#source?.stop();
    this.#source = null;
    this.#motion.clear();
  }

  get scene(): Scene {
    const states = [...this.#motion.values()];
    const scenes = states.map((state): Scene => ({ motion: state === 'unknown' ? state : state === 'true' }));
    return together([{ motion: 'unknown' }, ...scenes]);
  }

  #state({ at, topic, source, state }: OnvifStateChange): void {
    const inference = { type: 'event', subtype: 'onvif', event: { name: topic, properties: { source, state } } };
    const now = mediaTimeAt(this.#context.clock.monotonic());
    const id = this.#links.events.emit({ ...inferenceEvent(now, at, { inferences: [inference] }), kind: 'state' });
    this.#told.set(keyOf(topic, source), id);
    if (/motion/i.test(topic)) this.#motion.set(keyOf(topic, source), state);
  }

  #signal({ at, topic, source }: OnvifSignal): void {
    const id = this.#told.get(keyOf(topic, source));
    // The state of a signal is always reported before the signal.
    if (id === undefined) return;
    const { clock } = this.#context;
    const mediaAt = plus(mediaTimeAt(clock.monotonic()), Math.min(0, at - clock.utc()));
    this.#links.events.handOn({ kind: 'inference', at: mediaAt, id, data: {} });
  }

  /** @param retryInMs undefined: when the camera connects again, whenever that is */
  #failed(error: OnvifError, retryInMs?: number): void {
    const { log, pipeline, node } = this.#context;
    log.warn({ pipeline, node, retryInMs }, error.message);
    if (this.#toldFailure === error.code) return;
    this.#toldFailure = error.code;
    const unauthorized = error.code === 'OnvifUnauthorized';
    const network = error.code === 'OnvifUnreachable' || error.code === 'OnvifTimeout';
    const { ProtocolError, AuthenticationError, NetworkError } = AvaEvent;
    this.#context.publish({
      eventType: unauthorized ? AuthenticationError : network ? NetworkError : ProtocolError,
      data: {
        ...(unauthorized || network ? { errorCode: error.code } : { code: error.code }),
        protocol: 'onvif',
        message: error.message,
        ...(retryInMs === undefined ? {} : { retryInSeconds: Math.round(retryInMs / 100) / 10 }),
      },
    });
  }
}

const keyOf = (topic: string, source: string): string => `${topic}\n${source}`;
