import type { AccessUnit } from '../../camera/types.js';
import type { CancelTimer } from '../../core/clock.js';
import { type MediaTime, type Micros, type MonotonicTime, millis, plus, seconds } from '../../core/time.js';
import { SluiceEvent } from '../../events/catalogue.js';
import type { GateAction, OpenAction, SkipAction } from '../../gate/actions.js';
import { requiredSpan, SignalGate } from '../../gate/signal-gate.js';
import type { GateSettings } from '../../gate/types.js';
import type { EventIntake, MediaPort, MediaReader, NodeEvent, NodeLinks } from '../links.js';
import type { NodeContext } from '../node-context.js';
import type { RunningNode } from '../node-type.js';

/** Longest time from a picture to the event about it, on a busy machine. */
const DETECTION_DELAY = seconds(1.5);

/** Drives the pure gate with the camera's units, the events of the nodes in front, and the clock. */
export class SignalGateNode implements RunningNode {
  readonly events: EventIntake = {
    records: true,
    take: (event) => this.#signal(event),
    coversUntil: (at) => (this.#someReadsEvents ? undefined : this.#gate.coversUntil(at)),
  };
  readonly media: MediaPort;
  readonly #settings: GateSettings;
  readonly #context: NodeContext;
  readonly #links: NodeLinks;
  readonly #readers = new Set<MediaReader>();
  /** What the readers do with each unit. */
  readonly #takers = new Set<(unit: AccessUnit) => void>();
  #gate: SignalGate;
  /** Undefined while the gate does not run. */
  #detach: (() => void) | undefined;
  #cancelTimer: CancelTimer | null = null;

  constructor(settings: GateSettings, context: NodeContext, links: NodeLinks) {
    this.#settings = settings;
    this.#context = context;
    this.#links = links;
    this.#gate = new SignalGate(settings);
    this.media = {
      gated: true,
      get tracks() {
        return cameraOf(links).tracks;
      },
      get session() {
        return cameraOf(links).session;
      },
      attach: (reader) => {
        const take = reader.unit?.bind(reader);
        this.#readers.add(reader);
        if (take) this.#takers.add(take);
        return () => {
          this.#readers.delete(reader);
          if (take) this.#takers.delete(take);
        };
      },
    };
  }

  start(): void {
    this.#detach = cameraOf(this.#links).attach({
      span: requiredSpan(this.#settings, DETECTION_DELAY + this.#links.eventDelay),
      unit: (unit) => {
        if (unit.track === 'video') this.#advance(unit.pts, unit.arrival);
        // What may not be asked for waits in the ring until that is known.
        if (unit.pts > (this.#gate.recordsUntil ?? unit.pts)) for (const reader of this.#readers) reader.held?.();
        else for (const take of this.#takers) take(unit);
      },
    });
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    // Nobody will look at the rest any more.
    if (this.#detach) this.#advance(this.#newest, this.#context.clock.monotonic(), 0);
    this.#apply(this.#gate.flush());
    // Detaches last: without this reader the ring may drop the pre-roll that the flush has just asked for.
    this.#detach?.();
    this.#detach = undefined;
  }

  get #someReadsEvents(): boolean {
    for (const { event } of this.#readers) if (event) return true;
    return false;
  }

  #signal(event: NodeEvent): void {
    if (event.kind === 'state' || !this.#detach) return;
    for (const reader of this.#readers) reader.event?.(event);
    const { at, id } = event;
    if (this.#gate.signal({ at, id }, this.#context.clock.monotonic()) === 'late') this.#ignored('late', id);
    this.#arm();
  }

  /** The gate is as far behind the newest media as those are who tell it what is in there. */
  #advance(media: MediaTime, now: MonotonicTime, lag = this.#lag): void {
    this.#apply(this.#gate.advance(plus(media, -lag), plus(now, -lag)));
  }

  get #newest(): MediaTime {
    return cameraOf(this.#links).session.ring.newest?.pts ?? (Number.NEGATIVE_INFINITY as MediaTime);
  }

  get #lag(): Micros {
    return this.#gate.closed ? 0 : this.#links.eventLag();
  }

  #apply(actions: readonly GateAction[]): void {
    for (const action of actions) {
      if (action.type === 'open') this.#open(action);
      else if (action.type === 'close') for (const reader of this.#readers) reader.close?.(action);
      else if (action.type === 'skip') this.#ignored(action.reason, action.signalId);
    }
  }

  #open(action: OpenAction): void {
    this.#context.pipelineMetrics.gateOpenings.add();
    for (const reader of this.#readers) reader.open?.(action);
  }

  #ignored(reason: 'late' | SkipAction['reason'], signalId: string): void {
    this.#context.publish({ eventType: SluiceEvent.SignalIgnored, correlationId: signalId, data: { reason } });
  }

  /** Units drive the gate. The timer handles boundaries that are reached while no units arrive. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const deadline = this.#gate.deadline;
    if (deadline === undefined) return;
    const { clock } = this.#context;
    const waitMs = Math.max(1, (deadline + this.#lag - clock.monotonic()) / millis(1));
    this.#cancelTimer = clock.after(waitMs, () => {
      this.#cancelTimer = null;
      this.#advance(this.#newest, clock.monotonic());
      this.#arm();
    });
  }
}

/** Validation ensures that there is one. */
const cameraOf = ({ media: [camera] }: NodeLinks): MediaPort => {
  if (!camera) throw new Error('a gate has no input that brings media');
  return camera;
};
