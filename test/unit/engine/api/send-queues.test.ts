import { describe, expect, it } from 'vitest';
import { queuesIn, sendQueues } from '../../../../engine/api/send-queues.js';

/** Lines of the kernel's tables, as a machine has written them. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C35C 01 0025F3A0:00000000 01:00000014 00000000     0        0 2 2 0 20 4 30 10 -1
   2: 00000000000000000000000001000000:1F90 B80D0120000000000000000034120000:0050 01 00000010:00000000 00:00000000 00000000 0 0 3
   3: 0000000000000000FFFF00000A00000A:1F90 0000000000000000FFFF00000B00000A:0051 01 00000011:00000000 00:00000000 00000000 0 0 4
`;

describe("the system's send queues", () => {
  it('are read from its tables, IPv4 in the clothes of IPv6 too', () => {
    expect([...queuesIn(TABLE)]).toEqual([
      { key: '127.0.0.1 8080 0.0.0.0 0', bytes: 0 },
      { key: '127.0.0.1 8080 127.0.0.1 50012', bytes: 0x25f3a0 },
      { key: '::1 8080 2001:db8::1234 80', bytes: 16 },
      { key: '10.0.0.10 8080 10.0.0.11 81', bytes: 17 },
    ]);
    expect([...queuesIn('')]).toEqual([]);
  });

  it('of what is no TCP connection are unknown', async () => {
    expect(await sendQueues([{}, { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1' }])).toEqual(
      new Map(),
    );
  });
});
