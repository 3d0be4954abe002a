import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import type { ResolvedEndpoint } from '../../engine/core/endpoint.js';
import { silentLogger } from '../../engine/core/log.js';
import { getOnvifDevice } from '../../engine/onvif/device-get.js';
import type { OnvifError } from '../../engine/onvif/errors.js';
import { OnvifEventSource } from '../../engine/onvif/event-source.js';
import { type FakeDeviceOptions, FakeOnvifDevice, notification } from '../kit/fake-onvif-device.js';

const cleanUp: Array<() => unknown> = [];
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

const MOTION = 'tns1:RuleEngine/CellMotionDetector/Motion';
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 20 });

const deviceOf = async (options?: FakeDeviceOptions): Promise<FakeOnvifDevice> => {
  const device = await FakeOnvifDevice.start(options);
  cleanUp.push(() => device.close());
  return device;
};

const endpointOf = (device: FakeOnvifDevice, credentials?: ResolvedEndpoint['credentials']): ResolvedEndpoint => ({
  url: device.url,
  secured: false,
  ignoreHostname: false,
  ignoreSignature: false,
  ...(credentials ? { credentials } : {}),
});

const watch = (device: FakeOnvifDevice, credentials?: ResolvedEndpoint['credentials']) => {
  const states: string[] = [];
  const failures: OnvifError[] = [];
  const connections: true[] = [];
  const source = new OnvifEventSource({
    endpoint: endpointOf(device, credentials),
    topics: [],
    clock: systemClock,
    log: silentLogger(),
    onSignal: () => {},
    onState: ({ topic, source: from, state }) => states.push(`${topic.split('/').at(-1)} ${from} ${state}`),
    onConnected: () => connections.push(true),
    onFailure: (error) => failures.push(error),
    timeoutMs: 2000,
    random: () => 0,
  });
  cleanUp.push(() => source.stop());
  source.start();
  return { source, states, failures, connections };
};

const headerIn = (body: string, name: string): string | undefined =>
  new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(body)?.[1];
const requestsOf = (device: FakeOnvifDevice, action: string) =>
  device.actions.flatMap((each, at) => (each === action ? [{ url: device.urls[at]!, body: device.bodies[at]! }] : []));

