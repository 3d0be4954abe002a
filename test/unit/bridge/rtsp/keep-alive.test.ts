import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeepAliveMethod } from '../../../../bridge/failure.js';
import { ProbeFailure } from '../../../../bridge/rtsp/failures.js';
import { KeepAlive } from '../../../../bridge/rtsp/keep-alive.js';
import type { Response } from '../../../../bridge/rtsp/message.js';

const answer = (status: number, headers: Record<string, string> = {}): Response => ({
  ...{ kind: 'response', protocol: 'RTSP', status, reason: '', body: '' },
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
});
const PUBLIC = answer(200, { public: 'OPTIONS, DESCRIBE, GET_PARAMETER' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is asked when, in seconds from the start; `silent` to what is not answered. */
const asked = async (
  timeoutMs: number,
  forMs: number,
  answers: (method: string) => Response | 'silent' | ProbeFailure,
  unwelcome: readonly KeepAliveMethod[] = [],
) => {
  const log: string[] = [];
  const failures: string[] = [];
  const start = performance.now();
  const alive = new KeepAlive(
    async (method, limitMs) => {
      log.push(`${((performance.now() - start) / 1000).toFixed(1)} ${method}`);
      const given = answers(method);
      if (given === 'silent') {
        await new Promise((resolve) => setTimeout(resolve, limitMs));
        throw new ProbeFailure('network', 'timeout', 'silent', { slowAt: 'answer' });
      }
      if (given instanceof ProbeFailure) throw given;
      return given;
    },
    ({ failure }) => failures.push(failure.code),
    unwelcome,
  );
  alive.start(timeoutMs);
  await vi.advanceTimersByTimeAsync(forMs);
  alive.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  return { log, failures };
};

describe('keeping a session alive', () => {
  it('asks soon what the camera has, and then at half of its time', async () => {
    const { log } = await asked(10_000, 17_000, () => PUBLIC);
    expect(log).toEqual(['1.0 OPTIONS', '6.0 GET_PARAMETER', '11.0 GET_PARAMETER', '16.0 GET_PARAMETER']);
  });

  it('goes on with OPTIONS where there is nothing else', async () => {
    expect((await asked(60_000, 62_000, () => answer(200))).log).toEqual([
      '1.0 OPTIONS',
      '31.0 OPTIONS',
      '61.0 OPTIONS',
    ]);
    const refused = await asked(10_000, 12_000, (method) => (method === 'OPTIONS' ? PUBLIC : answer(501)));
    expect(refused.log).toEqual(['1.0 OPTIONS', '6.0 GET_PARAMETER', '6.0 OPTIONS', '11.0 OPTIONS']);
  });

  it('asks in another way before the time is over when there is no answer', async () => {
    const { log, failures } = await asked(10_000, 14_000, (method) => (method === 'OPTIONS' ? PUBLIC : 'silent'));
    expect(log).toEqual(['1.0 OPTIONS', '6.0 GET_PARAMETER', '8.5 OPTIONS', '13.5 OPTIONS']);
    expect(failures).toEqual([]);
  });

  it.each([
    [400, 500],
    [3_600_000, 30_000],
  ])('keeps to bounds: a session of %i ms is told every %i ms', async (timeoutMs, everyMs) => {
    const { log } = await asked(timeoutMs, 3 * everyMs + 1100, () => answer(200));
    const times = log.map((each) => Number(each.split(' ')[0]));
    expect(Math.round((times[2]! - times[1]!) * 1000)).toBe(everyMs);
  });

  it.each<[KeepAliveMethod[], string[]]>([
    [['OPTIONS'], ['1.0 GET_PARAMETER', '6.0 GET_PARAMETER', '11.0 GET_PARAMETER']],
    [['GET_PARAMETER'], ['1.0 OPTIONS', '6.0 OPTIONS', '11.0 OPTIONS']],
    [['GET_PARAMETER', 'OPTIONS'], []],
  ])('does without %j where that is not welcome', async (unwelcome, log) => {
    expect((await asked(10_000, 12_000, () => PUBLIC, unwelcome)).log).toEqual(log);
    expect((await asked(10_000, 12_000, () => answer(501), unwelcome)).log).toEqual(log);
  });

  it('goes on with GET_PARAMETER where OPTIONS is refused or not answered', async () => {
    for (const [given, second] of [
      [answer(405), '1.0 GET_PARAMETER'],
      [new ProbeFailure('protocol', '454', 'gone'), '1.0 GET_PARAMETER'],
      ['silent', '3.5 GET_PARAMETER'],
    ] as const) {
      const { log, failures } = await asked(10_000, 9000, (method) => (method === 'OPTIONS' ? given : PUBLIC));
      expect(log).toEqual(['1.0 OPTIONS', second, expect.stringMatching(/^[68]\.[05] GET_PARAMETER$/)]);
      expect(failures).toEqual([]);
    }
  });

  it('keeps asking a camera that refuses or answers nothing', async () => {
    for (const given of [answer(405), 'silent'] as const) {
      const { log, failures } = await asked(10_000, 60_000, () => given);
      expect(log.filter((each) => each.endsWith('GET_PARAMETER'))).toHaveLength(1);
      expect(log.length).toBeGreaterThan(10);
      expect(failures).toEqual([]);
    }
  });

  it('ends with a session that is unknown in both ways', async () => {
    const gone = new ProbeFailure('protocol', '454', 'gone');
    const { log, failures } = await asked(10_000, 30_000, () => gone);
    expect([log, failures]).toEqual([['1.0 OPTIONS', '1.0 GET_PARAMETER'], ['454']]);
    let known = true;
    const later = await asked(10_000, 30_000, (method) => {
      if (method === 'GET_PARAMETER') known = false;
      return known ? PUBLIC : gone;
    });
    expect(later.log).toEqual(['1.0 OPTIONS', '6.0 GET_PARAMETER', '6.0 OPTIONS']);
    expect(later.failures).toEqual(['454']);
  });

  it('ends with the first other failure', async () => {
    const { log, failures } = await asked(10_000, 30_000, () => new ProbeFailure('network', 'closed', 'gone'));
    expect([log.length, failures]).toEqual([1, ['closed']]);
  });
});
