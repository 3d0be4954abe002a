import { describe, expect, it } from 'vitest';
import { type Subscription, subscriptionIn } from '../../../../engine/onvif/subscription.js';
import { parseXml } from '../../../../engine/onvif/xml-parse.js';
import { attributeOf, children, textOf } from '../../../../engine/onvif/xml-tree.js';

const WSA = 'http://www.w3.org/2005/08/addressing';

const read = (reference: string, envelope = ''): Subscription =>
  subscriptionIn(
    parseXml(
      `<r xmlns:wsa="${WSA}" xmlns:dom0="urn:axis" ${envelope}><SubscriptionReference>${reference}</SubscriptionReference></r>`,
    ),
    '/onvif/events',
  );
const addressed = (address: string): Subscription => read(`<wsa:Address>${address}</wsa:Address>`);
const headersIn = ({ headers }: Subscription) => children(parseXml(`<h>${headers}</h>`));

describe('the address of a subscription', () => {
  it.each([
    ['http://10.0.0.7:8080/onvif/sub', '/onvif/sub'],
    ['http://10.0.0.7/onvif/sub?a=1&amp;idx=2', '/onvif/sub?a=1&idx=2'],
    ['\n https://device.local/s?x=%20y#z\n', '/s?x=%20y'],
    ['HTTP://[2001:db8::1]:81/a b', '/a%20b'],
    ['http://10.0.0.7', '/'],
    ['http://user:word@10.0.0.7/sub', '/sub'],
  ])('%s gives %s on our host, and goes back as it is', (address, path) => {
    const subscription = addressed(address);
    expect(subscription.path).toBe(path);
    const [to] = headersIn(subscription);
    expect([to?.name, textOf(to)]).toEqual(['To', address.trim().replace('&amp;', '&')]);
  });

  it.each([
    '',
    ' ',
    'urn:uuid:5f5a69c2-e0ae-504f-829b-28f366d8f9a2',
    '/onvif/sub?idx=1',
    'onvif/sub',
    '//10.0.0.7/sub',
    'http://',
    'http://[nonsense/sub',
    'http:/10.0.0.7/sub',
    'ftp://10.0.0.7/sub',
    'file:///etc/passwd',
    'javascript:alert(1)',
    `http://10.0.0.7/${'x'.repeat(1100)}`,
  ])('%s is not used: the event service has all subscriptions', (address) => {
    expect(addressed(address)).toEqual({ path: '/onvif/events', headers: '' });
  });

  it('may be missing', () => {
    expect(read('')).toEqual({ path: '/onvif/events', headers: '' });
    expect(subscriptionIn(parseXml('<r/>'), '/e')).toEqual({ path: '/e', headers: '' });
  });
});

describe('reference parameters', () => {
  it('go back as headers, with their namespaces, marked as what they are', () => {
    const subscription = read(
      `<wsa:Address/><wsa:ReferenceParameters><dom0:SubscriptionId>12</dom0:SubscriptionId><Plain xmlns="urn:p" wsa:IsReferenceParameter="true" t:type="dom0:Id" xmlns:t="urn:t"><Deep>a &lt; b</Deep></Plain></wsa:ReferenceParameters>`,
      'xmlns:never="urn:never"',
    );
    expect(subscription.path).toBe('/onvif/events');
    const [id, plain] = headersIn(subscription);
    expect([id?.name, textOf(id), attributeOf(id, 'IsReferenceParameter')]).toEqual(['SubscriptionId', '12', 'true']);
    expect(id?.declarations).toEqual({ dom0: 'urn:axis', sluice: WSA });
    expect(plain?.declarations).toMatchObject({ '': 'urn:p', dom0: 'urn:axis', t: 'urn:t' });
    expect(plain?.attributes).toEqual([
      { name: 'IsReferenceParameter', prefix: 'sluice', value: 'true' },
      { name: 'type', prefix: 't', value: 'dom0:Id' },
    ]);
    expect(textOf(children(plain)[0])).toBe('a < b');
    expect(subscription.headers).not.toContain('never');
  });

  it('keep the namespace that holds where they stand', () => {
    const [id] = headersIn(read('<ReferenceParameters><Id>1</Id></ReferenceParameters>', 'xmlns="urn:default"'));
    expect(id?.declarations['']).toBe('urn:default');
  });

  it('are not sent back without end', () => {
    const refer = (parameters: string, envelope = ''): Subscription =>
      read(`<ReferenceParameters>${parameters}</ReferenceParameters>`, envelope);
    expect(() => refer(`<Id>${'x'.repeat(9_000)}</Id>`)).toThrow(/refused: it wants too long a header back/);
    expect(() => refer('<Id/>'.repeat(17))).toThrow(/refused: it wants 17 headers back with every request$/);
    expect(() => refer('<Id/>', `xmlns="${'u'.repeat(9_000)}"`)).toThrow(/too long a header/);
    const prefixes = Array.from({ length: 19_000 }, (_, n) => `xmlns:p${n}="u"`).join(' ');
    const began = performance.now();
    expect(headersIn(refer(`<Id>${'x'.repeat(8_000)}</Id>`.repeat(16), prefixes))).toHaveLength(16);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
