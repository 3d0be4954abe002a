import { expect, it } from 'vitest';
import { eventLines, isAway, seenIn } from '../../../../../engine/cli/record/event-lines.js';
import { AvaEvent, SluiceEvent } from '../../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../../engine/events/types.js';

const event = (eventType: string, data: EventRecord['data']): EventRecord => ({
  seq: 1,
  id: 'id',
  topic: '/sluice/edge',
  subject: '/edgeModules/avaedge/livePipelines/door',
  eventType,
  eventTime: '2026-11-28T10:00:00.000Z',
  dataVersion: '1.0',
  data,
});

it('a clip is told with its path and length', () => {
  const data = { outputType: 'filePath', outputLocation: '/data/media/clips/a.mp4', duration: 17.6, bytes: 1_840_000 };
  expect(eventLines(event(AvaEvent.RecordingAvailable, data))).toBe(
    'clip ready: /data/media/clips/a.mp4 (18 s, 1.8 MB)',
  );
  expect(eventLines(event(AvaEvent.RecordingStarted, data))).toBeUndefined();
});

it('a camera that is away is told with its own words, what to do, and that it is tried again', () => {
  const refused = event(AvaEvent.AuthenticationError, { protocol: 'rtsp', message: 'rtsp://a refused the user name' });
  expect(isAway(refused)).toBe(true);
  expect(eventLines(refused)).toMatch(/^rtsp:\/\/a refused the user name\. It is tried again.*\n.*%40/);
  // An inference server is no camera.
  expect(isAway(event(AvaEvent.NetworkError, { protocol: 'http', message: 'x' }))).toBe(false);
});

it('what nobody has written words for has its name', () => {
  expect(eventLines(event(SluiceEvent.DetectionDegraded, { cause: 'insensitive' }))).toBe(
    'detection degraded: insensitive',
  );
  expect(eventLines(event('Sluice.Diagnostics.SomethingNew', {}))).toBe('something new');
});

it('what was seen is named once', () => {
  const entity = (value: string) => ({ type: 'entity', entity: { tag: { value } } });
  const inferences = [entity('person'), entity('person'), entity('dog'), { type: 'motion' }];
  expect(seenIn(event(AvaEvent.Inference, { inferences }))).toBe('person, dog, motion');
  expect(seenIn(event(AvaEvent.Inference, { anything: 1 }))).toBe('something');
});
