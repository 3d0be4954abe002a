import { expect, it } from 'vitest';
import { ServiceManager } from '../../../../engine/cli/service-manager.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const rig = (env: NodeJS.ProcessEnv) => {
  const clock = new FakeClock();
  const sent: string[] = [];
  const warned: string[] = [];
  const state = { well: true, fails: false };
  const manager = new ServiceManager(
    {
      clock,
      log: { warn: (...said: unknown[]) => void warned.push(said.map(String).join(' ')) },
      isWell: () => state.well,
      send: async (what, socket) => {
        if (state.fails) throw new Error('ENOENT');
        sent.push(`${what} ${socket}`);
      },
    },
    env,
  );
  return { clock, sent, warned, state, manager };
};

it('tells nobody anything who does not ask', async () => {
  const { clock, sent, manager } = rig({ WATCHDOG_USEC: '3000000' });
  manager.ready();
  await clock.run(10_000);
  manager.stopping();
  await manager.end();
  expect(sent).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

it('says when the engine is ready, well and ending, and keeps it from processes that are started', async () => {
  const env = {
    NOTIFY_SOCKET: '/run/notify',
    WATCHDOG_USEC: '3000000',
    WATCHDOG_PID: String(process.pid),
    PATH: '/bin',
  };
  const { clock, sent, state, manager } = rig(env);
  expect(Object.keys(env)).toEqual(['PATH']);
  manager.ready();
  await clock.run(2_500);
  expect(sent).toEqual(['READY=1 /run/notify', 'WATCHDOG=1 /run/notify', 'WATCHDOG=1 /run/notify']);
  state.well = false;
  await clock.run(5_000);
  expect(sent).toHaveLength(3);
  state.well = true;
  await clock.run(1_000);
  manager.stopping();
  // Clips are finished under the watchdog's eye.
  await clock.run(1_000);
  await manager.end();
  expect(sent.slice(3).map((each) => each.split(' ')[0])).toEqual(['WATCHDOG=1', 'STOPPING=1', 'WATCHDOG=1']);
  expect(clock.pendingTimers).toBe(0);
});

it('sends no beats that nobody waits for, and says once that nothing can be sent', async () => {
  const { clock, sent, manager } = rig({ NOTIFY_SOCKET: '@abstract', WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' });
  manager.ready();
  await clock.run(5_000);
  expect(sent).toEqual(['READY=1 @abstract']);
  const broken = rig({ NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '3000000' });
  broken.state.fails = true;
  broken.manager.ready();
  await broken.clock.run(5_000);
  expect(broken.warned).toHaveLength(1);
  expect(broken.warned[0]).toMatch(/READY=1.*ENOENT/);
  await broken.manager.end();
});
