import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../engine/configuration.js';
import { systemClock } from '../../engine/core/clock.js';
import { EventTypes } from '../../engine/events/event-types.js';
import type { EventJournal } from '../../engine/events/types.js';
import { Webhooks } from '../../engine/webhooks/webhooks.js';
import { capturedLog } from '../kit/captured-log.js';
import { selfSigned } from '../kit/certificate.js';
import { draft, type OpenedJournal, openJournal, publishMany, upTo } from '../kit/event-journal.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';
import { type Delivery, WebhookServer } from '../kit/webhook-server.js';

const KEY = Buffer.alloc(32, 5);

/** Settings of webhooks as they come out of a configuration. */
const configured = (settings: Record<string, string>) => {
  const overrides = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`webhooks.${name}`, value]));
  return loadConfig({ env: {}, overrides }).config.webhooks;
};

const startOn = (journal: EventJournal, settings: Record<string, string>, beginAfter = 0) => {
  const { log, lines } = capturedLog();
  const webhooks = new Webhooks({ journal, types: new EventTypes(), beginAfter, clock: systemClock, log });
  onTestFinished(() => webhooks.stop());
  webhooks.configure(configured(settings));
  const stats = (name = 'desk') => webhooks.stats().find((each) => each.name === name)!;
  return { webhooks, stats, lines };
};

const start = (settings: Record<string, string>, opened: OpenedJournal = openJournal()) => ({
  ...opened,
  ...startOn(opened.journal, settings),
});

const seqsOf = (deliveries: readonly Delivery[]): number[] =>
  deliveries.flatMap(({ body }) => {
    const content = JSON.parse(body);
    const events = Array.isArray(content) ? content : [content];
    return events.map((event) => Number(event.seq ?? event.sequence));
  });

