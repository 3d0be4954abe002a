import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CameraSockets } from '../../../../bridge/child/camera-sockets.js';
import type { FromHost } from '../../../../bridge/hosts/protocol.js';

const rig = () => {
  const sent: FromHost[] = [];
  return { sent, sockets: new CameraSockets((message) => sent.push(message)) };
};

describe('connections from the engine', () => {
  it('are given to whoever asked, in any order', async () => {
    const { sent, sockets } = rig();
    const [first, second] = [sockets.connect(5), sockets.connect(6)];
    expect(sent).toEqual([
      { type: 'connect', run: 5, request: 1 },
      { type: 'connect', run: 6, request: 2 },
    ]);
    const [one, two] = [new Socket(), new Socket()];
    sockets.onAnswer({ type: 'connected', request: 2 }, two);
    sockets.onAnswer({ type: 'connected', request: 1 }, one);
    expect([(await first) === one, (await second) === two]).toEqual([true, true]);
    // Nobody listens yet, and it must not end the process.
    one.destroy(new Error('cut'));
    await new Promise((resolve) => one.once('close', resolve));
  });

  it('that cannot be made say why', async () => {
    const { sockets } = rig();
    const asked = sockets.connect(1);
    const failure = { kind: 'network', code: 'ECONNREFUSED', message: 'refused' } as const;
    sockets.onAnswer({ type: 'notConnected', request: 1, failure }, undefined);
    await expect(asked).rejects.toMatchObject({ failure });
    const lost = sockets.connect(1);
    sockets.onAnswer({ type: 'connected', request: 2 }, undefined);
    await expect(lost).rejects.toMatchObject({ failure: { kind: 'network' } });
  });
});
