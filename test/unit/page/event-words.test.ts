import { describe, expect, it } from 'vitest';
import { AvaEvent, SluiceEvent } from '../../../engine/events/catalogue.js';
import { eventWords } from '../../../page/state/event-words.js';

const record = (eventType: string, data = {}) => ({
  ...{ seq: 1, id: 'a', subject: '', eventTime: '2026-11-27T03:04:05.678Z', eventType, data },
});

/** Those that say enough by their names. */
const NAMED: string[] = [AvaEvent.RuntimeError, SluiceEvent.LogLinesDropped, SluiceEvent.SubscriptionFailed];

describe('what events say to people', () => {
  it.each(Object.values({ ...AvaEvent, ...SluiceEvent }).filter((type) => !NAMED.includes(type)))('%s', (type) => {
    const plain = (type.split('.').at(-1) ?? '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
    expect(eventWords(record(type)).words.toLowerCase()).not.toBe(plain);
  });

  it.each([
    ['rtsp', 'The camera cannot be reached: refused'],
    ['onvif', 'The camera’s ONVIF service cannot be reached: refused'],
    ['http', 'The inference server cannot be reached: refused'],
    ['grpc', 'The inference server cannot be reached: refused'],
    [undefined, 'The camera cannot be reached: refused'],
  ])('says who cannot be reached over %s', (protocol, words) => {
    const event = record(AvaEvent.NetworkError, { protocol, message: 'refused' });
    expect(eventWords(event)).toEqual({ kind: 'trouble', words });
  });

  it.each([
    [0.624, 'recording everything', '62 % of the picture', 'everything is recorded meanwhile'],
    [0.5, 'none', '50 % of the picture', 'motion there may be missed'],
    [undefined, 'none', 'much of the picture', 'motion there may be missed'],
  ])('says how little a detector sees (%s), and what the engine does (%s)', (share, action, where, meanwhile) => {
    expect(eventWords(record(SluiceEvent.DetectionDegraded, { cause: 'insensitive', share, action }))).toEqual({
      kind: 'trouble',
      words: `The detector sees little in ${where} (rain, shaking light or darkness): ${meanwhile}`,
    });
  });

  it.each([
    [SluiceEvent.DetectionDegraded, 'insensitive', 'sees little'],
    [SluiceEvent.DetectionDegraded, 'the decoder was lost', 'does not work: the decoder was lost'],
    [SluiceEvent.DetectionRestored, 'insensitive', 'sees enough again'],
    [SluiceEvent.DetectionRestored, 'the decoder was lost', 'works again'],
    [SluiceEvent.DetectionRestored, undefined, 'works again'],
  ])('tells a detector that sees little from one that does not work: %s, %s', (type, cause, words) => {
    expect(eventWords(record(type, { cause })).words).toContain(words);
  });

  it('has the name of an event that the page does not know, and what it says', () => {
    expect(eventWords(record('Sluice.Diagnostics.TapeTorn', { message: 'at 3 m' }))).toEqual({
      kind: 'trouble',
      words: 'Tape torn: at 3 m',
    });
  });
});
