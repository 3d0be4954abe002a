import type { RtspFailure } from '../../../bridge/rtsp/types.js';
import type { SessionNotice } from '../../camera/session.js';
import { MICROS_PER_SECOND, toTicks90k } from '../../core/time.js';
import { AvaEvent, SluiceEvent, subjectOf } from '../../events/catalogue.js';
import type { RtspSourceNode } from '../../topology/types.js';
import type { NodeContext, RunningNode } from '../node-context.js';

/** Reports what happens to the camera's session in AVA's diagnostics events. The media goes through the session itself. */
export class RtspSource implements RunningNode {
  readonly name: string;
  readonly #context: NodeContext;
  readonly #subject: string;
  #detach: () => void = () => {};
  /** The last failure told, so that an absent camera is one event and not one a minute. */
  #told: string | null = null;

  constructor(node: RtspSourceNode, context: NodeContext) {
    this.name = node.name;
    this.#context = context;
    this.#subject = subjectOf(context.pipeline, 'sources', node.name);
  }

  start(): void {
    const { session, metrics, clock } = this.#context;
    const node = metrics.node(this.name);
    const received = node.received();
    const { latency } = node;
    this.#detach = session.attach(
      {
        onUnit: (unit) => {
          received.add(unit.payload.byteLength);
          latency.observe((clock.monotonic() - unit.arrival) / MICROS_PER_SECOND, unit.arrival);
        },
        onEstablished: (sdp) => this.#established(sdp),
        onFailure: (failure, wasStreaming, retryInMs) => this.#failed(failure, wasStreaming, retryInMs),
        onNotice: (notice) => this.#notice(notice),
      },
      0,
    );
    // A session that other pipelines opened before has nothing more to announce.
    if (session.sdp !== null) this.#established(session.sdp);
  }

  stop(): Promise<void> {
    this.#detach();
    return Promise.resolve();
  }

  #established(sdp: string): void {
    this.#told = null;
    this.#publish(AvaEvent.MediaSessionEstablished, { sdp });
  }

  #failed(failure: RtspFailure, wasStreaming: boolean, retryInMs: number): void {
    const { label } = this.#context.session.address;
    this.#context.log.warn({ camera: label, retryInMs }, failure.message);
    const what = `${failure.kind} ${failure.code}`;
    if (!wasStreaming && this.#told === what) return;
    this.#told = what;
    const common = {
      target: label,
      protocol: 'rtsp',
      message: failure.message,
      retryInSeconds: Math.round(retryInMs / 100) / 10,
    };
    switch (failure.kind) {
      case 'auth':
        this.#publish(failure.code === '403' ? AvaEvent.AuthorizationError : AvaEvent.AuthenticationError, {
          errorCode: failure.code,
          ...common,
        });
        break;
      case 'protocol':
        this.#publish(AvaEvent.ProtocolError, { code: failure.code, ...common });
        break;
      case 'format':
        this.#publish(AvaEvent.MediaFormatError, {
          timestamp: toTicks90k(this.#context.clock.utc()),
          code: failure.code,
          ...common,
        });
        break;
      case 'network':
      case 'tls':
        this.#publish(AvaEvent.NetworkError, { errorCode: failure.code, ...common });
        break;
      case 'aborted':
        break;
    }
  }

  #notice(notice: SessionNotice): void {
    if (notice.kind === 'noKeyframe') {
      this.#publish(AvaEvent.MediaFormatError, {
        timestamp: toTicks90k(this.#context.clock.utc()),
        code: notice.kind,
        target: this.#context.session.address.label,
        protocol: 'rtsp',
        message: `the camera has sent no keyframe for ${Math.round(notice.micros / MICROS_PER_SECOND)} s; nothing can be judged or recorded without one`,
      });
      return;
    }
    const { kind, ...data } = notice;
    const type = {
      discontinuity: SluiceEvent.TimestampDiscontinuity,
      wallClockStepped: SluiceEvent.WallClockStepped,
      ringTruncated: SluiceEvent.PreRollLimited,
    }[kind];
    this.#publish(type, data);
  }

  #publish(eventType: string, data: Record<string, unknown>): void {
    const { events, pipeline, clock } = this.#context;
    events.publish({ eventType, subject: this.#subject, eventTime: clock.utc(), pipeline, data });
  }
}
