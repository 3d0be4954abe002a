import { readFile } from 'node:fs/promises';
import type { EventPeer } from './event-peer.js';

type Connection = EventPeer['connection'];

/** The kernel's tables of TCP connections in this network namespace (Linux). */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * Bytes in the system's queue of each connection that its peer's system has not acknowledged. Connections that the
 * system does not list are left out: those that are no TCP connections, and all where there is no such list.
 */
export const sendQueues = async <C extends Connection>(connections: readonly C[]): Promise<Map<C, number>> => {
  const wanted = new Map<string, C>();
  for (const each of connections) {
    const key = keyOf(each);
    if (key !== undefined) wanted.set(key, each);
  }
  const found = new Map<C, number>();
  if (wanted.size === 0) return found;
  for (const table of TABLES) {
    const text = await readFile(table, 'latin1').catch(() => '');
    for (const { key, bytes } of queuesIn(text)) {
      const connection = wanted.get(key);
      if (connection !== undefined) found.set(connection, bytes);
    }
  }
  return found;
};

const keyOf = ({ localAddress, localPort, remoteAddress, remotePort }: Connection): string | undefined => {
  if (localAddress === undefined || remoteAddress === undefined || !localPort || !remotePort) return undefined;
  return `${canonical(localAddress)} ${localPort} ${canonical(remoteAddress)} ${remotePort}`;
};

const ENDS = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/;

/** The connections of a table, with keys as above. */
export function* queuesIn(table: string): Generator<{ key: string; bytes: number }> {
  for (const line of table.split('\n')) {
    const [, local, localPort, remote, remotePort, queue] = ENDS.exec(line) ?? [];
    if (!local || !localPort || !remote || !remotePort || !queue) continue;
    const key = `${addressOf(local)} ${hex(localPort)} ${addressOf(remote)} ${hex(remotePort)}`;
    yield { key, bytes: hex(queue) };
  }
}

const hex = (digits: string): number => Number.parseInt(digits, 16);

/** The kernel writes addresses as 32-bit words in the order of bytes of the machine, which is little-endian wherever we run. */
const addressOf = (words: string): string => {
  const bytes = [...Buffer.from(words, 'hex')];
  const ordered = bytes.map((_, index) => bytes[(index & ~3) + 3 - (index & 3)] ?? 0);
  if (ordered.length === 4) return ordered.join('.');
  const groups = Array.from({ length: 8 }, (_, n) => ((ordered[2 * n]! << 8) | ordered[2 * n + 1]!).toString(16));
  return canonical(groups.join(':'));
};

/** One spelling for each address; an IPv4 address in IPv6's clothes is one of IPv4, which it is for its peer. */
const canonical = (address: string): string => {
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%', 1);
  const text = URL.canParse(`http://[${plain}]`) ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text);
  if (!mapped) return text;
  const [high, low] = [hex(mapped[1]!), hex(mapped[2]!)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
};