describe('a webhook', () => {
  it('gets every event, in order and signed, in the form that is asked for', async () => {
    const server = await WebhookServer.start();
    const secret = KEY.toString('base64');
    const { journal, webhooks, stats } = start({
      'desk.url': `${server.url}/desk?room=1`,
      'desk.secret': `whsec_${secret}`,
      'desk.authorization': 'Bearer of-the-desk',
      'plain.url': `${server.url}/plain`,
      'plain.form': 'ava',
      'some.url': `${server.url}/some`,
      'some.form': 'cloudevents-batch',
      'some.pipelines': 'p2',
      'some.types': 'Operational.*,EventsLost',
    });
    publishMany(journal, 40);
    const started = 'Microsoft.VideoAnalyzer.Operational.RecordingStarted';
    publishMany(journal, 3, { pipeline: 'p2', eventType: started });
    publishMany(journal, 1, { pipeline: 'p2' });
    const at = (path: string) => server.taken.filter((each) => each.path === path);
    await until('all', () => ['desk', 'plain', 'some'].every((name) => stats(name).cursor === 44));
    expect(seqsOf(at('/desk?room=1'))).toEqual(upTo(44));
    expect(at('/plain').map(({ body }) => JSON.parse(body))).toEqual(journal.read(0, 100).map(({ record }) => record));
    expect(seqsOf(at('/some'))).toEqual([41, 42, 43]);
    for (const { headers, body } of at('/desk?room=1')) {
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const signature = createHmac('sha256', KEY).update(signed).digest('base64');
      expect(headers).toMatchObject({
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'webhook-id': JSON.parse(body).id,
        'webhook-signature': `v1,${signature}`,
        authorization: 'Bearer of-the-desk',
      });
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(300);
    }
    expect(at('/plain')[0]?.headers).not.toHaveProperty('webhook-signature');
    expect(webhooks.stats().map(({ name, state, delivered, lag }) => [name, state, delivered, lag])).toEqual([
      ['desk', 'idle', 44, 0],
      ['plain', 'idle', 44, 0],
      ['some', 'idle', 3, 0],
    ]);
    expect(stats().target).toBe(server.url);
  });

  it('gets them in spite of errors, silence, resets and pauses, in order and with ids that tell repeats', async () => {
    const server = await WebhookServer.start();
    const trouble = [500, 'reset', { status: 503, headers: { 'retry-after': '0' } }, 'silence', 302, 429] as const;
    const troubled = new Map<number, number>();
    // Every third event meets two kinds of trouble; what meets silence was perhaps taken.
    server.answer = ({ body }) => {
      const { seq } = JSON.parse(body);
      const met = troubled.get(seq) ?? 0;
      troubled.set(seq, met + 1);
      return seq % 3 === 0 && met < 2 ? (trouble[(seq / 3 + met * 3) % trouble.length] ?? 200) : 200;
    };
    const { journal, stats, lines } = start({ 'desk.url': server.url, 'desk.form': 'ava', 'desk.timeout': '1s' });
    publishMany(journal, 10);
    await until('all', () => stats().cursor === 10);
    expect(seqsOf(server.taken)).toEqual(upTo(10));
    const ids = server.seen.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(10);
    // A repeat comes at once behind its first, never later.
    expect(ids.filter((id, index) => id !== ids[index - 1])).toEqual(journal.read(0, 10).map((one) => one.record.id));
    expect(stats()).toMatchObject({ requests: 16, failures: 6, delivered: 10, dropped: 0, lost: 0 });
    expect(lines.filter(({ level }) => level === 'warn').length).toBeGreaterThan(0);
  });

  it('goes on where it was when its server comes back, and when the engine starts anew', async () => {
    const server = await WebhookServer.start();
    const settings = { 'desk.url': server.url, 'desk.form': 'ava' };
    const { journal, webhooks, stats } = start(settings);
    publishMany(journal, 5);
    await until('the first', () => stats().cursor === 5);
    await server.close();
    publishMany(journal, 5);
    await until('trouble', () => stats().state === 'waiting');
    expect(stats()).toMatchObject({ cursor: 5, lag: 5, problem: expect.stringContaining('cannot be reached') });
    expect(stats().retryAt).toBeGreaterThan(0);
    await webhooks.stop();
    publishMany(journal, 5);
    await journal.flush();
    await server.open();
    const again = startOn(journal, { ...settings, 'late.url': server.url, 'late.form': 'ava' }, journal.lastSeq);
    await until('all', () => again.stats().cursor === 15);
    expect(seqsOf(server.taken)).toEqual(upTo(15));
    // One that was never there begins with what happens from then on.
    publishMany(journal, 1);
    await until('the new one', () => again.stats('late').delivered === 1 && again.stats().delivered === 11);
    expect(seqsOf(server.taken).sort((a, b) => a - b)).toEqual([...upTo(16), 16]);
  });

  it('leaves out what its server refuses for good, alone, and tells of it', async () => {
    const server = await WebhookServer.start();
    server.answer = ({ body }) => (body.includes('too much') ? 413 : 204);
    const { journal, stats, lines } = start({
      'desk.url': server.url,
      'desk.form': 'cloudevents-batch',
      'desk.giveUpAfter': 'PT0S',
    });
    publishMany(journal, 20);
    publishMany(journal, 1, { data: { text: 'too much' } });
    publishMany(journal, 20);
    await until('all and the report', () => stats().cursor === 42);
    expect(seqsOf(server.taken)).toEqual([...upTo(20), ...upTo(42, 22)]);
    const [report] = journal.read(41, 1);
    const [refused] = journal.read(20, 1);
    expect(report?.record).toMatchObject({
      eventType: 'Microsoft.VideoAnalyzer.Diagnostics.DataDropped',
      data: { dataType: 'event', target: 'webhooks.desk', seq: 21, id: refused?.record.id },
    });
    expect(stats()).toMatchObject({ delivered: 41, dropped: 1, problem: undefined, state: 'idle' });
    expect(lines.some(({ level }) => level === 'error')).toBe(true);
  });

  it('sends what is refused again for the time allowed, and nothing else before it', async () => {
    const server = await WebhookServer.start();
    server.answer = ({ body }, nth) => (JSON.parse(body).seq === 1 && nth < 3 ? 400 : 200);
    const { journal, stats } = start({ 'desk.url': server.url, 'desk.form': 'ava' });
    publishMany(journal, 3);
    await until('all', () => stats().cursor === 3);
    expect([seqsOf(server.seen), seqsOf(server.taken)]).toEqual([
      [1, 1, 1, 2, 3],
      [1, 2, 3],
    ]);
    expect(stats().dropped).toBe(0);
  });

  it('stops at 410 until it is configured anew, and then goes on', async () => {
    const server = await WebhookServer.start();
    server.answer = ({ path }) => (path === '/old' ? 410 : 200);
    const { journal, webhooks, stats } = start({ 'desk.url': `${server.url}/old`, 'desk.form': 'ava' });
    publishMany(journal, 3);
    await until('gone', () => stats().state === 'gone');
    publishMany(journal, 3);
    await journal.flush();
    webhooks.configure(configured({ 'desk.url': `${server.url}/old`, 'desk.form': 'ava' }));
    expect(stats()).toMatchObject({ state: 'gone', requests: 1, lag: 6, problem: 'the server answers 410, Gone' });
    webhooks.configure(configured({ 'desk.url': `${server.url}/new`, 'desk.form': 'ava' }));
    await until('all', () => stats().cursor === 6);
    expect(seqsOf(server.taken)).toEqual(upTo(6));
    webhooks.configure({});
    expect(webhooks.stats()).toEqual([]);
  });

  it('is told of what the log no longer holds, and the log is told that it is lost', async () => {
    const server = await WebhookServer.start();
    const opened = openJournal({ segmentEvents: 10, batchEvents: 10, retention: { maxEvents: 20 } });
    const { journal, stats } = start({ 'desk.url': server.url, 'desk.form': 'ava' }, opened);
    publishMany(journal, 5);
    await until('the first', () => stats().cursor === 5);
    await server.close();
    publishMany(journal, 100);
    await journal.flush();
    await server.open();
    await until('the end', () => stats().lag === 0 && stats().lost > 0);
    const contents = server.taken.slice(5).map(({ body }) => JSON.parse(body));
    // One event may have been on its way before the rest was gone.
    const gap = contents.find((each) => 'gap' in each)?.gap;
    expect(gap).toMatchObject({ to: 90, reason: 'retention' });
    expect(stats().lost).toBe(91 - gap.from);
    const { data } = journal.read(105, 10).map(({ record }) => record)[0]!;
    expect(data).toMatchObject({ target: 'webhooks.desk', from: gap.from, to: 90 });
  });

  it('trusts the certificate that it is given, and no other', async () => {
    const certificate = selfSigned('localhost');
    const server = await WebhookServer.start(certificate);
    const caFile = join(tempDir(), 'ca.pem');
    writeFileSync(caFile, certificate.cert);
    const { journal, stats } = start({
      'desk.url': server.url,
      'desk.caFile': caFile,
      'stranger.url': server.url,
      'careless.url': server.url,
      'careless.verifyServer': 'false',
    });
    publishMany(journal, 2);
    await until('both', () => stats().cursor === 2 && stats('careless').cursor === 2);
    await until('a refusal', () => stats('stranger').problem !== undefined);
    expect(stats('stranger').problem).toMatch(/self-signed certificate/);
    expect(server.taken.length).toBe(4);
  });

  it('refuses settings that cannot work, and keeps those in force', async () => {
    const server = await WebhookServer.start();
    const { journal, webhooks, stats } = start({ 'desk.url': server.url });
    const change = (settings: Record<string, string>) => () =>
      webhooks.configure(configured({ 'desk.url': `${server.url}/x`, ...settings }));
    expect(change({ 'desk.types': 'Inferense' })).toThrow(
      'webhooks.desk: no event has the type Inferense; did you mean',
    );
    expect(change({ 'b.url': server.url, 'b.caFile': '/nowhere/ca.pem' })).toThrow('webhooks.b.caFile cannot be read');
    journal.publish(draft(0));
    await until('it', () => stats().cursor === 1);
    expect(server.taken.map(({ path }) => path)).toEqual(['/']);
  });

  it('does not tell its address, key or token to anybody', async () => {
    const server = await WebhookServer.start();
    server.answer = () => 410;
    const secrets = { path: 'a-key-in-the-path', secret: KEY.toString('base64'), authorization: 'Bearer xyz-token' };
    const { journal, webhooks, stats, lines } = start({
      'desk.url': `${server.url}/${secrets.path}`,
      'desk.secret': secrets.secret,
      'desk.authorization': secrets.authorization,
    });
    publishMany(journal, 1);
    await until('gone', () => stats().state === 'gone');
    const told = JSON.stringify([webhooks.stats(), lines, journal.read(0, 10)]);
    for (const secret of Object.values(secrets)) expect(told).not.toContain(secret);
  });
});
