import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../engine/core/errors.js';
import { seconds, toIso, type UtcMicros } from '../../../../engine/core/time.js';
import type { EventDraft } from '../../../../engine/events/types.js';
import { RecordingEvents } from '../../../../engine/recording/recording-events.js';
import { Shelf, START } from '../../../kit/clips.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { fragment, init, movie } from '../../../kit/mp4.js';

const STORY = { pipeline: 'p1', sink: 'fileSink', correlationId: 'cause' };
const FILE = '/data/media/clip.mp4';
const OUTPUT = { outputType: 'filePath', outputLocation: FILE };

describe('the events of a recording', () => {
  const clock = new FakeClock();
  const events = new RecordingEvents(clock);
  const dataOf = (drafts: EventDraft[]) => drafts.map((draft) => draft.data);

  it('are of the sink, now, and correlate with what asked for the recording', () => {
    const extent = { endUtc: START, seconds: 1 };
    const drafts = [
      ...events.started(STORY, FILE, START, null),
      events.notStarted(STORY, new Error('no')),
      events.dropped(STORY, FILE, 'video', 1),
      events.stopped(STORY, FILE, extent, 'minimum'),
      events.available(STORY, FILE, extent, { bytes: 1, incomplete: false, url: '/clips/7.mp4' }),
      events.failed(STORY, FILE, 'code', 'message'),
      events.recovered(STORY, FILE, { state: 'recovered', bytes: 1, cutBytes: 0 }),
      events.deleted(STORY, FILE, { bytes: 1, startUtc: START, reason: 'maximumSizeMiB' }),
    ];
    for (const draft of drafts) {
      expect(draft).toMatchObject({
        subject: '/livePipelines/p1/sinks/fileSink',
        eventTime: clock.utc(),
        correlationId: 'cause',
        pipeline: 'p1',
      });
    }
    expect(drafts.map(({ eventType }) => eventType.split('.').at(-1))).toEqual([
      'RecordingStarted',
      'StorageError',
      'DataDropped',
      'RecordingStopped',
      'RecordingAvailable',
      'StorageError',
      'RecordingRecovered',
      'RecordingDeleted',
    ]);
  });

  it('tell how the beginning relates to what was asked for, and apart if some of it is missing', () => {
    const preRoll = { requested: seconds(5), actual: seconds(5.5), truncated: false };
    const drafts = [
      ...events.started(STORY, FILE, START, preRoll),
      ...events.started(STORY, FILE, START, { ...preRoll, actual: seconds(2), truncated: true }),
    ];
    const startTime = toIso(START);
    expect(dataOf(drafts)).toEqual([
      { ...OUTPUT, startTime, requestedPreRoll: 'PT5S', actualPreRoll: 'PT5.5S', preRollTruncated: false },
      { ...OUTPUT, startTime, requestedPreRoll: 'PT5S', actualPreRoll: 'PT2S', preRollTruncated: true },
      { ...OUTPUT, requested: 'PT5S', actual: 'PT2S', atUtc: toIso(clock.utc()) },
    ]);
  });

  it('say that a file continues another instead of a pre-roll', () => {
    expect(dataOf(events.started(STORY, FILE, START, null))).toEqual([
      { ...OUTPUT, startTime: toIso(START), continues: true },
    ]);
  });

  it('say how far a clip goes, in which file', () => {
    const extent = { endUtc: (START + seconds(10)) as UtcMicros, seconds: 10, frames: 250 };
    const drafts = [
      events.stopped(STORY, FILE, extent, 'maximum'),
      events.available(STORY, FILE, extent, { bytes: 1_000, incomplete: false, url: '/clips/7.mp4' }),
      events.available(
        STORY,
        FILE,
        { endUtc: START, seconds: 0 },
        { bytes: 10, incomplete: true, url: '/clips/8.mp4' },
      ),
    ];
    const facts = { ...OUTPUT, endTime: toIso(extent.endUtc), duration: 10, frames: 250 };
    expect(dataOf(drafts)).toEqual([
      { ...facts, reason: 'maximum' },
      { ...facts, bytes: 1_000, url: '/clips/7.mp4' },
      { ...OUTPUT, endTime: toIso(START), duration: 0, bytes: 10, url: '/clips/8.mp4', incomplete: true },
    ]);
  });

  it('give the code and the hint of an error of the engine, and of others what they say', () => {
    const full = new SluiceError('DiskFull', 'it is full', { kind: 'exhausted', hint: 'Free some space.' });
    const drafts = [
      events.notStarted(STORY, full),
      events.notStarted(STORY, new Error('no caps')),
      events.failed(STORY, FILE, 'filesink', 'it cannot be written'),
    ];
    expect(dataOf(drafts)).toEqual([
      { code: 'DiskFull', message: 'it is full', hint: 'Free some space.' },
      { code: 'clipNotStarted', message: 'no caps' },
      { code: 'filesink', message: 'it cannot be written', outputLocation: FILE },
    ]);
  });
});

describe('after a crash the events', () => {
  let shelf: Shelf;
  beforeEach(() => {
    shelf = new Shelf();
  });
  afterEach(() => shelf.remove());

  it.each([
    ['a whole clip', movie(25), false],
    ['what plays of a clip', Buffer.concat([init(), fragment(25)]), true],
  ])('about %s are worded as while it is written', async (_, content, incomplete) => {
    const path = shelf.begin();
    writeFileSync(path, content);
    await shelf.clips.sweep();
    const usual = new RecordingEvents(shelf.clock);
    const extent = { endUtc: (START + seconds(1)) as UtcMicros, seconds: 1, frames: 25 };
    const story = { pipeline: 'p1', sink: 'fileSink', correlationId: 'cause' };
    expect(shelf.events.slice(0, 2)).toEqual([
      usual.stopped(story, path, extent, 'engineDied'),
      usual.available(story, path, extent, { bytes: content.byteLength, incomplete, url: '/clips/1.mp4' }),
    ]);
  });
});
