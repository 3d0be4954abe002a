import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { pause } from '../kit/pauses.js';
import { testCameras } from '../kit/rtsp-camera.js';

describe('a camera in trouble', () => {
  const { camera, stopCameras } = testCameras();
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    test = undefined;
    await stopCameras();
  });

  it('that vanishes in mid-event leaves a whole clip, and the recording goes on when it is back', async () => {
    const away = await camera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine();
    const { engine } = test;
    const topology = messageToFiles({ minimum: 'PT5M', maximum: 'PT5M' });
    engine.topologies.set(topology);
    engine.pipelines.set(livePipeline('yard', topology.name, { rtspUrl: away.url, input: 'go' }));
    await engine.pipelines.activate('yard');
    await test.until((events) => events.some((event) => isNamed(event, 'MediaSessionEstablished')));
    await pause(2_000);
    engine.deliver('go', null);
    await pause(4_000);
    const hostPids = () => engine.stats().hosts.map((host) => host.pid);
    const hosts = hostPids();
    await away.control({ command: 'stop' });
    await Promise.all([
      pause(20_000),
      test.until((events) => events.some((event) => isNamed(event, 'NetworkError')), 15_000),
    ]);
    await away.control({ command: 'start' });
    // The next attempt may be most of a minute away.
    await test.until((events) => events.filter((event) => isNamed(event, 'RecordingStarted')).length >= 2, 90_000);
    await pause(3_000);
    await engine.pipelines.deactivate('yard');
    await test.until((events) => events.filter((event) => isNamed(event, 'RecordingAvailable')).length >= 2);
    expect(hostPids()).toEqual(hosts);

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

  it('that refuses the password is reported once, does not stop others, and is not asked often', async () => {
    const locked = await camera({ scenes: ['quiet'], user: 'admin', password: 'right', auth: 'digest' });
    const open = await camera({ scenes: ['quiet'] });
    test = await openTestEngine();
    const { engine } = test;
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
    await pause(4_000);
    const refusals = test.events.filter((event) => of('locked')(event) && isNamed(event, 'AuthenticationError'));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.data).toMatchObject({ errorCode: '401', protocol: 'rtsp' });
    expect(Number(refusals[0]?.data['retryInSeconds'])).toBeGreaterThan(2);
    expect(JSON.stringify(test.events)).not.toContain('wrong-secret');
  }, 60_000);

  it('that lets us in with digest, basic and the HTTP tunnel delivers media', async () => {
    const digest = await camera({ scenes: ['quiet'], user: 'admin', password: 'p@ss:w/rd', auth: 'digest' });
    const basic = await camera({ scenes: ['quiet'], user: 'admin', password: 'secret', auth: 'basic' });
    test = await openTestEngine();
    const { engine } = test;
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
    await test.until((events) =>
      ['digest', 'basic', 'tunnel'].every((name) =>
        events.some((event) => of(name)(event) && isNamed(event, 'MediaSessionEstablished')),
      ),
    );
  }, 60_000);

  it('whose URL carries a pipeline description is refused, or is a camera with an odd path and nothing else', async () => {
    const open = await camera({ scenes: ['quiet'] });
    test = await openTestEngine();
    const { engine } = test;
    const topology = motionToFiles();
    engine.topologies.set(topology);
    const target = `${test.dataDir}/injected`;
    const injection = ` ! filesink location=${target}`;
    const odd = (suffix: string) => livePipeline('odd', topology.name, { rtspUrl: open.url + suffix });
    expect(() => engine.pipelines.set(odd(injection))).toThrow(/must be a URL/);
    engine.pipelines.set(odd(encodeURIComponent(injection)));
    await engine.pipelines.activate('odd');
    await test.until((events) => events.some((event) => of('odd')(event) && isNamed(event, 'ProtocolError')), 20_000);
    expect(existsSync(target)).toBe(false);
  }, 60_000);
});
