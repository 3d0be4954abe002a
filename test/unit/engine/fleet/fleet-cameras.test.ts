import { expect, it } from 'vitest';
import { SluiceError } from '../../../../engine/core/errors.js';
import type { Fleet } from '../../../../engine/fleet/fleet.js';
import { FleetCameras } from '../../../../engine/fleet/fleet-cameras.js';
import { FakeClock, settle } from '../../../kit/fake-clock.js';

const camera = (name: string) => ({
  name,
  pipelines: [name],
  connected: true,
  recording: true,
  scene: { motion: true },
});

it('knows how the cameras of all engines are, and of those whose engine is away that nobody sees what is there', async () => {
  const clock = new FakeClock();
  const world = { second: [camera('b')] as unknown[] | undefined };
  const listeners: Array<() => void> = [];
  const engines = [
    { engine: 1, ask: async () => [camera('a')] },
    {
      engine: 2,
      ask: async () => {
        if (world.second) return world.second;
        throw new SluiceError('EngineAway', 'away', { kind: 'unavailable' });
      },
    },
  ];
  const cameras = new FleetCameras({
    fleet: { engines } as unknown as Fleet,
    journal: {
      onAppended: (listener) => {
        listeners.push(() => listener(0));
        return () => {};
      },
    },
    clock,
  });
  await cameras.start();
  expect(cameras.list().map(({ name }) => name)).toEqual(['a', 'b']);

  world.second = [camera('b'), camera('c')];
  listeners[0]?.();
  clock.advance(20);
  await settle();
  expect(cameras.list()).toHaveLength(3);

  world.second = undefined;
  clock.advance(1000);
  await settle();
  expect(cameras.list().slice(1)).toMatchObject(
    ['b', 'c'].map((name) => ({ name, connected: false, recording: false, scene: { motion: 'unknown' } })),
  );
  cameras.stop();
});
