import type { CancelTimer } from '../core/clock.js';
import { mediaTimeAt } from '../core/time.js';
import { SluiceEvent } from '../events/catalogue.js';
import type { NodeEvent, NodeLinks } from './links.js';
import type { NodeContext } from './node-context.js';

/** Interval of the signals that keep gates open. Well below the shortest minimumActivationTime. */
const SIGNAL_MS = 2_000;

/** `blind`: no picture is judged. `insensitive`: pictures are judged, and objects in much of them could not be found. */
export type DegradationKind = 'blind' | 'insensitive';

interface Beginning {
  /** For the reader of the event. The event of the end has it too. */
  cause: string;
  /** Whether everything is recorded meanwhile. */
  records: boolean;
  /** Share of the picture in which objects could not be found. */
  share?: number;
}

interface Held extends Pick<NodeEvent, 'id' | 'data'>, Pick<Beginning, 'cause' | 'records'> {}

/**
 * Tells when a node does not detect as it should, and has gates record what it may miss. Two kinds of it can hold at once:
 * each has its own pair of events, and gates are signalled for as long as one is left that is to be recorded.
 */
export class Degradation {
  readonly #context: Pick<NodeContext, 'clock' | 'publish'>;
  /** Not looked at before there is something to tell: the nodes behind may not exist yet. */
  readonly #links: Pick<NodeLinks, 'events'>;
  /** In the order in which they began. */
  readonly #held = new Map<DegradationKind, Held>();
  #cancelSignal: CancelTimer | null = null;

  constructor(context: Pick<NodeContext, 'clock' | 'publish'>, links: Pick<NodeLinks, 'events'>) {
    this.#context = context;
    this.#links = links;
  }

  holds(kind: DegradationKind): boolean {
    return this.#held.has(kind);
  }

  begin(kind: DegradationKind, { cause, records, share }: Beginning): void {
    if (this.#held.has(kind)) return;
    const action = records && this.#links.events.records ? 'recording everything' : 'none';
    const data = { state: 'degraded', cause, ...(share === undefined ? {} : { share }), action } as const;
    const id = this.#context.publish({ eventType: SluiceEvent.DetectionDegraded, data });
    this.#held.set(kind, { id, data, cause, records });
    if (records && !this.#cancelSignal) this.#signal();
  }

  end(kind: DegradationKind): void {
    const held = this.#held.get(kind);
    if (!held) return;
    this.#held.delete(kind);
    if (!this.#recorded) this.#signalNoLonger();
    const { cause } = held;
    this.#context.publish({ eventType: SluiceEvent.DetectionRestored, data: { state: 'restored', cause } });
  }

  /** Says nothing: what ends is the node, not what it suffers from. */
  stop(): void {
    this.#held.clear();
    this.#signalNoLonger();
  }

  /** What the signals are about: the first that began, so that a recording keeps its cause. */
  get #recorded(): Held | undefined {
    return [...this.#held.values()].find(({ records }) => records);
  }

  #signal(): void {
    this.#cancelSignal = null;
    const recorded = this.#recorded;
    if (!recorded) return;
    const { clock } = this.#context;
    this.#cancelSignal = clock.after(SIGNAL_MS, () => this.#signal());
    const { id, data } = recorded;
    this.#links.events.handOn({ kind: 'blind', at: mediaTimeAt(clock.monotonic()), id, data });
  }

  #signalNoLonger(): void {
    this.#cancelSignal?.();
    this.#cancelSignal = null;
  }
}
