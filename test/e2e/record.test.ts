import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { descendants } from '../kit/processes.js';
import { type Program, startSluice, startSluiceOnTerminal } from '../kit/program.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { callMethod, type LoggedEvent, ofType, untilLogged } from '../kit/served-engine.js';
import { startSoundCameras } from '../kit/sound/camera.js';
import { judgeSound } from '../kit/sound/judge.js';
import { tempDir } from '../kit/temp-dir.js';

const LOOPBACK = ['--http', '127.0.0.1:0'];
const { camera, stopCameras } = testCameras();
afterEach(stopCameras);

const withLogin = (url: string, login: string): string => url.replace('rtsp://', `rtsp://${login}@`);
const addressOf = async (program: Program): Promise<string> => (await program.says(/listening on (\S+?)"/))[1]!;
const pipelines = async (base: string): Promise<{ name: string; state: string }[]> => {
  const { payload } = await callMethod(base, 'livePipelineList', { '@apiVersion': '1.1' });
  const { value } = payload as { value: { name: string; properties: { state: string } }[] };
  return value.map(({ name, properties }) => ({ name, state: properties.state }));
};
const eventsIn = (text: string): LoggedEvent[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedEvent);

describe('sluice record on a terminal', () => {
  it('tells a person where the page is, what the camera sends, motion and clips, and what is wrong', async () => {
    const { urls } = await camera({ scenes: ['yard', 'quiet'], user: 'me', password: 'right' });
    const addresses = [withLogin(urls[0]!, 'me:right'), withLogin(urls[1]!, 'me:wrong-one')];
    const program = startSluiceOnTerminal(['record', ...addresses, '--data', tempDir(), ...LOOPBACK]);
    await program.says(/connected: H\.264 640x360, without sound/);
    expect(program.out()).toMatch(/^Page: http:\/\/127\.0\.0\.1:\d+\/\r?\n/);
    await program.says(/refused the user name or password.*It is tried again.*\r?\n.*%40/);
    const [node] = descendants(program.child.pid!);
    expect(readFileSync(`/proc/${node}/cmdline`, 'utf8')).not.toMatch(/right|wrong-one/);
    await program.says(/127-0-0-1-yard: motion began/);
    await program.says(/127-0-0-1-yard: motion ended after \d+ s/);
    const [, file, seconds] = await program.says(/127-0-0-1-yard: clip ready: (\S+\.mp4) \((\d+) s, [\d.]+ MB\)/);
    const clip = await judgeClip(file!);
    expect(clip.complaints).toBe('');
    expect(Math.round(clip.durationSeconds)).toBe(Number(seconds));
    process.kill(node!, 'SIGINT');
    // One of the cameras has never sent anything, and is named.
    expect(await program.ended()).toBe(1);
    expect(program.out()).toMatch(/SIGINT: finishing[\s\S]*no media ever came from rtsp:\/\/127\.0\.0\.1:\d+\/quiet/);
    expect(program.out()).not.toMatch(/right|wrong-one|"level"/);
  }, 240_000);
});

describe('sluice record in a pipe', () => {
  it('replaces the cameras of the run before, keeps clips and what others have set, and reads addresses from stdin', async () => {
    const { url } = await camera({ scenes: ['busy'], gop: 1 });
    const folder = ['--data', tempDir(), ...LOOPBACK];
    const first = startSluice(['record', withLogin(url, 'me:secret-one'), ...folder]);
    const base = await addressOf(first);
    const topology = motionToFiles();
    await callMethod(base, 'pipelineTopologySet', topology);
    const other = livePipeline('other', topology.name, { rtspUrl: url });
    await callMethod(base, 'livePipelineSet', { '@apiVersion': '1.1', ...other });
    await callMethod(base, 'livePipelineActivate', { '@apiVersion': '1.1', name: 'other' });
    await untilLogged(base, (events) =>
      ofType(events, 'RecordingStarted').some(({ subject }) => /127-0-0-1/.test(subject)),
    );
    // As after a power cut: its live pipelines were active.
    process.kill(-first.child.pid!, 'SIGKILL');
    await first.ended();

    const second = startSluice(['record', '-', ...folder], { input: 'rtsp://me:secret-two@127.0.0.9:1/other\n' });
    const again = await addressOf(second);
    await second.says(/"eventType":"[^"]*NetworkError"/);
    await expect
      .poll(() => pipelines(again), { timeout: 60_000 })
      .toEqual([
        { name: '127-0-0-9', state: 'active' },
        { name: 'other', state: 'active' },
      ]);
    const clips = (await (await fetch(`${again}/clips`)).json()) as { value: { pipeline: string }[] };
    expect(clips.value.map(({ pipeline }) => pipeline)).toContain('127-0-0-1');
    second.child.kill('SIGTERM');
    expect(await second.ended()).toBe(1);
    expect(second.err()).toContain('no media ever came from rtsp://127.0.0.9:1/other [CameraNeverReached]');
    const texts = [first, second].map((program) => program.out() + program.err()).join('');
    expect(texts).not.toMatch(/secret-(one|two)/);
    const seqs = eventsIn(second.out()).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
  }, 180_000);

  it('records everything with --continuous, tells motion, and ends after --for', async () => {
    const { url } = await camera({ scenes: ['busy'], gop: 1 });
    const program = startSluice(['record', url, '--continuous', '--for', '0.2m', '--data', tempDir(), ...LOOPBACK]);
    expect(await program.ended(120_000)).toBe(0);
    const events = eventsIn(program.out());
    expect(ofType(events, 'Inference').length).toBeGreaterThan(0);
    const [available] = ofType(events, 'RecordingAvailable');
    expect(available?.data).toMatchObject({ outputType: 'video', outputLocation: '127-0-0-1' });
    expect(available?.data['duration']).toBeGreaterThan(3);
  }, 180_000);

  it('records sound', async () => {
    const cameras = await startSoundCameras();
    onTestFinished(() => cameras.stop());
    const dataDir = tempDir();
    const program = startSluice([
      'record',
      cameras.url('aac'),
      '--continuous',
      '--for',
      '12s',
      '--data',
      dataDir,
      ...LOOPBACK,
    ]);
    expect(await program.ended(120_000)).toBe(0);
    const files = readdirSync(join(dataDir, 'videos'), { recursive: true, encoding: 'utf8' });
    // The first segment may have begun before the camera's sound was known.
    const last = files
      .filter((each) => each.endsWith('.mp4'))
      .sort()
      .at(-1);
    expect((await judgeSound(join(dataDir, 'videos', last!))).codecs).toEqual(['aac']);
  }, 180_000);

  it('takes a free port where the usual one is taken, but not in the place of one that was asked for', async () => {
    const taker = createServer();
    // Where somebody else has it already, it is taken as well.
    await new Promise<void>((done) =>
      taker
        .once('listening', done)
        .once('error', () => done())
        .listen(8080, '127.0.0.1'),
    );
    onTestFinished(() => void taker.close());
    const program = startSluice(['record', 'rtsp://127.0.0.1:1/x', '--for', '8h', '--data', tempDir()], {
      env: { SLUICE_HTTP_ADDRESS: '' },
    });
    const [, port] = await program.says(/listening on http:\/\/127\.0\.0\.1:(\d+): the usual port is taken/);
    expect(port).not.toBe('8080');
    const refused = startSluice(['record', 'rtsp://127.0.0.1:1/x', '--data', tempDir(), '--http', `127.0.0.1:${port}`]);
    expect(await refused.ended()).toBe(1);
    expect(refused.err()).toMatch(/error: another program listens on 127\.0\.0\.1:\d+ \[AddressInUse\]\n.*--http/);
    // Long before the time is over.
    program.child.kill('SIGTERM');
    expect(await program.ended()).toBe(1);
  }, 120_000);

  it.each<[string[], NodeJS.ProcessEnv, RegExp]>([
    [[], {}, /no address of a camera.*\[CameraAddressMissing\]\n.*sluice record/],
    [['camera.lan/stream'], {}, /the address of the camera is not a URL \[CameraAddressInvalid\]\n.*rtsp:\/\//],
    [[], { SLUICE_RECORD_URLS: 'http://me:secret@camera/' }, /has the scheme 'http'.*\[CameraAddressInvalid\]/],
    [['rtsp://me:secret@a/1', 'rtsp://me:secret@a/1'], {}, /rtsp:\/\/a\/1 is given twice/],
  ])('says what is wrong with %j %j', async (addresses, env, message) => {
    const program = startSluice(['record', ...addresses, '--data', tempDir(), ...LOOPBACK], { env, input: '' });
    expect(await program.ended()).toBe(2);
    expect(program.err()).toMatch(message);
    expect(program.err()).not.toContain('secret');
  });
});

describe('a command that has nothing to do', () => {
  it('run names a topology that is there to copy', async () => {
    const cwd = tempDir();
    const program = startSluice(['run'], { cwd });
    expect(await program.ended()).toBe(1);
    const [, file] = /sluice run (\S+\.json) --param rtspUrl=/.exec(program.err())!;
    const check = startSluice(['check', file!], { cwd });
    expect(await check.ended()).toBe(0);
  });

  it('serve says how to add a camera, and does not where there is one', async () => {
    const folder = ['--data', tempDir(), ...LOOPBACK];
    const program = startSluice(['serve', ...folder]);
    const base = await addressOf(program);
    await program.says(/there is no camera yet; add one on the page, http:\/\/127\.0\.0\.1:\d+\/;.*sluice record/);
    const topology = motionToFiles();
    await callMethod(base, 'pipelineTopologySet', topology);
    const one = livePipeline('one', topology.name, { rtspUrl: 'rtsp://127.0.0.1:1/x' });
    await callMethod(base, 'livePipelineSet', { '@apiVersion': '1.1', ...one });
    program.child.kill('SIGTERM');
    expect(await program.ended()).toBe(0);
    const again = startSluice(['serve', ...folder]);
    await addressOf(again);
    again.child.kill('SIGTERM');
    expect(await again.ended()).toBe(0);
    expect(again.err()).not.toContain('no camera yet');
  });
});
