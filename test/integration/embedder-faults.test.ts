import { describe, expect, it, onTestFinished } from 'vitest';
import type { Logger } from '../../engine/core/log.js';
import { openTestEngine } from '../kit/engine.js';

/** What would have ended the process. */
const fatal = (): unknown[] => {
  const seen: unknown[] = [];
  const see = (error: unknown) => seen.push(error);
  process.on('uncaughtException', see).on('unhandledRejection', see);
  onTestFinished(() => void process.off('uncaughtException', see).off('unhandledRejection', see));
  return seen;
};

const metric = async (text: Promise<string>, name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await text)?.[1]);

describe('an embedding program', () => {
  it('whose handlers throw or reject goes on, and learns of it', async () => {
    const test = await openTestEngine();
    onTestFinished(() => test.remove());
    const seen = fatal();
    const { engine } = test;
    const thrower = engine.events.subscribe({ since: 0 }, () => {
      throw new Error('thrown');
    });
    const rejecter = engine.events.subscribe({ since: 0 }, async () => {
      throw new Error('rejected');
    });
    expect(await thrower.ended).toMatchObject({ kind: 'failed', error: { message: 'thrown' }, seq: 1 });
    expect(await rejecter.ended).toMatchObject({ kind: 'failed', error: { message: 'rejected' } });
    await test.until(() => test.named('SubscriptionFailed').length === 2);
    expect(test.named('SubscriptionFailed').map(({ data }) => data['message'])).toEqual(['thrown', 'rejected']);
    expect(await metric(engine.metrics.text(), 'sluice_subscriptions_failed_total')).toBe(2);
    expect(engine.readiness().ready).toBe(true);
    expect(seen).toEqual([]);
  });

  it('is told of whatever fails in its functions, and only it', async () => {
    const told: unknown[] = [];
    const seen = fatal();
    const onError = (error: unknown, fault: object) => {
      told.push([(error as Error).message, fault]);
      throw new Error('and this fails as well');
    };
    const no = (what: string) => () => {
      throw new Error(what);
    };
    const ok = () => {};
    const log = { trace: ok, debug: ok, info: ok, warn: ok, error: no('log'), fatal: ok } as unknown as Logger;
    const test = await openTestEngine({ onError, log });
    onTestFinished(() => test.remove());
    const { events } = test.engine;
    const ends = events.subscribe({ since: 0, type: 'EngineStarted' }, no('ends'));
    const goesOn = events.subscribe({ since: 0, onError: no('mine') }, no('goes on'));
    expect(await ends.ended).toMatchObject({ kind: 'failed' });
    await test.until(() => test.named('SubscriptionFailed').length === 1);
    const faults = JSON.stringify(told);
    for (const [message, callback] of [
      ['ends', 'handler'],
      ['goes on', 'handler'],
      ['mine', 'onError'],
    ]) {
      expect(faults).toContain(JSON.stringify([message, { callback, seq: 1 }]));
    }
    expect(faults).toContain(JSON.stringify(['log', { callback: 'log' }]));
    expect(test.named('SubscriptionFailed')).toHaveLength(1);
    goesOn.close();
    expect(seen).toEqual([]);
  });

  it('whose logger throws is not stopped by it, and neither is the engine', async () => {
    const seen = fatal();
    const no = () => {
      throw new Error('the disk of the log is full');
    };
    const log = { trace: no, debug: no, info: no, warn: no, error: no, fatal: no, child: no } as unknown as Logger;
    const test = await openTestEngine({ log });
    onTestFinished(() => test.remove());
    test.engine.log.info('a line');
    test.engine.events.subscribe({ since: 0 }, () => {
      throw new Error('told in the log');
    });
    await test.until(() => test.named('SubscriptionFailed').length === 1);
    expect(await metric(test.engine.metrics.text(), 'sluice_log_lines_dropped_total')).toBeGreaterThanOrEqual(2);
    expect(seen).toEqual([]);
  });

  it('whose metric cannot be read still gets the others', async () => {
    const test = await openTestEngine();
    onTestFinished(() => test.remove());
    test.engine.metrics.readFrom({
      sockets: () => {
        throw new Error('no sockets here');
      },
    });
    const text = await test.engine.metrics.text();
    expect(text).toContain('# not available: no sockets here');
    expect(text).toMatch(/^sluice_event_log_last_seq \d/m);
  });
});
