import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it, type TestContext } from 'vitest';
import type { SimulatorOptions } from '../../engine/simulator/index.js';
import { isNamed, type OpenedEngine, of, openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { unitsCome } from '../kit/media-waits.js';
import { type TestCamera, testCameras } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

describe.concurrent('a camera in trouble', () => {
  /** Cameras and an engine for one of the tests, which wait beside each other. */
  const start = async (onTestFinished: TestContext['onTestFinished'], ...cameras: SimulatorOptions[]) => {
    const running = testCameras();
    onTestFinished(running.stopCameras);
    const started = await Promise.all(cameras.map((options) => running.camera({ scenes: ['quiet'], ...options })));
    const test = await openTestEngine();
    onTestFinished(test.remove);
    return { cameras: started as [TestCamera, TestCamera], test, engine: test.engine };
  };
  /** Takes so many connections on a port and closes each, as a camera does that is not up yet. */
  const bootingAt = async (port: number, connections: number): Promise<void> => {
    let taken = 0;
    const server = createServer((socket) => {
      taken++;
      socket.on('error', () => {}).destroy();
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    await until('connections to a camera that starts', () => taken >= connections, 60_000);
    server.close();
    await once(server, 'close');
  };
  const attempts = (engine: OpenedEngine, url: string) => engine.metrics.camera(url).connectAttempts.value;

  it('that vanishes in mid-event leaves a whole clip, and the recording goes on when it is back', async ({
    onTestFinished,
  }) => {
    const { cameras, test, engine } = await start(onTestFinished, { gop: 1 });
    const [away] = cameras;
    const topology = messageToFiles({ minimum: 'PT5M', maximum: 'PT5M' });
    engine.topologies.set(topology);
    engine.pipelines.set(livePipeline('yard', topology.name, { rtspUrl: away.url, input: 'go' }));
    await engine.pipelines.activate('yard');
    await test.established('yard');
    await unitsCome(engine, 50, 'yard');
    engine.deliver('go', null);
    await unitsCome(engine, 100, 'yard');
    const hostPids = () => engine.stats().hosts.map(({ id, pid }) => [id, pid]);
    const hosts = hostPids();
    await away.control({ command: 'stop' });
    await test.until((events) => events.some((event) => isNamed(event, 'NetworkError')));
    // While it starts, its port takes connections and answers nothing. It gets there by knocking: the engine knows of no attempt.
    const tried = attempts(engine, away.url);
    await bootingAt(away.port, 2);
    expect(attempts(engine, away.url)).toBeGreaterThan(tried);
    await away.control({ command: 'start' });
    await test.until((events) => events.filter((event) => isNamed(event, 'RecordingStarted')).length >= 2, 90_000);
    const told = ['MediaSessionEstablished', 'RecordingStarted', 'NetworkError'];
    const story = test.events.flatMap((event) => told.find((name) => isNamed(event, name)) ?? []);
    // One stretch of trouble is told of once for each kind of it.
    expect(story.slice(0, 3)).toEqual(['MediaSessionEstablished', 'RecordingStarted', 'NetworkError']);
    expect(story.slice(-2)).toEqual(['MediaSessionEstablished', 'RecordingStarted']);
    expect(new Set(story.slice(2, -2))).toEqual(new Set(['NetworkError']));
    await unitsCome(engine, 50, 'yard');
    expect(hostPids()).toEqual(hosts);
    await engine.pipelines.deactivate('yard');
    await test.until((events) => events.filter((event) => isNamed(event, 'RecordingAvailable')).length >= 2);

    const [before, after] = test.named('RecordingAvailable');
    expect(new Set(test.named('RecordingStarted').map((event) => event.correlationId)).size).toBe(1);
    expect(before?.data['outputLocation']).not.toBe(after?.data['outputLocation']);
    for (const event of [before, after]) {
      const clip = await judgeClip(String(event?.data['outputLocation']));
      expect(clip.complaints).toBe('');
      expect(clip.boxes).not.toContain('moof');
      expect(clip.firstIsKeyframe).toBe(true);
    }
    expect((await judgeClip(String(before?.data['outputLocation']))).durationSeconds).toBeGreaterThan(3);
  }, 180_000);

  it('that refuses the password is reported once, does not stop others, and is not asked often', async ({
    onTestFinished,
  }) => {
    const secured: SimulatorOptions = { user: 'admin', password: 'right', auth: 'digest' };
    const { cameras, test, engine } = await start(onTestFinished, secured, {});
    const [locked, open] = cameras;
    const topology = motionToFiles();
    engine.topologies.set(topology);
    const wrong = locked.url.replace('rtsp://', 'rtsp://admin:wrong-secret@');
    engine.pipelines.set(livePipeline('locked', topology.name, { rtspUrl: wrong }));
    engine.pipelines.set(livePipeline('open', topology.name, { rtspUrl: open.url }));
    await engine.pipelines.activate('locked');
    await engine.pipelines.activate('open');
    await test.until(
      (events) =>
        events.some((event) => of('locked')(event) && isNamed(event, 'AuthenticationError')) &&
        events.some((event) => of('open')(event) && isNamed(event, 'MediaSessionEstablished')),
    );
    // Four seconds, by the media of the other: in which a camera that is away would be asked three times.
    await unitsCome(engine, 100, 'open');
    expect(attempts(engine, locked.url)).toBe(1);
    const refusals = test.events.filter((event) => of('locked')(event) && isNamed(event, 'AuthenticationError'));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.data).toMatchObject({ errorCode: '401', protocol: 'rtsp' });
    expect(Number(refusals[0]?.data['retryInSeconds'])).toBeGreaterThan(2);
    expect(JSON.stringify(test.events)).not.toContain('wrong-secret');
  });

  it('that lets us in with digest, basic and the HTTP tunnel delivers media', async ({ onTestFinished }) => {
    const { cameras, test, engine } = await start(
      onTestFinished,
      { user: 'admin', password: 'p@ss:w/rd', auth: 'digest' },
      { user: 'admin', password: 'secret', auth: 'basic' },
    );
    const [digest, basic] = cameras;
    const credentials = (password: string) => ({
      '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials',
      username: 'admin',
      password,
    });
    const endpoint = (password: string) => ({
      '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
      url: '${rtspUrl}',
      credentials: credentials(password),
    });
    engine.topologies.set(motionToFiles({ name: 'Digest', endpoint: endpoint('p@ss:w/rd') }));
    engine.topologies.set(motionToFiles({ name: 'Basic', endpoint: endpoint('secret') }));
    engine.topologies.set(motionToFiles({ name: 'Tunnel', endpoint: endpoint('secret'), transport: 'http' }));
    engine.pipelines.set(livePipeline('digest', 'Digest', { rtspUrl: digest.url }));
    engine.pipelines.set(livePipeline('basic', 'Basic', { rtspUrl: basic.url }));
    engine.pipelines.set(livePipeline('tunnel', 'Tunnel', { rtspUrl: basic.url }));
    for (const name of ['digest', 'basic', 'tunnel']) await engine.pipelines.activate(name);
    await test.established('digest', 'basic', 'tunnel');
  });

  it('whose URL carries a pipeline description is refused, or is a camera with an odd path and nothing else', async ({
    onTestFinished,
  }) => {
    const { cameras, test, engine } = await start(onTestFinished, {});
    const [open] = cameras;
    const topology = motionToFiles();
    engine.topologies.set(topology);
    const target = `${test.dataDir}/injected`;
    const injection = ` ! filesink location=${target}`;
    const odd = (suffix: string) => livePipeline('odd', topology.name, { rtspUrl: open.url + suffix });
    expect(() => engine.pipelines.set(odd(injection))).toThrow(/must be a URL/);
    engine.pipelines.set(odd(encodeURIComponent(injection)));
    await engine.pipelines.activate('odd');
    await test.until((events) => events.some((event) => of('odd')(event) && isNamed(event, 'ProtocolError')));
    expect(existsSync(target)).toBe(false);
  });
});
