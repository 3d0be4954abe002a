import type { Clock } from '../core/clock.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { toIso } from '../core/time.js';
import { defined } from './defined.js';
import { OnvifDevice } from './device.js';
import { optional } from './errors.js';
import { mediaProfiles } from './media.js';
import type { OnvifMediaProfile } from './media-profile.js';
import { DEVICE, operation } from './soap-request.js';
import { systemTimeIn } from './system-time.js';
import { child, children, flagOf, textOf, type XmlElement } from './xml-tree.js';

/** As AVA's onvifDeviceGet gives it. What a device does not tell is left out. */
export interface OnvifDeviceDescription {
  hostname?: { fromDhcp?: boolean; hostname?: string };
  systemDateTime?: { type?: 'ntp' | 'manual'; time?: string; timeZone?: string };
  dns?: { fromDhcp?: boolean; ipv4Address: string[]; ipv6Address: string[] };
  mediaProfiles: OnvifMediaProfile[];
}

const GET_HOSTNAME = operation(DEVICE, 'GetHostname');
const GET_DNS = operation(DEVICE, 'GetDNS');

/** Asks a device what it is and what it streams. Throws an OnvifError. */
export const getOnvifDevice = async (
  endpoint: ResolvedEndpoint,
  clock: Clock,
  timeoutMs?: number,
): Promise<OnvifDeviceDescription> => {
  const device = new OnvifDevice({ endpoint, clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  try {
    await device.connect();
    const hostname = await optional(() => device.ask('device', GET_HOSTNAME));
    const dns = await optional(() => device.ask('device', GET_DNS));
    return {
      ...(hostname === undefined ? {} : { hostname: hostnameIn(hostname) }),
      ...(device.systemDateAndTime === undefined ? {} : { systemDateTime: dateTimeIn(device.systemDateAndTime) }),
      ...(dns === undefined ? {} : { dns: dnsIn(dns) }),
      mediaProfiles: await mediaProfiles(device),
    };
  } finally {
    device.close();
  }
};

const hostnameIn = (response: XmlElement): NonNullable<OnvifDeviceDescription['hostname']> => {
  const information = child(response, 'HostnameInformation');
  return defined({
    fromDhcp: flagOf(textOf(child(information, 'FromDHCP'))),
    hostname: textOf(child(information, 'Name')),
  });
};

const dnsIn = (response: XmlElement): NonNullable<OnvifDeviceDescription['dns']> => {
  const information = child(response, 'DNSInformation');
  const servers = [...children(information, 'DNSFromDHCP'), ...children(information, 'DNSManual')];
  const addresses = (name: string): string[] => servers.flatMap((server) => textOf(child(server, name)) ?? []);
  return {
    ...defined({ fromDhcp: flagOf(textOf(child(information, 'FromDHCP'))) }),
    ipv4Address: addresses('IPv4Address'),
    ipv6Address: addresses('IPv6Address'),
  };
};

const dateTimeIn = (response: XmlElement): NonNullable<OnvifDeviceDescription['systemDateTime']> => {
  const information = child(response, 'SystemDateAndTime');
  const type = textOf(child(information, 'DateTimeType'))?.toLowerCase();
  const time = systemTimeIn(response);
  return defined({
    type: type === 'ntp' || type === 'manual' ? type : undefined,
    time: time === undefined ? undefined : toIso(time),
    timeZone: textOf(child(information, 'TimeZone', 'TZ')),
  });
};
