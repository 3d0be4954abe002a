import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../engine/core/clock.js';
import { onvifMethods } from '../../engine/onvif/methods.js';
import { DISCOVERY, FakeOnvifDevice } from '../kit/fake-onvif-device.js';
import { network, noMulticast } from '../kit/multicast.js';

const loopbackMissing = await noMulticast('127.0.0.1');
const networkMissing = await noMulticast(network);
for (const why of [loopbackMissing, networkMissing]) if (why) console.warn(why);

interface Found {
  serviceIdentifier: string;
  remoteIPAddress: string;
}

describe('onvifDeviceDiscover over multicast', () => {
  const devices: FakeOnvifDevice[] = [];
  afterEach(async () => {
    for (const device of devices.splice(0)) await device.close();
  });

  const join = async (address: string): Promise<string> => {
    const device = await FakeOnvifDevice.start();
    devices.push(device);
    await device.joinDiscovery(address);
    return `urn:uuid:fake-${device.port}`;
  };

  const discover = async (addresses?: string[]): Promise<Found[]> => {
    const methods = onvifMethods({ clock: systemClock, discover: addresses ? { addresses } : {} });
    const { status, payload } = await methods.onvifDeviceDiscover({ discoveryDuration: 'PT2S' });
    expect(status).toBe(200);
    return (payload as { value: Found[] }).value;
  };

  it.skipIf(loopbackMissing)('one probe reaches every device that is in the group, and nobody else', async () => {
    const present = [await join('127.0.0.1'), await join('127.0.0.1')];
    const elsewhere = await FakeOnvifDevice.start();
    devices.push(elsewhere);
    await elsewhere.answerProbes();
    const found = await discover(['127.0.0.1']);
    const ours = found.filter(({ serviceIdentifier }) => serviceIdentifier.startsWith('urn:uuid:fake-'));
    expect(ours.map(({ serviceIdentifier }) => serviceIdentifier).sort()).toEqual(present.sort());
    expect(ours.map(({ remoteIPAddress }) => remoteIPAddress)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it.skipIf(networkMissing)('every network of the machine is asked, without being told which there are', async () => {
    const device = await join(network!);
    const found = await discover();
    expect(found).toContainEqual(expect.objectContaining({ serviceIdentifier: device, remoteIPAddress: network }));
  });

  it.skipIf(loopbackMissing)('a device that leaves the group is not found any more', async () => {
    const device = await join('127.0.0.1');
    expect((await discover(['127.0.0.1'])).map(({ serviceIdentifier }) => serviceIdentifier)).toContain(device);
    await devices[0]!.close();
    expect((await discover(['127.0.0.1'])).map(({ serviceIdentifier }) => serviceIdentifier)).not.toContain(device);
  });

  it.skipIf(loopbackMissing)('other talk on the group is not taken for devices', async () => {
    const listener = createSocket({ type: 'udp4', reuseAddr: true });
    listener.bind(DISCOVERY.port, DISCOVERY.address);
    await once(listener, 'listening');
    listener.addMembership(DISCOVERY.address, '127.0.0.1');
    let probes = 0;
    listener.on('message', (message, from) => {
      probes++;
      expect(message.toString()).toContain('NetworkVideoTransmitter');
      listener.send(message, from.port, from.address);
    });
    const found = await discover(['127.0.0.1']);
    listener.close();
    expect(probes).toBeGreaterThanOrEqual(2);
    expect(found.filter(({ serviceIdentifier }) => serviceIdentifier.startsWith('urn:uuid:fake-'))).toEqual([]);
  });
});
