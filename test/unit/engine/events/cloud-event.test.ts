import { CloudEvent } from 'cloudevents';
import { describe, expect, test } from 'vitest';
import { cloudEventOf, cloudEventOfGap } from '../../../../engine/events/cloud-event.js';
import type { EventRecord } from '../../../../engine/events/types.js';

const record: EventRecord = {
  seq: 42,
  id: '9ccfab80-2993-42c7-9452-92e21df96413',
  correlationId: '0b6f3a8e-52a2-4b5b-8d6f-3d6c3c1c8e52',
  topic: '/sluice/edge',
  subject: '/edgeModules/avaedge/livePipelines/door/sinks/fileSink',
  eventType: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted',
  eventTime: '2021-05-11T05:37:27.713Z',
  dataVersion: '1.0',
  data: { outputType: 'filePath', outputLocation: '/data/media/clip.mp4' },
};

describe('cloudEventOf', () => {
  test('has every part of the event, and what the specification asks for', () => {
    const event = cloudEventOf(record);
    expect(event).toEqual({
      specversion: '1.0',
      id: record.id,
      source: '/sluice/edge',
      type: record.eventType,
      subject: record.subject,
      time: record.eventTime,
      datacontenttype: 'application/json',
      sequence: '0000000000000042',
      dataversion: '1.0',
      correlationid: record.correlationId,
      data: record.data,
    });
    expect(new CloudEvent({ ...event, data: record.data }).validate()).toBe(true);
  });

  test('an event that nothing caused has no correlation', () => {
    const { correlationId: _, ...uncaused } = record;
    expect(cloudEventOf(uncaused)).not.toHaveProperty('correlationid');
  });

  test('sequences sort as text, up to the largest number', () => {
    const sequences = [9, 10, 99_999, Number.MAX_SAFE_INTEGER].map((seq) => cloudEventOf({ ...record, seq }).sequence);
    expect([...sequences].sort()).toEqual(sequences);
    expect(new Set(sequences.map(({ length }) => length))).toEqual(new Set([16]));
  });
});

test('a gap is a CloudEvent too, and says where to go on', () => {
  const event = cloudEventOfGap({ gap: { from: 4, to: 150, reason: 'retention' } }, '/sluice/edge', record.eventTime);
  expect(event).toMatchObject({ id: 'gap-4-150', type: 'Sluice.Log.Gap', sequence: '0000000000000150' });
  expect(event.data).toEqual({ from: 4, to: 150, reason: 'retention' });
  expect(new CloudEvent({ ...event, data: { ...(event.data as object) } }).validate()).toBe(true);
});
