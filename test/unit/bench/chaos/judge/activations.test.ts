import { describe, expect, it } from 'vitest';
import { judgeActivations } from '../../../../../bench/chaos/judge/activations.js';
import { AvaEvent, SluiceEvent } from '../../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../../engine/events/types.js';

const T0 = Date.parse('2026-01-01T12:00:00Z');
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

let seq = 0;
const event = (eventType: string, seconds: number, more: Partial<EventRecord> = {}): EventRecord => ({
  ...{ seq: ++seq, id: `id-${seq}`, topic: '', dataVersion: '1.0', data: {} },
  ...{ eventType, eventTime: at(seconds), subject: '/edgeModules/m/livePipelines/p/sinks/s', ...more },
});
const input = event(SluiceEvent.InputReceived, 100, { id: 'input' });
const accepted = [{ pipeline: 'p', eventId: 'input', atMs: T0 + 100_000 }];
const judged = (events: EventRecord[], killedAt: number[] = []) => judgeActivations(accepted, events, killedAt);
const started = (from: number, correlationId?: string) =>
  event(AvaEvent.RecordingStarted, from, {
    data: { outputLocation: 'f', startTime: at(from) },
    ...(correlationId ? { correlationId } : {}),
  });
const stopped = (to: number) =>
  event(AvaEvent.RecordingStopped, to, { data: { outputLocation: 'f', endTime: at(to) } });

describe('an accepted message', () => {
  it('is recorded by the clip that it caused, or by one that held it already', () => {
    expect(judged([input, started(98, 'input')])).toMatchObject({ recorded: 1, violations: [] });
    expect(judged([input, started(90), stopped(110)])).toMatchObject({ recorded: 1, violations: [] });
  });

  it('must not vanish without a word', () => {
    expect(judged([input]).violations.map(({ rule }) => rule)).toEqual(['input.silent']);
    expect(judged([input, started(20), stopped(40)]).violations).toHaveLength(1);
    const other = event(AvaEvent.NetworkError, 99, { subject: '/edgeModules/m/livePipelines/other/sources/s' });
    expect(judged([input, other]).violations).toHaveLength(1);
  });

  it('is explained by what ignored it, by a failure nearby, or by a camera that is away', () => {
    expect(judged([input, event(SluiceEvent.SignalIgnored, 101, { correlationId: 'input' })]).explained).toBe(1);
    expect(judged([input, event(AvaEvent.StorageError, 101)]).explained).toBe(1);
    expect(judged([event(AvaEvent.NetworkError, 10), input]).explained).toBe(1);
    const back = event(AvaEvent.MediaSessionEstablished, 20);
    expect(judged([event(AvaEvent.NetworkError, 10), back, input]).violations).toHaveLength(1);
  });

  it('is in the log, unless a kill came within a second', () => {
    expect(judged([]).violations.map(({ rule }) => rule)).toEqual(['input.lost']);
    expect(judged([], [T0 + 100_400])).toMatchObject({ unwritten: 1, violations: [] });
    expect(judged([], [T0 + 103_000]).violations).toHaveLength(1);
  });
});