describe('a subscription', () => {
  const inner = (id: number): string => `http://10.9.8.7:8899/onvif/subscription?x=1&amp;idx=${id}`;
  it.each([
    ['behind NAT, with a query', (_: string, id: number) => inner(id), '/onvif/subscription?x=1&idx=1', inner(1)],
    ['without an address in it', () => '', '/onvif/events?v=1', undefined],
    ['with a name for an address', () => 'urn:uuid:5f5a69c2-e0ae-504f', '/onvif/events?v=1', undefined],
    ['where it was asked for', () => 'http://www.w3.org/2005/08/addressing/anonymous', '/onvif/events?v=1', undefined],
    ['with half an address', () => '/onvif/sub?idx=1', '/onvif/events?v=1', undefined],
  ])('%s is pulled, renewed and ended where it is', async (_name, address, url, to) => {
    const device = await deviceOf({
      subscriptionMs: 30_000,
      subscriptionReference: (own, id) => `<wsa5:Address>${address(own, id)}</wsa5:Address>`,
    });
    const { source, states, connections, failures } = watch(device);
    await until(() => expect(connections).toHaveLength(1));
    device.set(MOTION, 'IsMotion', 'true', 'S=1');
    await until(() => expect(states).toEqual(['Motion S=1,Rule=MyRule true']));
    await until(() => expect(device.actions).toContain('Renew'));
    await source.stop();
    expect({ failures, left: device.subscriptions }).toEqual({ failures: [], left: 0 });
    for (const [action, request] of [
      ['PullMessages', 'http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/PullMessagesRequest'],
      ['Renew', 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest'],
      ['Unsubscribe', 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest'],
    ] as const) {
      const [sent] = requestsOf(device, action);
      expect(sent?.url).toBe(url);
      expect(headerIn(sent!.body, 'To')).toBe(to);
      expect(headerIn(sent!.body, 'Action')).toBe(request);
    }
  });

  it('without a reference at all is that of the event service', async () => {
    const device = await deviceOf({ subscriptionReference: () => '' });
    const { connections, states } = watch(device);
    await until(() => expect(connections).toHaveLength(1));
    device.set(MOTION, 'IsMotion', 'true', 'S=1');
    await until(() => expect(states).toHaveLength(1));
  });

  it('is named with the parameters that the device gave', async () => {
    const parameters =
      '<dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event">1386</dom0:SubscriptionId><tns1:Extra kind="&quot;">a&amp;b</tns1:Extra>';
    const device = await deviceOf({
      subscriptionMs: 30_000,
      subscriptionReference: () => `<wsa5:Address/><wsa5:ReferenceParameters>${parameters}</wsa5:ReferenceParameters>`,
    });
    const { source } = watch(device);
    await until(() => expect(device.actions).toContain('PullMessages'));
    device.set(MOTION, 'IsMotion', 'true');
    await until(() => expect(device.actions).toContain('Renew'));
    await source.stop();
    for (const action of ['PullMessages', 'Renew', 'Unsubscribe']) {
      const [header] = /<s:Header>.*<\/s:Header>/.exec(requestsOf(device, action)[0]!.body)!;
      expect(header).toMatch(/<dom0:SubscriptionId xmlns:dom0="http:\/\/www.axis.com\/2009\/event"[^>]*>1386</);
      expect(header).toMatch(
        /<tns1:Extra xmlns:tns1="http:\/\/www.onvif.org\/ver10\/topics"[^>]* kind="&quot;">a&amp;b</,
      );
      expect(header.match(/IsReferenceParameter="true"/g)).toHaveLength(2);
    }
  });

  it('is renewed by a device that counts seconds instead of naming times, and one without a zone', async () => {
    const device = await deviceOf();
    for (const [times, renews] of [
      [
        '<tev:CurrentTime>2026-01-02T03:04:05.123456789</tev:CurrentTime><tev:TerminationTime>PT30S</tev:TerminationTime>',
        1,
      ],
      [
        '<tev:CurrentTime>2026-01-02T03:04:05+02:00</tev:CurrentTime><tev:TerminationTime>2026-01-02T01:14:05Z</tev:TerminationTime>',
        0,
      ],
    ] as const) {
      device.misbehave = replace('PullMessages', /<tev:CurrentTime>.*<\/tev:TerminationTime>/, times);
      const { source, connections, states } = watch(device);
      await until(() => expect(connections).toHaveLength(1));
      device.set(MOTION, 'IsMotion', 'true', 'S=1');
      await until(() => expect(states).toHaveLength(1));
      const count = (action: string): number => {
        const since = device.actions.lastIndexOf('CreatePullPointSubscription');
        return device.actions.slice(since).filter((each) => each === action).length;
      };
      await until(() => expect(count('PullMessages')).toBeGreaterThan(1));
      expect(count('Renew')).toBe(renews);
      await source.stop();
    }
  });

  it('goes on when the device answers Renew with a page', async () => {
    const device = await deviceOf({ subscriptionMs: 30_000 });
    device.misbehave = (action, response) => {
      if (action !== 'Renew') return false;
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>404</html>');
      return true;
    };
    const { connections, states, failures } = watch(device);
    await until(() => expect(connections).toHaveLength(1));
    device.set(MOTION, 'IsMotion', 'true', 'S=1');
    await until(() => expect(device.actions).toContain('Renew'));
    device.set(MOTION, 'IsMotion', 'false', 'S=1');
    await until(() => expect(states.at(-1)).toBe('Motion S=1,Rule=MyRule false'));
    expect({ failures, connections }).toEqual({ failures: [], connections: [true] });
  });
});

describe('notifications in one answer', () => {
  it('harm no other, and one that says nothing leaves nothing known of its topic', async () => {
    const device = await deviceOf();
    const { states, failures, connections } = watch(device);
    await until(() => expect(connections).toHaveLength(1));
    device.set(MOTION, 'IsMotion', 'true', 'S=1');
    device.set(MOTION, 'IsMotion', 'false', 'S=2');
    device.set('tns1:Device/Trigger/DigitalInput', 'LogicalState', 'true', 'I=1');
    await until(() => expect(states).toHaveLength(3));
    states.length = 0;
    const input = { topic: 'x:Device/Trigger/DigitalInput', source: 'I=1', item: 'LogicalState', operation: 'Changed' };
    device.send(
      `<wsnt:NotificationMessage><wsnt:Topic> ${MOTION} </wsnt:Topic></wsnt:NotificationMessage>${notification({ ...input, value: 'false', at: new Date() })}`,
    );
    await until(() =>
      expect(states).toEqual([
        'Motion S=1,Rule=MyRule unknown',
        'Motion S=2,Rule=MyRule unknown',
        'DigitalInput I=1,Rule=MyRule false',
      ]),
    );
    device.set(MOTION, 'IsMotion', 'true', 'S=1');
    await until(() => expect(states.at(-1)).toBe('Motion S=1,Rule=MyRule true'));
    expect({ failures, connections }).toEqual({ failures: [], connections: [true] });
  });
});

/** Changes the XML of an answer. */
const replace =
  (action: string, pattern: RegExp, by: string) =>
  (asked: string, response: ServerResponse): boolean => {
    if (asked === action) rewrite(response, (xml) => Buffer.from(xml.replace(pattern, by)));
    return false;
  };

/** Changes how an answer is written. */
const rewrite = (response: ServerResponse, how: (xml: string) => Buffer, contentType = 'text/xml'): void => {
  const head = response.writeHead.bind(response);
  const end = response.end.bind(response) as (bytes: Buffer) => ServerResponse;
  let status = 200;
  response.writeHead = ((given: number) => {
    status = given;
    return response;
  }) as ServerResponse['writeHead'];
  response.end = ((xml: string) => {
    head(status, { 'Content-Type': contentType });
    return end(how(xml));
  }) as ServerResponse['end'];
};

describe('a device that writes in its own way', () => {
  const multipart = (xml: string): Buffer =>
    Buffer.from(`--X\r\nContent-Type: application/xop+xml\r\nContent-ID: <r>\r\n\r\n${xml}\r\n--X--\r\n`);
  it.each([
    ['parts (MTOM)', multipart, 'multipart/related; boundary=X; type="application/xop+xml"; start="<r>"'],
    ['a byte order mark', (xml: string) => Buffer.from(`\ufeff${xml}`), 'application/soap+xml'],
    ['Latin-1', (xml: string) => Buffer.from(xml, 'latin1'), 'application/soap+xml; charset=ISO-8859-1'],
    ['a zero at the end', (xml: string) => Buffer.from(`${xml}\0`), 'application/soap+xml'],
  ])('with %s is read', async (_name, how, contentType) => {
    const device = await deviceOf();
    device.misbehave = (_action, response) => {
      rewrite(response, (xml) => how(xml.replace('cam-7', 'Küche')), contentType);
      return false;
    };
    const { hostname, mediaProfiles } = await getOnvifDevice(endpointOf(device), systemClock, 2000);
    expect(hostname?.hostname).toBe('Küche');
    expect(mediaProfiles).toHaveLength(2);
  });

  it('keeps its texts, whatever they look like', async () => {
    const device = await deviceOf();
    device.misbehave = replace('GetHostname', /cam-7/, '0012');
    expect((await getOnvifDevice(endpointOf(device), systemClock, 2000)).hostname?.hostname).toBe('0012');
  });
});

describe('what a device says no with', () => {
  const answerAll =
    (status: number, body: string, headers: Record<string, string> = {}) =>
    (action: string, response: ServerResponse): boolean => {
      if (action !== 'CreatePullPointSubscription') return false;
      response.writeHead(status, headers).end(body);
      return true;
    };
  const fault = (subcode: string, reason: string): string =>
    `<s:Envelope xmlns:s="u"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:${subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`;

  it.each([
    [
      'a fault with status 200',
      200,
      fault('MaxSubscriptions', 'Too many'),
      'OnvifFault',
      /fault: Too many \(MaxSubscriptions\)$/,
    ],
    ['a fault', 500, fault('MaxSubscriptions', 'Too many'), 'OnvifFault', /fault: Too many/],
    [
      'a refusal that repeats what it was sent',
      400,
      fault('NotAuthorized', 'User alice, word s3cret! locked'),
      'OnvifUnauthorized',
      /: User …, word … locked \(N/,
    ],
    ['a page', 404, '<html><body>Not found</body></html>', 'OnvifBadAnswer', /an HTML page \(HTTP status 404\)$/],
    ['nothing', 500, '', 'OnvifBadAnswer', /it is empty \(HTTP status 500\)$/],
    [
      'the half of it',
      200,
      '<s:Envelope xmlns:s="u"><s:Body>',
      'OnvifBadAnswer',
      /it breaks off after \d+ characters$/,
    ],
    [
      'an empty envelope',
      200,
      '<s:Envelope xmlns:s="u"><s:Body/></s:Envelope>',
      'OnvifBadAnswer',
      /its SOAP body is empty$/,
    ],
  ])('%s', async (_name, status, body, code, why) => {
    const device = await deviceOf();
    device.misbehave = answerAll(status, body);
    const { failures } = watch(device, { type: 'usernamePassword', username: 'alice', password: 's3cret!' });
    await until(() => expect(failures[0]).toMatchObject({ code }));
    expect(failures[0]!.message).toMatch(why);
  });

  it('an answer that ends too early, or is packed', async () => {
    const device = await deviceOf();
    device.misbehave = (_action, response) => {
      response.writeHead(200, { 'Content-Length': 5000 });
      response.write('<s:Envelope>', () => response.destroy());
      return true;
    };
    const torn = watch(device).failures;
    await until(() => expect(torn[0]).toMatchObject({ code: 'OnvifBadAnswer' }));
    expect(torn[0]!.message).toMatch(/it breaks off after 12 bytes$/);
    device.misbehave = (_action, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('\x1f\x8b');
      return true;
    };
    const packed = watch(device).failures;
    await until(() => expect(packed[0]?.message).toMatch(/refused: it is compressed \(gzip\)/));
  });
});

describe('who asks', () => {
  const user = { name: 'ünal', password: 'pä&<w' };
  const credentials = { type: 'usernamePassword', username: user.name, password: user.password } as const;

  it.each([[['MD5'] as const], [['MD5', 'SHA-256'] as const]])(
    'is shown by digest: the best of %s',
    async (digests) => {
      const device = await deviceOf({ user, auth: 'digest', digests });
      const { connections, failures } = watch(device, credentials);
      await until(() => expect(connections).toHaveLength(1));
      await until(() => expect(device.authorizations.length).toBeGreaterThan(2));
      for (const authorization of device.authorizations) {
        expect(authorization).toMatch(new RegExp(`^Digest .*algorithm=${digests.at(-1)}, qop=auth, nc=00000001`));
      }
      expect(device.authorizations.at(-1)).toContain('uri="/onvif/subscription/1"');
      expect(failures).toEqual([]);
    },
  );

  it('is not shown to a device that wants the password itself', async () => {
    const device = await deviceOf();
    device.misbehave = (_action, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="fake"' }).end();
      return true;
    };
    const { failures } = watch(device, credentials);
    await until(() => expect(failures[0]).toMatchObject({ code: 'OnvifUnauthorized' }));
    expect(device.authorizations).toEqual([]);
  });

  it('is shown to a device that tells the time to nobody else', async () => {
    const device = await deviceOf({ user });
    device.misbehave = (action, response, request) => {
      if (action !== 'GetSystemDateAndTime' || device.bodies.at(-1)?.includes('<Security')) return false;
      request.resume();
      response.writeHead(401).end();
      return true;
    };
    expect((await getOnvifDevice(endpointOf(device, credentials), systemClock, 2000)).hostname).toBeDefined();
    expect(requestsOf(device, 'GetSystemDateAndTime')).toHaveLength(2);
  });

  it('is told that a header cannot be sent, and nothing falls over', async () => {
    const device = await deviceOf();
    const { failures } = watch(device, { type: 'httpHeader', headerName: 'x y', headerValue: 'hush-hush' });
    await until(() => expect(failures[0]).toMatchObject({ code: 'OnvifUnreachable' }));
    expect(failures[0]!.message).not.toContain('hush');
  });
});

describe('a source that is stopped while its device is silent', () => {
  it('ends at once, whatever it was waiting for', async () => {
    for (const silent of ['GetSystemDateAndTime', 'GetServices', 'CreatePullPointSubscription']) {
      const device = await deviceOf();
      device.misbehave = (action) => action === silent || action === 'GetCapabilities';
      const { source } = watch(device);
      await until(() => expect(device.actions).toContain(silent));
      const began = Date.now();
      await source.stop();
      expect(Date.now() - began).toBeLessThan(1000);
    }
  });
});
