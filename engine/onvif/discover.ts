import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Micros } from '../core/time.js';
import { answerText } from './answer-text.js';
import { parseXml } from './xml-parse.js';
import { child, children, textOf, type XmlElement } from './xml-tree.js';

/** As AVA's onvifDeviceDiscover gives it. */
export interface DiscoveredOnvifDevice {
  serviceIdentifier: string;
  remoteIPAddress: string;
  scopes: string[];
  endpoints: string[];
}

export interface DiscoverOptions {
  duration: Micros;
  clock: Clock;
  /** This machine's addresses on the networks to ask. Default: all of IPv4 but loopback. */
  addresses?: readonly string[];
  /** For tests: where probes go, instead of to everybody. */
  target?: { address: string; port: number };
}

const GROUP = { address: '239.255.255.250', port: 3702 };
/** AVA's limit. */
const MAX_DEVICES = 200;
const MAX_ANSWERS = 2_000;
/** UDP is lost now and then. */
const REPEAT_AFTER_MS = [0, 400, 1200];
const MAX_LIST = 100;

/**
 * WS-Discovery: asks every network that this machine is on, and gathers answers for as long as it is told.
 *
 * @throws SluiceError `OnvifDiscoveryFailed` if no probe could be sent.
 */
export const discoverOnvifDevices = async (options: DiscoverOptions): Promise<DiscoveredOnvifDevice[]> => {
  const { clock, duration } = options;
  const target = options.target ?? GROUP;
  const id = `urn:uuid:${randomUUID()}`;
  const probe = Buffer.from(probeOf(id));
  const devices = new Map<string, DiscoveredOnvifDevice>();
  let answers = 0;
  const take = (message: Buffer, address: string): void => {
    if (++answers > MAX_ANSWERS) return;
    for (const device of readMatches(message, id, address)) {
      if (devices.size < MAX_DEVICES && !devices.has(device.serviceIdentifier)) {
        devices.set(device.serviceIdentifier, device);
      }
    }
  };

  const sockets: Socket[] = [];
  const timers: CancelTimer[] = [];
  let sent = 0;
  let failure: unknown;
  try {
    for (const address of options.target ? ['0.0.0.0'] : (options.addresses ?? ownAddresses())) {
      const socket = createSocket({ type: 'udp4', reuseAddr: true });
      sockets.push(socket);
      socket.on('error', (error) => {
        failure = error;
      });
      socket.on('message', (message, from) => take(message, from.address));
      const send = (): void =>
        socket.send(probe, target.port, target.address, (error) => {
          if (error) failure = error;
          else sent++;
        });
      socket.bind(0, address, () => {
        try {
          if (!options.target) socket.setMulticastInterface(address);
        } catch (thrown) {
          failure = thrown;
          return;
        }
        for (const delayMs of REPEAT_AFTER_MS) timers.push(clock.after(delayMs, send));
      });
    }
    await new Promise<void>((resolve) => clock.after(duration / 1000, resolve));
  } finally {
    for (const cancel of timers) cancel();
    for (const socket of sockets) closeSocket(socket);
  }
  if (sent === 0) {
    const why = failure === undefined ? 'there is no network' : messageOf(failure);
    throw new SluiceError('OnvifDiscoveryFailed', `no probe could be sent: ${why}`, { kind: 'unavailable' });
  }
  return [...devices.values()];
};

const closeSocket = (socket: Socket): void => {
  try {
    socket.close();
  } catch {
    // It failed to bind and is closed already.
  }
};

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);

const probeOf = (id: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>${id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>
<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>
</e:Envelope>`;

/** The devices in an answer; none if it is not one to our probe. Never throws. */
const readMatches = (message: Buffer, id: string, address: string): DiscoveredOnvifDevice[] => {
  let root: XmlElement;
  try {
    const xml = answerText(message, undefined);
    // Every answer names the probe that it is for; what does not is somebody else's talk.
    if (!xml.includes(id)) return [];
    root = parseXml(xml);
  } catch {
    return [];
  }
  const matches = children(child(root, 'Body', 'ProbeMatches'), 'ProbeMatch').slice(0, MAX_DEVICES);
  return matches.flatMap((match) => {
    const serviceIdentifier = textOf(child(match, 'EndpointReference', 'Address'));
    if (serviceIdentifier === undefined) return [];
    return [
      {
        serviceIdentifier,
        remoteIPAddress: address,
        scopes: wordsIn(child(match, 'Scopes')),
        endpoints: wordsIn(child(match, 'XAddrs')),
      },
    ];
  });
};

const wordsIn = (list: XmlElement | undefined): string[] =>
  (textOf(list) ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_LIST);
