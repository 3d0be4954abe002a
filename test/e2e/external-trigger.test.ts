import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const PIPELINES = 20;
/** Pictures from one message to the next: twenty of them meet the camera's GOP of 75 in all its phases. */
const STAGGER = 4;

const topology = messageToFiles({ offset: '-PT5S', minimum: 'PT10S', maximum: 'PT20S' });

const seconds = (iso: unknown) => Date.parse(String(iso)) / 1000;

describe('a clip that an external message asks for', () => {
  let camera: TestCamera;
  let test: TestEngine;

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 3 });
    test = await openTestEngine();
    test.engine.topologies.set(topology);
    for (let n = 0; n < PIPELINES; n++) {
      const parameters = { rtspUrl: camera.url, input: `door-${n}` };
      test.engine.pipelines.set(livePipeline(`door-${n}`, topology.name, parameters));
      await test.engine.pipelines.activate(`door-${n}`);
    }
    await test.until((events) => events.some((event) => event.eventType.endsWith('MediaSessionEstablished')));
    // The ring must hold the pre-roll and the GOP before it when the first message comes.
    await ringHolds(test.engine, 6, 'door-0');
  });

  afterAll(async () => {
    await test?.remove();
    await camera?.stop();
  });

  it(`has its whole pre-roll and begins on a keyframe, ${PIPELINES} times of ${PIPELINES}`, async () => {
    for (let n = 0; n < PIPELINES; n++) {
      expect(test.engine.deliver(`door-${n}`, { open: true }).delivered).toBe(1);
      await unitsCome(test.engine, STAGGER, 'door-0');
    }
    const finished = (events: { eventType: string }[]) =>
      events.filter((event) => event.eventType.endsWith('RecordingAvailable')).length >= PIPELINES;
    await test.until(finished, 40_000);

    const triggers = new Map(test.named('InputReceived').map((event) => [event.id, seconds(event.eventTime)]));
    const starts = test.named('RecordingStarted');
    expect(starts).toHaveLength(PIPELINES);
    const clips = await Promise.all(starts.map((start) => judgeClip(String(start.data['outputLocation']))));
    for (const [index, start] of starts.entries()) {
      const trigger = triggers.get(start.correlationId ?? '');
      expect(trigger).toBeDefined();
      expect(seconds(start.data['startTime'])).toBeLessThanOrEqual((trigger ?? 0) - 5 + 0.05);
      expect(start.data['preRollTruncated']).toBe(false);
      const clip = clips[index]!;
      expect(clip.firstIsKeyframe).toBe(true);
      expect(clip.durationSeconds).toBeGreaterThanOrEqual(15 - 0.05);
      expect(clip.durationSeconds).toBeLessThanOrEqual(18.1);
      expect(clip.complaints).toBe('');
      expect(clip.boxes).toContain('moov');
      expect(clip.boxes).not.toContain('moof');
    }
    expect(test.events.map((event) => event.seq)).toEqual(test.events.map((_, index) => index + 1));
  });
});
