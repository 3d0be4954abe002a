import { createHmac } from 'node:crypto';
import type { WebhookForm } from '../config/webhook-settings.js';
import { toIso, type UtcMicros } from '../core/time.js';
import { cloudEventOf, cloudEventOfGap } from '../events/cloud-event.js';
import type { GapRecord, WireEvent } from '../events/types.js';

/** What is posted at once. */
export type Parcel =
  | { readonly kind: 'events'; readonly events: readonly WireEvent[] }
  | { readonly kind: 'gap'; readonly gap: GapRecord };

export interface Letter {
  /** Of the parcel: the same whenever it is posted again. */
  readonly id: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<WebhookForm, string>> = {
  cloudevents: 'application/cloudevents+json; charset=utf-8',
  'cloudevents-batch': 'application/cloudevents-batch+json; charset=utf-8',
  ava: 'application/json; charset=utf-8',
};

/** @param topic that of the engine's events @param now the time of the reading, for gaps */
export const letterOf = (parcel: Parcel, form: WebhookForm, topic: string, now: UtcMicros): Letter => {
  const parts = form === 'ava' ? plainParts(parcel) : cloudParts(parcel, topic, now);
  const text = form === 'cloudevents-batch' ? `[${parts.join(',')}]` : (parts[0] ?? '');
  return { id: idOf(parcel), contentType: TYPES[form], body: Buffer.from(text) };
};

const plainParts = (parcel: Parcel): string[] =>
  parcel.kind === 'gap' ? [JSON.stringify(parcel.gap)] : parcel.events.map(({ wire }) => wire);

const cloudParts = (parcel: Parcel, topic: string, now: UtcMicros): string[] =>
  parcel.kind === 'gap'
    ? [JSON.stringify(cloudEventOfGap(parcel.gap, topic, toIso(now)))]
    : parcel.events.map(({ record }) => JSON.stringify(cloudEventOf(record)));

/** An event's own id; for several the first one's, with how many there are, because a parcel may grow before it is posted again. */
const idOf = (parcel: Parcel): string => {
  if (parcel.kind === 'gap') return `gap-${parcel.gap.gap.from}-${parcel.gap.gap.to}`;
  const [first] = parcel.events;
  return `${first?.record.id}${parcel.events.length > 1 ? `+${parcel.events.length - 1}` : ''}`;
};

/** The headers of Standard Webhooks. Without a key there is no signature. */
export const webhookHeaders = (
  { id, body }: Letter,
  key: Buffer | undefined,
  now: UtcMicros,
): Record<string, string> => {
  const timestamp = String(Math.floor(now / 1_000_000));
  if (!key) return { 'webhook-id': id, 'webhook-timestamp': timestamp };
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
