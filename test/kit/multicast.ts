import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';

/** This machine's address on a network other than loopback. */
export const network = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Why no datagram to a group comes back on the network of this address; undefined if one does. */
export const noMulticast = async (address: string | undefined): Promise<string | undefined> => {
  if (address === undefined) return 'skipped: there is no network but loopback';
  const [listener, sender] = [1, 2].map(() => createSocket({ type: 'udp4', reuseAddr: true })) as [Socket, Socket];
  try {
    // A group and port of nobody, in the range for private use.
    listener.bind(0, '239.255.77.77');
    await once(listener, 'listening');
    listener.addMembership('239.255.77.77', address);
    sender.bind(0, address);
    await once(sender, 'listening');
    sender.setMulticastInterface(address);
    const heard = once(listener, 'message', { signal: AbortSignal.timeout(2000) });
    sender.send('here', listener.address().port, '239.255.77.77');
    await heard;
    return undefined;
  } catch (error) {
    return `skipped: no multicast on ${address}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    listener.close();
    sender.close();
  }
};
