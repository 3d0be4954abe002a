import { describe, expect, it } from 'vitest';
import { capabilitiesIn, servicesIn } from '../../../../engine/onvif/services.js';
import { signingTimeIn, systemTimeIn } from '../../../../engine/onvif/system-time.js';
import { parseXml } from '../../../../engine/onvif/xml-parse.js';

const service = (namespace: string, address: string): string =>
  `<Service><Namespace>http://www.onvif.org/${namespace}</Namespace><XAddr>${address}</XAddr></Service>`;

describe('services', () => {
  it('are known by their namespaces and taken to our host', () => {
    const services = servicesIn(
      parseXml(
        `<r>${service('ver10/device/wsdl', 'http://10.0.0.7/onvif/device')}${service('ver10/events/wsdl/', ' http://inner:8000/events?a=1&amp;b=2\n')}${service('ver10/media/wsdl', '')}${service('ver20/media/wsdl', 'http://10.0.0.7/media2')}${service('ver20/ptz/wsdl', 'http://10.0.0.7/ptz')}${service('ver10/events/wsdl', 'http://10.0.0.7/second')}<Service/></r>`,
      ),
    );
    expect([...services]).toEqual([
      ['device', '/onvif/device'],
      ['events', '/events?a=1&b=2'],
      ['media', undefined],
      ['media2', '/media2'],
    ]);
  });

  it('are read from capabilities too', () => {
    const capabilities = capabilitiesIn(
      parseXml(
        '<r><Capabilities><Device><XAddr>http://x/d</XAddr></Device><Events><XAddr>http://x/e?f</XAddr></Events></Capabilities></r>',
      ),
    );
    expect([...capabilities]).toEqual([
      ['device', '/d'],
      ['events', '/e?f'],
    ]);
  });
});

describe("a device's clock", () => {
  const clock = (name: string, hour: string): string =>
    `<${name}><Time><Hour>${hour}</Hour><Minute>4</Minute><Second>5</Second></Time><Date><Year>2026</Year><Month>1</Month><Day>2</Day></Date></${name}>`;
  const times = (inside: string) => {
    const response = parseXml(`<r><SystemDateAndTime>${inside}</SystemDateAndTime></r>`);
    return [systemTimeIn(response), signingTimeIn(response)];
  };

  it('is its UTC, and for signatures its local time if it gives no other', () => {
    const three = 1_767_323_045_000_000;
    expect(times(clock('LocalDateTime', '5') + clock('UTCDateTime', '3'))).toEqual([three, three]);
    expect(times(clock('LocalDateTime', '3'))).toEqual([undefined, three]);
    expect(times(clock('UTCDateTime', '99'))).toEqual([undefined, undefined]);
    expect(times('')).toEqual([undefined, undefined]);
  });
});
