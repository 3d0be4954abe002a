import type { RtspFailure } from '../../../bridge/rtsp/types.js';
import { cameraAddress } from '../../camera/address.js';
import type { SessionLease } from '../../camera/registry.js';
import type { CameraSession } from '../../camera/session.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { AvaEvent } from '../../events/catalogue.js';
import { TRACK_KINDS } from '../../topology/streams.js';
import { failureEvent } from '../camera-failure.js';
import type { Found, MediaPort, PicturePort } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';
import { noticeEvent } from './camera-events.js';
import type { RtspSourceSettings } from './settings.js';

const NOTHING_FOUND: Found = { inferences: [], asked: false };

/**
 * Leases the camera's session, passes on its media and pictures, and reports failures in AVA's diagnostics events.
 * Several pipelines may share one session.
 */
export class RtspSourceNode implements RunningNode {
  readonly media: MediaPort;
  readonly pictures: PicturePort;
  readonly #settings: RtspSourceSettings;
  readonly #context: NodeContext;
  #lease: SessionLease | null = null;
  #detach: () => void = () => {};
  /** The last failure that was published, so that a camera that stays away causes one event and not one per attempt. */
  #told: string | null = null;

  constructor(settings: RtspSourceSettings, context: NodeContext) {
    this.#settings = settings;
    this.#context = context;
    const session = () => this.#leased();
    this.media = {
      tracks: new Set(TRACK_KINDS),
      get session() {
        return session();
      },
      attach: (reader) => {
        const onUnit = reader.unit?.bind(reader);
        return session().attach(onUnit ? { onUnit } : {}, reader.span ?? 0);
      },
    };
    this.pictures = {
      open: (request, handlers) =>
        session().pictures.open(request, {
          ...handlers,
          onPicture: (picture) => handlers.onPicture(picture, NOTHING_FOUND),
        }),
      toUtc: (at) => session().toUtc(at),
    };
  }

  get session(): CameraSession | undefined {
    return this.#lease?.session;
  }

  start(): void {
    const session = this.#leased();
    const { metrics, clock } = this.#context;
    const received = metrics.received();
    this.#detach = session.attach(
      {
        onUnit: (unit) => {
          received.add(unit.payload.byteLength);
          metrics.latency.observe((clock.monotonic() - unit.arrival) / MICROS_PER_SECOND, unit.arrival);
        },
        onEstablished: (sdp) => this.#established(sdp),
        onFailure: (failure, wasStreaming, retryInMs) => this.#failed(failure, wasStreaming, retryInMs),
        onNotice: (notice) => this.#context.publish(noticeEvent(notice, session.address.label, clock.utc())),
      },
      0,
    );
    // A session that another pipeline opened earlier does not announce itself again.
    if (session.sdp !== null) this.#established(session.sdp);
  }

  async stop(): Promise<void> {
    this.#detach();
    this.#detach = () => {};
  }

  /** Releases the camera last, when every node behind has finished reading its ring. */
  async release(): Promise<void> {
    const lease = this.#lease;
    this.#lease = null;
    await lease?.release();
  }

  /**
   * Nodes behind start before this one and use its ports, so the first access takes the lease.
   * @throws SluiceError `EndpointUrlInvalid`
   */
  #leased(): CameraSession {
    const { services, node } = this.#context;
    const { priority, ...source } = this.#settings;
    this.#lease ??= services.cameras.lease(cameraAddress({ name: node, ...source }), priority);
    return this.#lease.session;
  }

  #established(sdp: string): void {
    this.#told = null;
    this.#context.publish({ eventType: AvaEvent.MediaSessionEstablished, data: { sdp } });
  }

  #failed(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void {
    const { label } = this.#leased().address;
    this.#context.log.warn({ camera: label, retryInMs }, failure.message);
    const what = `${failure.kind} ${failure.code}`;
    if (!wasStreaming && this.#told === what) return;
    this.#told = what;
    const event = failureEvent(failure, label, retryInMs, this.#context.clock.utc());
    if (event) this.#context.publish(event);
  }
}
