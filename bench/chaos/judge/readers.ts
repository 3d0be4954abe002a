import type { EventRecord } from '../../../engine/events/types.js';
import type { Violation } from '../report.js';

/** A broker without persistence loses with its process what it has not passed on yet. */
const IN_BROKER_MS = 3_000;

/** What the WebSocket gave must be what the log holds. */
export const judgeFollower = (followed: readonly EventRecord[], events: readonly EventRecord[]): Violation[] => {
  const violations: Violation[] = [];
  const ids = new Map(events.map(({ seq, id }) => [seq, id]));
  for (const { seq, id, eventType } of followed) {
    if (ids.get(seq) === id) continue;
    const what = ids.has(seq) ? 'is another event in the log' : 'is not in the log';
    violations.push({
      rule: 'reader.different',
      what: `event ${seq} (${eventType}), which the WebSocket gave, ${what}`,
    });
  }
  const last = followed.at(-1)?.seq ?? 0;
  // The socket is closed while the engine stops: the very last events are for those who come back.
  const stopping = events
    .filter(({ seq }) => seq > last)
    .filter(({ eventType }) => !eventType.startsWith('Sluice.Operational.Engine'));
  if (stopping.length > LAST_WORDS)
    violations.push({ rule: 'reader.behind', what: `the WebSocket ends at ${last}, the log at ${events.at(-1)?.seq}` });
  return violations;
};

/** Most events of an orderly stop: states of pipelines, and ends of clips. */
const LAST_WORDS = 60;

export interface Hub {
  arrived: ReadonlySet<number>;
  late: readonly number[];
  /** The last event that the hub must have delivered. */
  upTo: number;
}

/** Every event that is published over MQTT has arrived at least once. */
export const judgeHub = (
  { arrived, late, upTo }: Hub,
  events: readonly EventRecord[],
  brokerKilledAt: readonly number[],
): { violations: Violation[]; lostInBroker: number } => {
  const violations: Violation[] = [];
  const first = Math.min(...arrived);
  const missing = events.filter(
    ({ seq, eventType }) => isPublished(eventType) && seq >= first && seq <= upTo && !arrived.has(seq),
  );
  const inBroker = ({ eventTime }: EventRecord): boolean =>
    brokerKilledAt.some((at) => Math.abs(at - Date.parse(eventTime)) <= IN_BROKER_MS);
  const lost = missing.filter((event) => !inBroker(event));
  if (lost.length > 0) {
    const named = lost.slice(0, 10).map(({ seq, eventType }) => `${seq} ${eventType}`);
    violations.push({ rule: 'hub.missing', what: `${lost.length} events never came over MQTT: ${named.join(', ')}` });
  }
  if (late.length > 0)
    violations.push({
      rule: 'hub.order',
      what: `${late.length} events first came after later ones: ${late.slice(0, 20).join(', ')}`,
    });
  return { violations, lostInBroker: missing.length - lost.length };
};

/** Analytics are published only where a sink asks for them. */
const isPublished = (eventType: string): boolean => /\.(?:Operational|Diagnostics)\.\w+$/.test(eventType);
