import { withoutCredentials } from '../../bridge/credentials.js';
import { messageOf } from '../core/errors.js';
import { guarded, RepeatedFaults } from '../core/guarded.js';
import { AvaEvent } from '../events/catalogue.js';
import type { EventIntake, FoundPictureHandlers, MediaPort, PicturePort } from '../nodes/links.js';
import type { NodeContext } from '../nodes/node-context.js';

/**
 * Stands between a node and whoever calls it: a fault of the node is told in its pipeline, and reaches neither the nodes
 * beside it nor the process. Sinks of other pipelines hang on the same camera.
 */
export class NodeGuard {
  readonly #context: NodeContext;
  readonly #faults: RepeatedFaults;

  constructor(context: NodeContext) {
    this.#context = context;
    this.#faults = new RepeatedFaults(context.clock, (error, count) => this.#tell(error, count));
  }

  /** For the node: what it does on a timer is guarded as well. */
  get context(): NodeContext {
    const { clock } = this.#context;
    return {
      ...this.#context,
      clock: {
        monotonic: () => clock.monotonic(),
        utc: () => clock.utc(),
        after: (delayMs, task) => clock.after(delayMs, guarded(task, this.#fault)),
        soon: (task) => clock.soon(guarded(task, this.#fault)),
      },
    };
  }

  /** A port in front of the node. */
  media(port: MediaPort): MediaPort {
    return {
      ...(port.gated ? { gated: true } : {}),
      get tracks() {
        return port.tracks;
      },
      get session() {
        return port.session;
      },
      attach: (reader) => {
        const { span, open, unit, held, close, event } = reader;
        return port.attach({
          ...(span === undefined ? {} : { span }),
          ...(open ? { open: guarded((action) => reader.open?.(action), this.#fault) } : {}),
          ...(unit ? { unit: guarded((each) => reader.unit?.(each), this.#fault) } : {}),
          ...(held ? { held: guarded(() => reader.held?.(), this.#fault) } : {}),
          ...(close ? { close: guarded((action) => reader.close?.(action), this.#fault) } : {}),
          ...(event ? { event: guarded((each) => reader.event?.(each), this.#fault) } : {}),
        });
      },
    };
  }

  /** A port in front of the node. */
  pictures(port: PicturePort): PicturePort {
    const handlersOf = (handlers: FoundPictureHandlers): FoundPictureHandlers => ({
      onPicture: guarded((picture, found) => handlers.onPicture(picture, found), this.#fault),
      ...(handlers.onSkipped ? { onSkipped: guarded((pts) => handlers.onSkipped?.(pts), this.#fault) } : {}),
      // One that fails has not gone back.
      ...(handlers.onRewind ? { onRewind: (to) => this.#answer(() => handlers.onRewind?.(to)) ?? false } : {}),
      ...(handlers.onBlind ? { onBlind: guarded((cause) => handlers.onBlind?.(cause), this.#fault) } : {}),
    });
    return {
      ...(port.filters ? { filters: true } : {}),
      open: (request, handlers) => port.open(request, handlersOf(handlers)),
      toUtc: (at) => port.toUtc(at),
    };
  }

  /** The node's own side for events. */
  intake(intake: EventIntake): EventIntake {
    const { hubOutput, records } = intake;
    return {
      take: guarded((event) => intake.take(event), this.#fault),
      ...(intake.coversUntil ? { coversUntil: (at) => this.#answer(() => intake.coversUntil?.(at)) } : {}),
      ...(hubOutput === undefined ? {} : { hubOutput }),
      ...(records === undefined ? {} : { records }),
    };
  }

  /** Undefined if the node fails. */
  #answer<T>(ask: () => T | undefined): T | undefined {
    let answer: T | undefined;
    guarded(() => {
      answer = ask();
    }, this.#fault)();
    return answer;
  }

  readonly #fault = (error: unknown): void => {
    this.#context.metrics.faults().add();
    this.#faults.add(error);
  };

  #tell(error: unknown, count: number): void {
    const { log, node, publish } = this.#context;
    log.error({ node, err: error, count }, 'a node failed in the middle of its work; the pipeline goes on');
    const message = withoutCredentials(messageOf(error));
    publish({ eventType: AvaEvent.RuntimeError, data: { code: 'nodeFault', message, count } });
  }
}
