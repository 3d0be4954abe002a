import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type IPublishPacket, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort, Mosquitto, type MosquittoOptions, mosquittoMissing } from '../../bench/common/mosquitto.js';
import { hubSettingsOf, loadConfig } from '../../engine/configuration.js';
import { systemClock } from '../../engine/core/clock.js';
import type { InputTarget } from '../../engine/core/ports.js';
import type { EventDraft } from '../../engine/events/types.js';
import { MqttHub } from '../../engine/hub/index.js';
import { MemoryJournal } from '../kit/memory-journal.js';

if (mosquittoMissing) console.warn(mosquittoMissing);

const cleanUp: Array<() => unknown> = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const brokerOf = async (options?: MosquittoOptions): Promise<Mosquitto> => {
  const broker = await Mosquitto.start(options);
  cleanUp.push(() => broker.close());
  return broker;
};

const settingsOf = (url: string, overrides: Record<string, string> = {}) =>
  hubSettingsOf(
    loadConfig({ env: {}, overrides: { 'mqtt.url': url, 'mqtt.subscriberPatience': '0s', ...overrides } }).config,
  );

const hubOf = (url: string, overrides: Record<string, string> = {}) => {
  const journal = new MemoryJournal();
  const delivered: Array<{ input: string; message: unknown; target: InputTarget | undefined }> = [];
  const published: EventDraft[] = [];
  const hub = new MqttHub({
    settings: settingsOf(url, overrides),
    journal,
    events: {
      publish: (draft) => {
        published.push(draft);
        return 'x';
      },
    },
    inputs: {
      deliver: (input, message, target) => {
        delivered.push({ input, message, target });
        return { delivered: target?.pipeline === 'absent' ? 0 : 1, eventIds: ['e'] };
      },
    },
    methods: {
      invoke: async (method, payload) => {
        if (method === 'boom') throw new Error('inner secret');
        if (method === 'slow') await sleep(300);
        return { status: method === 'unknown' ? 501 : 200, payload: { method, payload } };
      },
    },
    clock: systemClock,
    random: () => 0,
  });
  cleanUp.push(() => hub.stop());
  return { hub, journal, delivered, published };
};

interface Seen {
  topic: string;
  body: unknown;
  packet: IPublishPacket;
}

const fence = 'fence';

/**
 * A subscriber and what it has seen. An acknowledgement says that the broker has a message, not that this subscriber
 * does: `caughtUp` waits for a message of its own, which the broker queues behind all that it has taken before.
 */
const subscriberOf = async (url: string, filter: string, protocolVersion: 4 | 5 = 5, options = {}) => {
  const seen: Seen[] = [];
  let fences = 0;
  const client: MqttClient = await connectAsync(url, { protocolVersion, reconnectPeriod: 100, ...options });
  client.on('message', (topic, payload, packet) => {
    if (topic === fence) fences++;
    else seen.push({ topic, body: payload.length > 0 ? JSON.parse(payload.toString()) : undefined, packet });
  });
  await client.subscribeAsync([filter, fence], { qos: 1 });
  cleanUp.push(() => client.endAsync(true));
  const caughtUp = async () => {
    const next = fences + 1;
    await client.publishAsync(fence, '', { qos: 1 });
    await until(() => expect(fences).toBe(next));
  };
  return { client, seen, caughtUp };
};

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const connected = (hub: MqttHub) =>
  until(() => expect(hub.stats()).toMatchObject({ state: 'connected', subscribed: true }));

