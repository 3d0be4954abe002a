import { localPathOf } from './local-path.js';
import { DEVICE, EVENTS, MEDIA, MEDIA_2, operation } from './soap-request.js';
import { child, children, textOf, type XmlElement } from './xml-tree.js';

export type Service = 'device' | 'events' | 'media' | 'media2';

/** Where services are; undefined: the device has it and gives no usable address. */
export type Services = ReadonlyMap<Service, string | undefined>;

const NAMESPACES: ReadonlyMap<string, Service> = new Map([
  [DEVICE, 'device'],
  [EVENTS, 'events'],
  [MEDIA, 'media'],
  [MEDIA_2, 'media2'],
]);

export const GET_SERVICES = operation(DEVICE, 'GetServices', '<IncludeCapability>false</IncludeCapability>');
/** For devices from before GetServices. */
export const GET_CAPABILITIES = operation(DEVICE, 'GetCapabilities', '<Category>All</Category>');

export const servicesIn = (response: XmlElement): Services => {
  const services = new Map<Service, string | undefined>();
  for (const each of children(response, 'Service')) {
    const service = NAMESPACES.get(textOf(child(each, 'Namespace'))?.replace(/\/$/, '') ?? '');
    if (service && !services.has(service)) services.set(service, localPathOf(textOf(child(each, 'XAddr'))));
  }
  return services;
};

export const capabilitiesIn = (response: XmlElement): Services => {
  const services = new Map<Service, string | undefined>();
  for (const [name, service] of [
    ['Device', 'device'],
    ['Events', 'events'],
    ['Media', 'media'],
  ] as const) {
    const capability = child(response, 'Capabilities', name);
    if (capability) services.set(service, localPathOf(textOf(child(capability, 'XAddr'))));
  }
  return services;
};
