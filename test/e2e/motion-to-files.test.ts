import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { isNamed, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const SHARED = resolve(import.meta.dirname, '../../../shared');
const TOPOLOGY = resolve(SHARED, 'ava/topologies/evr-motion-file-sink/topology.json');
const CLIP = resolve(SHARED, 'footage/intel_car_detection/car-detection.mp4');

const count = (events: EventRecord[], name: string) => events.filter((event) => isNamed(event, name)).length;

describe.skipIf(!existsSync(TOPOLOGY) || !existsSync(CLIP))('AVA\'s "EVR to files on motion" (needs ../shared)', () => {
  let camera: TestCamera | undefined;
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    await camera?.stop();
  });

  it('records what moves in real footage, and its events tell the story', async () => {
    camera = await startCamera({ clips: [CLIP] });
    test = await openTestEngine();
    const { engine } = test;
    const topology = JSON.parse(readFileSync(TOPOLOGY, 'utf8'));
    engine.topologies.set(topology);
    engine.pipelines.set(livePipeline('cars', topology.name, { rtspUrl: camera.url }));
    await engine.pipelines.activate('cars');
    await test.until((events) => count(events, 'RecordingAvailable') >= 1, 60_000);
    await engine.pipelines.deactivate('cars');
    await engine.close();

    const { events } = test;
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    const motions = test.named('Inference');
    expect(motions.length).toBeGreaterThan(3);
    for (const { data } of motions) {
      for (const { type, motion } of data['inferences'] as Array<{
        type: string;
        motion: { box: Record<string, number> };
      }>) {
        expect(type).toBe('motion');
        const { l = -1, t = -1, w = -1, h = -1 } = motion.box;
        for (const value of [l, t, w, h, l + w, t + h]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-9);
        }
      }
    }
    const started = test.named('RecordingStarted');
    expect(test.named('RecordingStopped')).toHaveLength(started.length);
    expect(test.named('RecordingAvailable')).toHaveLength(started.length);
    for (const start of started) {
      const sameClip = (event: EventRecord) => event.data['outputLocation'] === start.data['outputLocation'];
      const story = events.filter(sameClip);
      expect(new Set(story.map((event) => event.correlationId)).size).toBe(1);
      expect(motions.map((event) => event.id)).toContain(start.correlationId);
      const clip = await judgeClip(String(start.data['outputLocation']));
      expect(clip.boxes).toContain('moov');
      expect(clip.boxes).not.toContain('moof');
      expect(clip.firstIsKeyframe).toBe(true);
      expect(clip.complaints).toBe('');
    }
  }, 120_000);
});