describe.skipIf(mosquittoMissing)('the hub and a real broker', () => {
  it('publishes what passed a sink, and what the configuration names, with the envelope in user properties', async () => {
    const broker = await brokerOf();
    const { hub, journal } = hubOf(broker.url, { operationalEventsOutputName: 'operational' });
    const { seen } = await subscriberOf(broker.url, 'sluice/avaedge/outputs/#');
    hub.start();
    await connected(hub);
    journal.add(
      { output: 'inferenceOutput', data: { timestamp: 1, inferences: [] } },
      {},
      { eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted', correlationId: 'id-1' },
      { eventType: 'Microsoft.VideoAnalyzer.Diagnostics.NetworkError' },
    );
    await until(() => expect(seen).toHaveLength(2));
    expect(seen[0]).toMatchObject({
      topic: 'sluice/avaedge/outputs/inferenceOutput',
      body: { timestamp: 1, inferences: [] },
    });
    expect(seen[0]!.packet).toMatchObject({ qos: 1, retain: false });
    expect(seen[0]!.packet.properties).toMatchObject({
      contentType: 'application/json',
      userProperties: {
        id: 'id-1',
        seq: '1',
        eventType: 'Microsoft.VideoAnalyzer.Analytics.Inference',
        dataVersion: '1.0',
      },
    });
    expect(seen[1]).toMatchObject({ topic: 'sluice/avaedge/outputs/operational' });
    expect(seen[1]!.packet.properties?.userProperties).toMatchObject({ correlationId: 'id-1', seq: '3' });
    await until(() =>
      expect(hub.stats()).toMatchObject({ acknowledged: 2, lag: 0, cursor: 4, inFlight: 0, protocol: '5' }),
    );
  });

  it('speaks 3.1.1 when told to, with the envelope in the payload', async () => {
    const broker = await brokerOf();
    const { hub, journal } = hubOf(broker.url, { 'mqtt.protocol': '3.1.1' });
    const { seen } = await subscriberOf(broker.url, 'sluice/avaedge/outputs/#', 4);
    hub.start();
    await connected(hub);
    journal.add({ output: 'o' });
    await until(() => expect(seen).toHaveLength(1));
    expect(seen[0]!.body).toEqual(journal.read(0, 1)[0]!.record);
    expect(hub.stats().protocol).toBe('3.1.1');
  });

  it('begins with the present when the broker is new, and with what it is told', async () => {
    const broker = await brokerOf();
    const { seen, caughtUp } = await subscriberOf(broker.url, 'sluice/avaedge/outputs/#');
    const { hub, journal } = hubOf(broker.url);
    journal.add({ output: 'old' }, { output: 'old' });
    hub.start();
    journal.add({ output: 'new' });
    await until(() => expect(seen.map(({ topic }) => topic)).toEqual(['sluice/avaedge/outputs/new']));
    await until(() => expect(hub.stats().cursor).toBe(3));
    await hub.stop();
    // The same log, the next start: what came meanwhile is not history.
    journal.add({ output: 'meanwhile' });
    const next = new MqttHub({ settings: settingsOf(broker.url), journal, beginAfter: 0, clock: systemClock });
    cleanUp.push(() => next.stop());
    next.start();
    await until(() => expect(seen.at(-1)!.topic).toBe('sluice/avaedge/outputs/meanwhile'));
    await caughtUp();
    expect(seen).toHaveLength(2);
  });

  it('brings messages to inputs, for all pipelines or for one', async () => {
    const broker = await brokerOf();
    const { hub, delivered } = hubOf(broker.url);
    hub.start();
    await connected(hub);
    const publish = (...args: string[]) =>
      expect(
        spawnSync('mosquitto_pub', ['-h', '127.0.0.1', '-p', String(broker.port), '-q', '1', ...args]).status,
      ).toBe(0);
    publish('-t', 'sluice/avaedge/inputs/door', '-m', '{"open":true}');
    publish('-t', 'sluice/avaedge/inputs/door/cam-1', '-m', 'not json');
    publish('-t', 'sluice/avaedge/inputs/door', '-n', '-V', '5', '-D', 'publish', 'user-property', 'pipeline', 'cam-2');
    publish('-t', 'sluice/avaedge/inputs/door/absent', '-m', '1');
    await until(() => expect(delivered).toHaveLength(4));
    expect(delivered.map(({ input, target }) => [input, target?.pipeline])).toEqual([
      ['door', undefined],
      ['door', 'cam-1'],
      ['door', 'cam-2'],
      ['door', 'absent'],
    ]);
    expect(delivered.map(({ message }) => message)).toEqual([{ open: true }, 'not json', null, 1]);
    expect(hub.stats().inputs).toEqual({ received: 4, delivered: 3, undelivered: 1, refused: 0 });
  });

  it('takes nothing that was retained, too large or no text', async () => {
    const broker = await brokerOf();
    const { client } = await subscriberOf(broker.url, 'x', 4);
    await client.publishAsync('sluice/avaedge/inputs/door', 'of yesterday', { qos: 1, retain: true });
    for (const protocol of ['5', '3.1.1']) {
      const { hub, delivered } = hubOf(broker.url, { 'mqtt.protocol': protocol, 'mqtt.maximumInputSize': '2 KiB' });
      hub.start();
      await connected(hub);
      await client.publishAsync('sluice/avaedge/inputs/door', 'x'.repeat(3000), { qos: 1 });
      await client.publishAsync('sluice/avaedge/inputs/door', Buffer.from([0xff, 0xfe, 0x00]), { qos: 1 });
      await client.publishAsync('sluice/avaedge/inputs/door', '['.repeat(2000), { qos: 1 });
      await until(() => expect(delivered).toHaveLength(1));
      expect(delivered[0]!.message).toBe('['.repeat(2000));
      expect(hub.stats().inputs.refused).toBe(protocol === '5' ? 2 : 3);
      await hub.stop();
    }
  });

  it('answers direct methods', async () => {
    const broker = await brokerOf();
    const { hub } = hubOf(broker.url);
    const { client, seen } = await subscriberOf(broker.url, 'sluice/avaedge/methods/+/+/response');
    await client.subscribeAsync('my/answers', { qos: 1 });
    hub.start();
    await connected(hub);
    const ask = (method: string, rid: string, body: string | Buffer, properties = {}) =>
      client.publishAsync(`sluice/avaedge/methods/${method}/${rid}`, body, { qos: 1, properties });
    const answerTo = async (...args: Parameters<typeof ask>) => {
      seen.length = 0;
      await ask(...args);
      await until(() => expect(seen).toHaveLength(1));
      return seen[0]!;
    };

    const plain = await answerTo('livePipelineList', '1', '{"@apiVersion":"1.1"}');
    expect(plain.topic).toBe('sluice/avaedge/methods/livePipelineList/1/response');
    expect(plain.body).toEqual({
      status: 200,
      payload: { method: 'livePipelineList', payload: { '@apiVersion': '1.1' } },
    });
    const named = await answerTo('unknown', '2', '', {
      responseTopic: 'my/answers',
      correlationData: Buffer.from('abc'),
    });
    expect(named).toMatchObject({ topic: 'my/answers', body: { status: 501, payload: { payload: null } } });
    expect(named.packet.properties).toMatchObject({ userProperties: { status: '501' } });
    expect(named.packet.properties?.correlationData?.toString()).toBe('abc');

    expect((await answerTo('m', '3', '{"truncated":')).body).toMatchObject({
      status: 400,
      payload: { error: { code: 'BadRequest' } },
    });
    expect((await answerTo('m', '4', Buffer.from([0x22, 0xff, 0x22]))).body).toMatchObject({ status: 400 });
    const boom = (await answerTo('boom', '5', '{}')).body;
    expect(boom).toMatchObject({ status: 500, payload: { error: { code: 'InternalServerError' } } });
    expect(JSON.stringify(boom)).not.toContain('inner secret');

    // An answer that would be a request again goes to the ordinary topic.
    const loop = await answerTo('m', '6', '{}', { responseTopic: 'sluice/avaedge/methods/m/7' });
    expect(loop.topic).toBe('sluice/avaedge/methods/m/6/response');

    seen.length = 0;
    await Promise.all(Array.from({ length: 30 }, (_, i) => ask('slow', `s${i}`, '{}')));
    await until(() => expect(seen).toHaveLength(30));
    const statuses = seen.map(({ body }) => (body as { status: number }).status).sort();
    expect(statuses).toEqual([...Array<number>(16).fill(200), ...Array<number>(14).fill(503)]);
  });

  it('goes over TLS with user and password, and says nothing of them', async () => {
    const files: Record<string, string> = { passwords: '', ...(await certificates()) };
    const broker = await brokerOf({
      files,
      listener: ['certfile FOLDER/server.pem', 'keyfile FOLDER/server.key'],
      config: ['allow_anonymous false', 'password_file FOLDER/passwords'],
    });
    spawnSync('mosquitto_passwd', ['-b', `${broker.folder}/passwords`, 'sluice', 'hush-hush']);
    await broker.kill();
    await broker.run();
    const url = `mqtts://localhost:${broker.port}`;
    const good = { 'mqtt.username': 'sluice', 'mqtt.password': 'hush-hush', 'mqtt.caFile': `${broker.folder}/ca.pem` };
    const { hub } = hubOf(url, good);
    hub.start();
    await connected(hub);

    const wrong = hubOf(url, { ...good, 'mqtt.password': 'hush-wrong' }).hub;
    const untrusting = hubOf(url, { ...good, 'mqtt.caFile': '' }).hub;
    const noFile = hubOf(url, { ...good, 'mqtt.caFile': '/nonexistent/ca.pem' }).hub;
    for (const each of [wrong, untrusting, noFile]) each.start();
    await until(() => {
      expect(wrong.stats().lastError).toMatch(/not authorized/i);
      expect(untrusting.stats().lastError).toMatch(/certificate/i);
      expect(noFile.stats().lastError).toMatch(/cannot read a file of the mqtt settings/);
    });
    expect(JSON.stringify([wrong, untrusting, noFile].map((each) => each.stats()))).not.toContain('hush');
    // Wrong credentials are no reason to try another protocol version.
    expect(wrong.stats().connections).toBe(0);

    await wrong.reconfigure(settingsOf(url, good));
    await hub.stop();
    await connected(wrong);
  });

  it("keeps the broker's limit for what is in flight", async () => {
    const broker = await brokerOf({ config: ['max_inflight_messages 7'] });
    const { hub, journal } = hubOf(broker.url);
    hub.start();
    await connected(hub);
    broker.freeze();
    journal.add(...Array.from({ length: 50 }, () => ({ output: 'o' })));
    expect(hub.stats().inFlight).toBe(7);
    broker.thaw();
    await until(() => expect(hub.stats()).toMatchObject({ acknowledged: 50, lag: 0 }));
  });

  it('holds events back while nobody is there to take them, but not for ever', async () => {
    const broker = await brokerOf();
    const { hub, journal } = hubOf(broker.url, { 'mqtt.subscriberPatience': '2s' });
    hub.start();
    await connected(hub);
    journal.add({ output: 'a' }, { output: 'b' }, { output: 'a' });
    await sleep(700);
    expect(hub.stats()).toMatchObject({ cursor: 0, inFlight: 1 });
    const { seen, caughtUp } = await subscriberOf(broker.url, 'sluice/avaedge/outputs/a');
    // Nobody ever comes for b.
    await until(() => expect(hub.stats()).toMatchObject({ lag: 0, acknowledged: 3 }));
    await caughtUp();
    expect(seen.map(({ packet }) => packet.properties?.userProperties?.['seq'])).toEqual(['1', '3']);
  });

  it('connects anew when the broker stops to acknowledge', async () => {
    const broker = await brokerOf();
    const { hub, journal } = hubOf(broker.url, { 'mqtt.acknowledgeTimeout': '1s' });
    const { seen, caughtUp } = await subscriberOf(broker.url, 'sluice/avaedge/outputs/#');
    hub.start();
    await connected(hub);
    broker.freeze();
    journal.add({ output: 'o' }, { output: 'o' });
    await until(() =>
      expect(hub.stats()).toMatchObject({ lastError: expect.stringContaining('acknowledged nothing') }),
    );
    broker.thaw();
    await until(() => expect(hub.stats()).toMatchObject({ state: 'connected', lag: 0 }));
    await caughtUp();
    expect(new Set(seen.map(({ packet }) => packet.properties?.userProperties?.['seq']))).toEqual(new Set(['1', '2']));
  });

  it('keeps events that the broker refuses, and sends them when it takes them', async () => {
    const acl = (line: string) => `topic read #\n${line}\n`;
    const broker = await brokerOf({ files: { acl: acl('topic write other') }, config: ['acl_file FOLDER/acl'] });
    const { hub, journal } = hubOf(broker.url);
    hub.start();
    await until(() => expect(hub.stats().state).toBe('connected'));
    journal.add({ output: 'o' });
    await until(() => expect(hub.stats().lastError).toMatch(/refuse/));
    expect(hub.stats()).toMatchObject({ cursor: 0, dropped: 0 });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${broker.folder}/acl`, acl('topic readwrite #'));
    await broker.kill();
    await broker.run();
    await until(() => expect(hub.stats()).toMatchObject({ cursor: 1, lag: 0 }));
  });

  it('tells of an event that is too large for the broker, and goes on', async () => {
    const broker = await brokerOf({ config: ['max_packet_size 4000'] });
    const { hub, journal, published } = hubOf(broker.url);
    hub.start();
    await connected(hub);
    journal.add({ output: 'o', data: { big: 'x'.repeat(5000) } }, { output: 'o' });
    await until(() => expect(hub.stats()).toMatchObject({ acknowledged: 1, dropped: 1, lag: 0 }));
    // It is lost to those who subscribe to whole events as well.
    for (const target of ['mqtt', 'mqtt.wholeEvents']) {
      expect(published).toContainEqual(
        expect.objectContaining({
          eventType: 'Microsoft.VideoAnalyzer.Diagnostics.DataDropped',
          data: expect.objectContaining({ dataType: 'event', target, seq: 1, id: 'id-1' }),
        }),
      );
    }
    expect(published).toHaveLength(2);
  });

  it('tells of events that the log lost while the broker was away', async () => {
    const { hub, journal, published } = hubOf(`mqtt://127.0.0.1:${await freePort()}`);
    hub.start();
    journal.add(...Array.from({ length: 5 }, () => ({ output: 'o' })));
    journal.forget(3);
    const broker = await brokerOf();
    await hub.reconfigure(settingsOf(broker.url));
    await until(() => expect(hub.stats()).toMatchObject({ acknowledged: 2, lost: 3, lag: 0 }));
    expect(published[0]!.data).toMatchObject({ dataType: 'event', from: 1, to: 3 });
  });

  it('misses no event and sends none twice when it is stopped in peace', async () => {
    const broker = await brokerOf();
    const { seen, caughtUp } = await subscriberOf(broker.url, 'sluice/avaedge/outputs/#');
    const { hub, journal } = hubOf(broker.url);
    hub.start();
    await connected(hub);
    journal.add(...Array.from({ length: 500 }, () => ({ output: 'o' })));
    await hub.stop();
    expect(hub.stats().state).toBe('stopped');
    const next = new MqttHub({ settings: settingsOf(broker.url), journal, clock: systemClock });
    cleanUp.push(() => next.stop());
    next.start();
    await until(() => expect(next.stats().lag).toBe(0));
    await caughtUp();
    const seqs = seen.map(({ packet }) => Number(packet.properties?.userProperties?.['seq']));
    expect(seqs).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });
});

describe('the hub and brokers of another kind', () => {
  /** Answers the first packet of each connection with `answer(protocolVersion)`; undefined hangs up. */
  const oldBroker = async (
    answer: (version: number) => Buffer | undefined,
  ): Promise<{ url: string; versions: number[] }> => {
    const versions: number[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (connect: Buffer) => {
        const version = connect[8]!;
        versions.push(version);
        const reply = answer(version);
        if (reply) socket.write(reply);
        else socket.destroy();
        // So that the end of the connection is seen.
        socket.resume();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    return { url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`, versions };
  };
  const accepted = Buffer.from([0x20, 2, 0, 0]);

  it('falls back to 3.1.1 at once when the broker says that it does not know 5', async () => {
    const broker = await oldBroker((version) => (version === 5 ? Buffer.from([0x20, 2, 0, 1]) : accepted));
    const { hub } = hubOf(broker.url);
    hub.start();
    await until(() => expect(hub.stats()).toMatchObject({ state: 'connected', protocol: '3.1.1' }));
    expect(broker.versions.at(-1)).toBe(4);
    expect(broker.versions.length).toBeLessThanOrEqual(3);
  });

  it('falls back when the broker hangs up on 5, twice', async () => {
    const broker = await oldBroker((version) => (version === 5 ? undefined : accepted));
    const { hub } = hubOf(broker.url);
    hub.start();
    await until(() => expect(hub.stats()).toMatchObject({ state: 'connected', protocol: '3.1.1' }));
    expect(broker.versions).toEqual([5, 5, 4]);
  });

  it('does not fall back when it is told not to', async () => {
    const broker = await oldBroker(() => undefined);
    const { hub } = hubOf(broker.url, { 'mqtt.protocol': '5' });
    hub.start();
    await until(() => expect(broker.versions.length).toBeGreaterThan(3));
    expect(new Set(broker.versions)).toEqual(new Set([5]));
  });

  it('hangs up on a packet that is too large as soon as its length is known', async () => {
    const hungUp: number[] = [];
    // Announces 200 MB, and sends no more than the announcement.
    const huge = Buffer.from([0x32, 0x80, 0x84, 0xaf, 0x5f]);
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('close', () => hungUp.push(socket.bytesWritten));
      socket.on('data', () => {});
      socket.once('data', () => socket.write(Buffer.concat([accepted, huge])));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    const { hub } = hubOf(`mqtt://127.0.0.1:${(server.address() as { port: number }).port}`, {
      'mqtt.protocol': '3.1.1',
    });
    hub.start();
    await until(() => expect(hungUp.length).toBeGreaterThan(0));
    expect(hungUp[0]).toBe(accepted.length + huge.length);
    expect(hub.stats().lastError).toBe('the broker sends a packet of 200000005 bytes; at most 327680 are taken');
  });

  it('survives a peer that is no broker at all', async () => {
    const broker = await oldBroker(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { hub } = hubOf(broker.url);
    hub.start();
    await until(() => expect(broker.versions.length).toBeGreaterThan(2));
    expect(hub.stats()).toMatchObject({ connections: 0, published: 0 });
  });
});

/** A throw-away authority and a certificate of it for localhost. */
const certificates = async (): Promise<Record<string, string>> => {
  const { mkdtempSync, readFileSync, rmSync, writeFileSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-certs-'));
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder });
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=DNS:localhost\n');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'],
    ...['-extfile', 'extensions', '-out', 'server.pem'],
  );
  const files = ['ca.pem', 'server.pem', 'server.key'].map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  rmSync(folder, { recursive: true });
  return Object.fromEntries(files) as Record<string, string>;
};
