import { describe, expect, it } from 'vitest';
import type { Sign } from '../../../../bench/chaos/telling.js';
import { disturbed, type Evidence, shows } from '../../../../bench/chaos/witness.js';
import { AvaEvent } from '../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../engine/events/types.js';

const metric = (value: number) => [{ name: 'm', labels: { role: 'decode' }, value }];
const event = (subject: string): EventRecord => ({
  ...{ seq: 1, id: 'i', topic: '', eventTime: '', dataVersion: '1.0', data: {} },
  eventType: AvaEvent.NetworkError,
  subject,
});
const now = (more: Partial<Evidence> = {}): Evidence => ({
  metrics: metric(5),
  checks: {},
  events: [],
  log: '',
  ...more,
});
const before = { metrics: metric(5), last: 0, logLength: 0 };

describe('a sign', () => {
  it.each<[when: (Sign & { by: 'metric' })['when'], value: number, shown: boolean]>([
    ['rises', 6, true],
    ['rises', 5, false],
    ['falls', 4, true],
    ['falls', 5, false],
    [{ risesBy: 2 }, 7, true],
    [{ risesBy: 2 }, 6, false],
    [{ atMost: 5 }, 5, true],
    [{ atMost: 4 }, 5, false],
  ])('of a metric that %o shows at %d: %s', (when, value, shown) => {
    const sign: Sign = { by: 'metric', name: 'm', labels: { role: 'decode' }, when };
    expect(shows(sign, before, now({ metrics: metric(value) }))).toBe(shown);
  });

  it('of a metric does not show where there is no answer', () => {
    expect(shows({ by: 'metric', name: 'm', when: { atMost: 9 } }, before, now({ metrics: [] }))).toBe(false);
  });

  it('of a metric of the camera is not one of another camera', () => {
    const sign: Sign = { by: 'metric', name: 'm', ofCamera: true, when: 'rises' };
    const metrics = [{ name: 'm', labels: { camera: 'a' }, value: 6 }];
    expect(shows(sign, { ...before, metrics: [] }, now({ metrics }), { camera: 'a' })).toBe(true);
    expect(shows(sign, { ...before, metrics: [] }, now({ metrics }), { camera: 'b' })).toBe(false);
  });

  it('by an event is one of the pipelines that were hit, or of none', () => {
    const sign: Sign = { by: 'event', type: AvaEvent.NetworkError };
    const shown = (subject: string) => shows(sign, before, now({ events: [event(subject)] }), { pipelines: ['p'] });
    expect(shown('/edgeModules/m/livePipelines/p/sources/s')).toBe(true);
    expect(shown('/edgeModules/m/livePipelines/other/sources/s')).toBe(false);
    expect(shown('/edgeModules/m')).toBe(true);
    expect(shows(sign, before, now())).toBe(false);
  });

  it('by the readiness is a check that is not ok', () => {
    const sign: Sign = { by: 'readiness', check: 'eventLog' };
    expect(shows(sign, before, now({ checks: { eventLog: 'SQLITE_FULL' } }))).toBe(true);
    expect(shows(sign, before, now({ checks: { eventLog: 'ok', pipelines: 'bad' } }))).toBe(false);
  });

  it('by the log is a text in it', () => {
    expect(shows({ by: 'log', text: 'not applied' }, before, now({ log: 'x was not applied: y' }))).toBe(true);
    expect(shows({ by: 'log', text: 'not applied' }, before, now())).toBe(false);
  });
});

it('other pipelines are disturbed by events about their cameras, and only by those', () => {
  const own = event('/edgeModules/m/livePipelines/p/sources/s');
  const other = event('/edgeModules/m/livePipelines/other/sources/s');
  const engine = event('/edgeModules/m');
  const motion = { ...other, eventType: AvaEvent.Inference };
  expect(disturbed([own, other, engine, motion], ['p'])).toEqual([other]);
});
