import { expect, it } from 'vitest';
import { signingKeyOf } from '../../../../engine/core/signing-key.js';
import { utcMicros } from '../../../../engine/core/time.js';
import { cloudEventOf } from '../../../../engine/events/cloud-event.js';
import { letterOf, webhookHeaders } from '../../../../engine/webhooks/parcel.js';
import { openJournal, publishMany } from '../../../kit/event-journal.js';

const NOW = utcMicros(1_731_705_121_000_000);

it('is signed as the documentation of Standard Webhooks has it', () => {
  const body = Buffer.from('{"event_type":"ping","data":{"success":true}}');
  const letter = { id: 'msg_loFOjxBNrRLzqYUf', contentType: 'application/json', body };
  expect(webhookHeaders(letter, signingKeyOf('whsec_plJ3nmyCDGBKInavdOK15jsl'), NOW)).toEqual({
    'webhook-id': 'msg_loFOjxBNrRLzqYUf',
    'webhook-timestamp': '1731705121',
    'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  });
  expect(webhookHeaders(letter, undefined, NOW)).not.toHaveProperty('webhook-signature');
});

it('takes keys with and without their prefix, and nothing else', () => {
  const key = Buffer.alloc(32, 7);
  expect(signingKeyOf(key.toString('base64'))).toEqual(key);
  expect(signingKeyOf(`whsec_${key.toString('base64')}`)).toEqual(key);
  for (const text of ['', 'whsec_', 'a password', Buffer.alloc(15).toString('base64'), 'A'.repeat(100)]) {
    expect(signingKeyOf(text), text).toBeUndefined();
  }
});

it('holds one event, or several as a batch, and has the same id whenever it is made', async () => {
  const { journal } = openJournal();
  publishMany(journal, 3);
  await journal.flush();
  const events = journal.readWire(0, 3);
  const one = { kind: 'events', events: events.slice(0, 1) } as const;
  const three = { kind: 'events', events } as const;
  const made = (parcel: typeof one | typeof three, form: 'ava' | 'cloudevents' | 'cloudevents-batch') => {
    const { id, contentType, body } = letterOf(parcel, form, journal.topic, NOW);
    return { id, contentType, content: JSON.parse(body.toString()) };
  };
  const [first] = events.map(({ record }) => record);
  expect(made(one, 'ava')).toEqual({
    id: first?.id,
    contentType: 'application/json; charset=utf-8',
    content: first,
  });
  expect(made(one, 'cloudevents')).toEqual({
    id: first?.id,
    contentType: 'application/cloudevents+json; charset=utf-8',
    content: cloudEventOf(first!),
  });
  expect(made(three, 'cloudevents-batch')).toEqual({
    id: `${first?.id}+2`,
    contentType: 'application/cloudevents-batch+json; charset=utf-8',
    content: events.map(({ record }) => cloudEventOf(record)),
  });
  const gap = { kind: 'gap', gap: { gap: { from: 4, to: 9, reason: 'retention' } } } as const;
  expect(JSON.parse(letterOf(gap, 'ava', '/t', NOW).body.toString())).toEqual(gap.gap);
  expect(JSON.parse(letterOf(gap, 'cloudevents-batch', '/t', NOW).body.toString())).toMatchObject([
    { type: 'Sluice.Log.Gap', source: '/t', time: '2024-11-15T21:12:01.000Z' },
  ]);
  expect(letterOf(gap, 'ava', '/t', NOW).id).toBe('gap-4-9');
});
