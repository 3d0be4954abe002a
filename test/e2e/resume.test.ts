import { afterEach, describe, expect, it } from 'vitest';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { secondsOnDisk } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { loggedEvents, ofType, type ServedEngine, serveEngine, untilLogged } from '../kit/served-engine.js';
import { tempFolder } from '../kit/temp-files.js';

describe('a service that is started again', () => {
  const folder = tempFolder();
  const engines: ServedEngine[] = [];
  let camera: TestCamera | undefined;

  afterEach(async () => {
    for (const engine of engines.splice(0)) engine.kill();
    await camera?.stop();
    folder.remove();
  });

  const serve = async (): Promise<ServedEngine> => {
    const engine = await serveEngine(folder.path);
    engines.push(engine);
    return engine;
  };

  const states = async (engine: ServedEngine): Promise<Record<string, string>> => {
    const { payload } = await engine.call('livePipelineList');
    const { value } = payload as { value: Array<{ name: string; properties: { state: string } }> };
    return Object.fromEntries(value.map(({ name, properties }) => [name, properties.state]));
  };

  /** The camera's media has come through since event `after`, so the pipeline is more than a name. */
  const established = (engine: ServedEngine, pipeline: string, after: number) =>
    untilLogged(engine.urls[0]!, (events) =>
      ofType(events, 'MediaSessionEstablished').some(
        ({ seq, subject }) => seq > after && subject.split('/').includes(pipeline),
      ),
    );

  it('runs what was active, and nothing else, after SIGTERM and after kill -9', async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 1 });
    const topology = messageToFiles({ offset: '-PT1S', minimum: 'PT10S', maximum: 'PT20S' });
    let engine = await serve();
    await engine.call('pipelineTopologySet', topology);
    for (const name of ['kept', 'ended', 'never']) {
      await engine.call('livePipelineSet', livePipeline(name, topology.name, { rtspUrl: camera.url, input: name }));
    }
    for (const name of ['kept', 'ended'])
      expect((await engine.call('livePipelineActivate', { name })).status).toBe(200);
    expect((await engine.call('livePipelineDeactivate', { name: 'ended' })).status).toBe(200);
    await established(engine, 'kept', 0);
    const expected = { ended: 'inactive', kept: 'active', never: 'inactive' };
    expect(await states(engine)).toEqual(expected);

    expect(await engine.end('SIGTERM')).toEqual({ code: 0, signal: null });
    engine = await serve();
    expect(await states(engine)).toEqual(expected);
    const second = (await loggedEvents(engine.urls[0]!)).filter(({ eventType }) => eventType.endsWith('EngineStarted'));
    expect(second).toHaveLength(2);
    await established(engine, 'kept', second[1]!.seq);

    // In mid-clip, so that the next one has a story to end before it goes on.
    const trigger = await fetch(`${engine.urls[0]}/inputs/kept`, { method: 'POST', body: 'null' });
    expect(await trigger.json()).toMatchObject({ delivered: 1 });
    const started = await untilLogged(engine.urls[0]!, (events) => ofType(events, 'RecordingStarted').length === 1);
    await secondsOnDisk(String(ofType(started, 'RecordingStarted')[0]!.data['outputLocation']), 2);
    expect(await engine.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });

    engine = await serve();
    expect(await states(engine)).toEqual(expected);
    const log = await untilLogged(engine.urls[0]!, (events) => ofType(events, 'EngineStarted').length === 3);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const third = ofType(log, 'EngineStarted')[2]!;
    await established(engine, 'kept', third.seq);
    const available = ofType(log, 'RecordingAvailable');
    expect(available).toHaveLength(1);
    expect(available[0]!.correlationId).toBe(ofType(log, 'RecordingStarted')[0]!.correlationId);
    const clip = await judgeClip(String(available[0]!.data['outputLocation']));
    expect(clip.complaints).toBe('');
    expect(clip.durationSeconds).toBeGreaterThan(1.5);
    // It records as before.
    await fetch(`${engine.urls[0]}/inputs/kept`, { method: 'POST', body: 'null' });
    await untilLogged(engine.urls[0]!, (events) => ofType(events, 'RecordingStarted').length === 2);
    expect((await engine.end('SIGTERM')).code).toBe(0);
  }, 120_000);
});
