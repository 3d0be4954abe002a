import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { prepareSource } from '../../engine/simulator/prepare.js';
import { sceneNamed } from '../../engine/simulator/scenes.js';
import type { SimulatorOptions } from '../../engine/simulator/types.js';
import { describeCamera as ask } from '../kit/describe-camera.js';
import { pause } from '../kit/pauses.js';
import { childrenOf, processState } from '../kit/processes.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { keyPictures, pictureTimes, playRtsp, type RtspPlayer } from '../kit/rtsp-player.js';
import { movesAt } from '../kit/scenes.js';
import { makeClip, selfSigned, tempFolder } from '../kit/temp-files.js';

const run = promisify(execFile);
const folder = tempFolder();
const plain = makeClip(join(folder.path, 'plain clip.mp4'), 1.2, ['-c:v', 'libx264', '-g', '15', '-bf', '0']);
const withB = makeClip(join(folder.path, 'with-b.mp4'), 1.2, [
  '-c:v',
  'libx264',
  '-g',
  '15',
  '-bf',
  '2',
  '-x264-params',
  'b-adapt=0',
]);
const other = makeClip(join(folder.path, 'other.avi'), 1.2, ['-c:v', 'mpeg4']);

/** A simulator for one test, which ends with it: most of these tests only wait for pictures, so they wait together. */
const start = async ({ onTestFinished }: TestContext, options: SimulatorOptions): Promise<TestCamera> => {
  const camera = await startCamera({ cacheDir: join(folder.path, 'cache'), ...options });
  onTestFinished(camera.stop);
  return camera;
};
afterAll(() => folder.remove());
/** `seconds` of the stream, received and decoded by ffmpeg. */
const watch = async (url: string, seconds: number, transport = 'tcp') => {
  const { stdout, stderr } = await run(
    'ffprobe',
    [
      ...['-v', 'warning', '-rtsp_transport', transport, '-read_intervals', `%+${seconds}`],
      ...['-show_entries', 'frame=pts_time,width,height,key_frame:stream=codec_name,width,height', '-of', 'json', url],
    ],
    { timeout: 90_000 },
  );
  const { frames, streams } = JSON.parse(stdout) as {
    frames: { pts_time: string; width: number; height: number; key_frame: number }[];
    streams: { codec_name: string; width: number; height: number }[];
  };
  return { frames, stream: streams[0]!, complaints: stderr };
};

/** Resolves when nothing has come for a while: what was under way has arrived. */
const silence = async ({ packets }: RtspPlayer): Promise<void> => {
  for (let count = -1; count !== packets.length; ) {
    count = packets.length;
    await pause(200);
  }
};

const withCredentials = (url: string, user: string, password: string): string =>
  url.replace('://', `://${user}:${password}@`);

/** Bytes of each access unit of a file, in the order in which they are sent. */
const unitSizes = async (file: string): Promise<number[]> => {
  const what = ['-select_streams', 'v', '-show_entries', 'packet=size', '-of', 'csv=p=0'];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...what, file]);
  return stdout.trim().split('\n').map(Number);
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

describe.concurrent('a scene in which nothing moves', () => {
  it.for(['h264', 'h265'] as const)('costs as much at every place of its loop, in %s', async (codec) => {
    const file = await prepareSource({ kind: 'scene', name: 'quiet' }, { codec, size: '320x180' }, folder.path);
    const sizes = await unitSizes(file);
    expect(sizes).toHaveLength(300);
    // The second half of each GOP: behind a keyframe an encoder saves for a while.
    const halves = [25, 75, 125, 175, 225, 275].map((from) => sizes.slice(from, from + 25));
    const usual = median(halves.map(median));
    for (const half of halves) {
      expect(median(half) / usual).toBeGreaterThan(0.7);
      expect(median(half) / usual).toBeLessThan(1.4);
      expect(Math.min(...half) / usual).toBeGreaterThan(0.1);
    }
  });
});

describe.concurrent('a scene', () => {
  it.for([
    [0.5, 25, 300],
    [0.3, 25, 300],
    [3, 12.5, 150],
    [20, 5, 120],
  ])('with keyframes %d s apart, %d pictures a second, has all %d pictures', async ([gop, fps, count]) => {
    const options = { gop: gop!, fps: fps!, size: '160x90' };
    const file = await prepareSource({ kind: 'scene', name: 'quiet' }, options, folder.path);
    expect(await unitSizes(file)).toHaveLength(count!);
  });
});

describe.concurrent('a looped clip', () => {
  it.for([
    ['without B-frames', plain, false],
    ['with B-frames', withB, true],
  ] as const)('%s goes round without a seam, in real time', async ([, clip, reordered], context) => {
    const { url } = await start(context, { clips: [clip] });
    const player = await playRtsp(url);
    // 1.2 s a round, 30 frames: four rounds and a bit.
    await player.until((packets) => pictureTimes(packets).length > 130);
    player.close();
    const times = pictureTimes(player.packets).slice(0, 130);
    const inOrder = [...times].sort((a, b) => a - b);
    // Pictures not yet shown are missing at the end when they are sent out of order.
    for (let index = 1; index < 126; index++) expect(inOrder[index]! - inOrder[index - 1]!).toBeCloseTo(40, 0);
    if (reordered) expect(times).not.toEqual(inOrder);
    else expect(times).toEqual(inOrder);
    const keys = keyPictures(player.packets).filter((index) => index < 130);
    expect(keys.slice(0, 6)).toEqual(
      [0, 15, 30, 45, 60, 75].map((index) => index - (keys[0] === 0 ? 0 : 15 - keys[0]!)),
    );
    for (const key of keys) expect((times[key]! - times[keys[0]!]!) % 600).toBeCloseTo(0, 0);
    const last = player.packets.filter((packet) => packet.marker)[125]!;
    // The first may be sent late, and those behind it then catch up.
    expect(last.at).toBeGreaterThan(4000);
    // Sequence numbers without a hole: nothing was left out at the seam.
    const numbers = player.packets.map(({ sequence }) => sequence);
    for (let index = 1; index < numbers.length; index++)
      expect(numbers[index]).toBe((numbers[index - 1]! + 1) & 0xffff);
  });

  it('decodes without a complaint over several rounds', async (context) => {
    const { url } = await start(context, { clips: [withB] });
    const { frames, complaints, stream } = await watch(url, 4);
    expect(stream).toMatchObject({ codec_name: 'h264', width: 320, height: 180 });
    expect(frames.length).toBeGreaterThan(90);
    expect(complaints.replace(/.*(bind|address).*\n/gi, '')).toBe('');
  });

  it('with sound that begins before the first picture loses the sound, and is not waited for', async (context) => {
    const file = join(folder.path, 'sound-first.mp4');
    const inputs = ['-itsoffset', '0.5', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25:duration=1.2'];
    const sound = ['-f', 'lavfi', '-i', 'sine=duration=1.7', '-c:a', 'aac'];
    const coding = ['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-bf', '0', '-g', '15', '-fps_mode', 'passthrough'];
    await run('ffmpeg', ['-v', 'error', '-y', ...inputs, ...sound, ...coding, file]);
    const { url } = await start(context, { clips: [file] });
    expect((await watch(url, 1)).stream).toMatchObject({ codec_name: 'h264', width: 320, height: 180 });
  });

  it('that is not H.264 is transcoded; so is one for which another encoding is asked', async (context) => {
    const { urls, names, stop } = await start(context, { clips: [other] });
    expect(names).toEqual(['other']);
    expect((await watch(urls[0]!, 1)).stream).toMatchObject({ codec_name: 'h264', width: 320, height: 180 });
    await stop();
    const { url } = await start(context, { clips: [plain], codec: 'h265', size: '160x90', gop: 1 });
    expect((await watch(url, 1)).stream).toMatchObject({ codec_name: 'hevc', width: 160, height: 90 });
  });
});

describe.concurrent('cameras', () => {
  it('are as many as asked for, each for several clients at once, also through HTTP', async (context) => {
    const { urls, names, events } = await start(context, { clips: [plain, withB], count: 5 });
    expect(names).toEqual(['plain-clip', 'with-b', 'plain-clip-2', 'with-b-2', 'plain-clip-3']);
    const watched = await Promise.all([
      ...[urls[0]!, urls[0]!, urls[1]!, urls[4]!].map((url) => watch(url, 2)),
      watch(urls[0]!, 2, 'http'),
    ]);
    for (const { frames } of watched) expect(frames.length).toBeGreaterThan(20);
    expect(events.filter(({ event }) => event === 'streamStart').length).toBeGreaterThanOrEqual(3);
  });

  it('answer whoever comes while the client before is being seen off', async (context) => {
    const { urls, events } = await start(context, { clips: [plain], count: 6 });
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        urls.map(async (url, index) => {
          const transport = index % 2 ? 'http' : 'tcp';
          expect(await ask({ url, transport, timeoutMs: 8000 })).toMatchObject({ ok: true });
          const player = await playRtsp(url);
          await player.until((packets) => packets.length > 3);
          player.close();
        }),
      );
    }
    await expect.poll(() => events.filter(({ event }) => event === 'streamEnd').length, { timeout: 60_000 }).toBe(60);
  });

  it.for(['basic', 'digest'] as const)('let in who has the password, by %s', async (auth, context) => {
    const password = 'pa55word';
    const { url, pid } = await start(context, { clips: [plain], user: 'viewer', password, auth });
    expect((await watch(withCredentials(url, 'viewer', password), 1)).frames.length).toBeGreaterThan(20);
    await expect(watch(withCredentials(url, 'viewer', 'wrong'), 1)).rejects.toThrow(/401/);
    await expect(watch(url, 1)).rejects.toThrow(/401/);
    const credentials = { username: 'viewer', password };
    for (const transport of ['tcp', 'http'] as const) {
      expect(await ask({ url, transport, timeoutMs: 5000, credentials })).toMatchObject({ ok: true });
      expect(await ask({ url, transport, timeoutMs: 5000 })).toMatchObject({ ok: false, failure: { kind: 'auth' } });
    }
    const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]);
    expect(stdout).not.toContain(password);
  });

  it('speak TLS', async (context) => {
    const own = selfSigned(folder.path);
    const { url } = await start(context, { clips: [plain], tls: { cert: own.cert, key: own.key } });
    expect(url).toMatch(/^rtsps:/);
    const tls = { trustedCertificates: [own.pem] };
    expect(await ask({ url, transport: 'tcp', timeoutMs: 5000, tls })).toMatchObject({ ok: true });
    expect(await ask({ url, transport: 'tcp', timeoutMs: 5000 })).toMatchObject({
      ok: false,
      failure: { kind: 'tls' },
    });
  });

  it('say what is wrong when they cannot start', async (context) => {
    const cases: [SimulatorOptions, string, RegExp][] = [
      [{ clips: ['/nowhere/x.mp4'] }, 'clipMissing', /\/nowhere\/x\.mp4: no such file/],
      [{ clips: [folder.path] }, 'clipMissing', /is not a file/],
      [{ scenes: ['nope'] }, 'noSuchScene', /there are quiet, motion/],
      [{ size: '3x3' }, 'badSize', /even pixels/],
      [{ count: 0 }, 'badOption', /count/],
      [{ fps: Number.NaN }, 'badOption', /fps/],
      [{ password: 'x' }, 'badOption', /needs a user/],
    ];
    const text = join(folder.path, 'text.mp4');
    writeFileSync(text, 'no video at all\n'.repeat(100));
    cases.push([{ clips: [text] }, 'clipUnreadable', /text\.mp4: /]);
    const { port } = await start(context, { clips: [plain] });
    cases.push([{ clips: [plain], port }, 'portInUse', /cannot listen on 127\.0\.0\.1:/]);
    const cacheDir = join(folder.path, 'cache');
    for (const [options, code, message] of cases) {
      await expect(startCamera({ cacheDir, ...options })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    }
  });
});

describe.concurrent('a generated scene', () => {
  it('moves when its timetable says so, counted from the start of the stream', async (context) => {
    const { url, event } = await start(context, { scenes: ['motion'], size: '320x180' });
    const scene = sceneNamed('motion')!;
    const size = 80 * 45;
    const { stdout } = await run(
      'ffmpeg',
      [
        ...['-v', 'error', '-rtsp_transport', 'tcp', '-i', url, '-t', '13', '-fps_mode', 'passthrough'],
        ...['-vf', 'fps=5,scale=80:45:flags=area,format=gray', '-f', 'rawvideo', '-'],
      ],
      { encoding: 'buffer', maxBuffer: 1 << 28, timeout: 80_000 },
    );
    await event((each) => each.event === 'streamStart');
    const pictures = Array.from({ length: Math.floor(stdout.length / size) }, (_, i) =>
      stdout.subarray(i * size, (i + 1) * size),
    );
    expect(pictures.length).toBeGreaterThan(60);
    const changed = pictures.map((picture) =>
      picture.reduce((count, luma, i) => count + (Math.abs(luma - pictures[0]![i]!) > 12 ? 1 : 0), 0),
    );
    for (const [index, count] of changed.entries()) {
      const t = index / 5;
      // A second to either side for the client's start.
      if (movesAt(scene, t - 1) && movesAt(scene, t + 1)) expect([t, count > 10]).toEqual([t, true]);
      if (!movesAt(scene, t - 1) && !movesAt(scene, t) && !movesAt(scene, t + 1))
        expect([t, count > 10]).toEqual([t, false]);
    }
  });
});

describe.concurrent('faults', () => {
  it('stall: silence on an open connection, for new clients too; resume goes on with a keyframe', async (context) => {
    const { url, control, event } = await start(context, { clips: [plain] });
    const player = await playRtsp(url);
    await player.until((packets) => pictureTimes(packets).length > 10);
    await control({ command: 'stall' });
    await silence(player);
    const count = player.packets.length;
    await pause(800);
    expect(player.packets.length).toBe(count);
    expect(player.open).toBe(true);
    await control({ command: 'resume' });
    await player.until((packets) => packets.length > count + 20);
    const after = player.packets.slice(count);
    expect(after.findIndex(({ nalType }) => nalType === 5)).toBeLessThan(
      after.findIndex(({ nalType }) => nalType === 1),
    );
    // The clock went on meanwhile.
    const gap = (after[0]!.timestamp - player.packets[count - 1]!.timestamp) / 90;
    expect(gap).toBeGreaterThan(800);
    player.close();

    await control({ command: 'stall' });
    await event((each) => each.event === 'streamEnd');
    const late = await playRtsp(url);
    await pause(700);
    expect(pictureTimes(late.packets).length).toBeLessThanOrEqual(1);
    expect(late.open).toBe(true);
    late.close();
  });

  it('drop: connections are closed, the camera answers again; only the camera that is named', async (context) => {
    const { urls, names, control } = await start(context, { clips: [plain], count: 2 });
    const [one, two] = [await playRtsp(urls[0]!), await playRtsp(urls[1]!)];
    await one.until((packets) => packets.length > 5);
    await control({ command: 'drop', camera: names[0]! });
    await one.closed;
    expect(two.open).toBe(true);
    const count = two.packets.length;
    await two.until((packets) => packets.length > count + 20);
    two.close();
    const again = await playRtsp(urls[0]!);
    await again.until((packets) => packets.length > 5);
    again.close();
  });

  it('stop and start: the port refuses, and is the same one afterwards; or one path is not found', async (context) => {
    const { url, urls, names, control } = await start(context, { clips: [plain], count: 2 });
    const question = (asked: string) => ask({ url: asked, transport: 'tcp', timeoutMs: 3000 });
    await control({ command: 'stop', camera: names[1]! });
    expect(await question(urls[1]!)).toMatchObject({ ok: false, failure: { code: '404' } });
    expect(await question(url)).toMatchObject({ ok: true });
    await control({ command: 'start', camera: names[1]! });
    expect(await question(urls[1]!)).toMatchObject({ ok: true });

    const player = await playRtsp(url);
    await control({ command: 'stop' });
    await player.closed;
    expect(await question(url)).toMatchObject({ ok: false, failure: { code: 'ECONNREFUSED' } });
    await control({ command: 'start' });
    const again = await playRtsp(url);
    await again.until((packets) => packets.length > 5);
    again.close();
  });

  it('garbage: the decoder complains, the connection stays', async (context) => {
    const { url, control } = await start(context, { clips: [plain] });
    await control({ command: 'garbage', share: 0.02 });
    const { complaints } = await watch(url, 3);
    expect(complaints).toMatch(/error|invalid|concealing|out of range/i);
    await control({ command: 'resume' });
    const clean = await watch(url, 2);
    expect(clean.frames.length).toBeGreaterThan(40);
  });

  it('resolution: another picture size on the same connection, and back', async (context) => {
    const { url, control, event } = await start(context, { clips: [plain] });
    const watching = watch(url, 15);
    await event((each) => each.event === 'play');
    await pause(1500);
    await control({ command: 'resolution', size: '160x90' });
    await pause(1500);
    await control({ command: 'resume' });
    const { frames } = await watching;
    const sizes = frames.map(({ width }) => width).filter((width, index, all) => width !== all[index - 1]);
    expect(sizes).toEqual([320, 160, 320]);
  });

  it('longGop: no keyframe for longer than before', async (context) => {
    const { url, control } = await start(context, { scenes: ['quiet'], size: '160x90', gop: 0.4 });
    await control({ command: 'longGop', gop: 12 });
    const player = await playRtsp(url);
    await player.until((packets) => pictureTimes(packets).length > 50);
    expect(keyPictures(player.packets).length).toBe(1);
    await control({ command: 'resume' });
    const count = pictureTimes(player.packets).length;
    await player.until((packets) => pictureTimes(packets).length > count + 40);
    expect(keyPictures(player.packets).length).toBeGreaterThan(3);
    player.close();
  });

  it('that do not exist are refused', async (context) => {
    const { control, stop } = await start(context, { clips: [plain] });
    await expect(control({ command: 'stall', camera: 'nobody' })).rejects.toMatchObject({ code: 'noSuchCamera' });
    await expect(control({ command: 'resolution', camera: 'nobody', size: '160x90' })).rejects.toMatchObject({
      code: 'noSuchCamera',
    });
    await expect(control({ command: 'explode' } as never)).rejects.toMatchObject({ code: 'noSuchCommand' });
    await stop();
    await expect(control({ command: 'stall' })).rejects.toMatchObject({ code: 'simulatorEnded' });
  });
});

describe('the command', () => {
  const built = join(import.meta.dirname, '../../dist/engine/cli/camera.js');
  const launch = (...args: string[]) => {
    const code = `const { cameraCommand } = await import(${JSON.stringify(pathToFileURL(built).href)}); await cameraCommand().parseAsync(process.argv, { from: 'node' });`;
    return spawn(process.execPath, ['--input-type=module', '-e', code, 'sluice', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  };
  /** A process that has ended and that nobody has asked for yet (state Z) is gone as well. */
  const alive = (pid: number): boolean => !['Z', undefined].includes(processState(pid));

  it('prints a line per URL, obeys faults on stdin, and ends cleanly on a signal', async () => {
    expect(existsSync(built), 'built first').toBe(true);
    const child = launch('--port', '0', '--clip', plain, '--count', '2');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const notes = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
    const first = JSON.parse((await lines.next()).value!) as { url: string; name: string };
    const second = JSON.parse((await lines.next()).value!) as { url: string };
    expect(first).toMatchObject({
      name: 'plain-clip',
      clip: plain,
      url: expect.stringMatching(/^rtsp:\/\/127\.0\.0\.1:\d+\/plain-clip$/),
    });
    child.stdin.write('nonsense\n{"command":"stop","camera":"plain-clip"}\n');
    expect(JSON.parse((await notes.next()).value!)).toMatchObject({ refused: 'nonsense' });
    expect(JSON.parse((await notes.next()).value!)).toEqual({ done: { command: 'stop', camera: 'plain-clip' } });
    expect(await ask({ url: first.url, transport: 'tcp', timeoutMs: 3000 })).toMatchObject({
      failure: { code: '404' },
    });
    expect(await ask({ url: second.url, transport: 'tcp', timeoutMs: 3000 })).toMatchObject({ ok: true });
    const children = childrenOf(child.pid!);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(children.map(alive)).toEqual([false]);
  });

  it('leaves no process behind when it is killed', async () => {
    const child = launch('--port', '0', '--clip', plain);
    await once(child.stdout, 'data');
    const [server] = childrenOf(child.pid!);
    child.kill('SIGKILL');
    await expect.poll(() => alive(server!), { timeout: 60_000 }).toBe(false);
  });

  it('leaves no encoder behind when it is killed while a clip is transcoded', async () => {
    const long = makeClip(join(folder.path, 'long.avi'), 90, ['-c:v', 'mpeg4']);
    const child = launch('--port', '0', '--clip', long);
    let encoder: number | undefined;
    await expect.poll(() => (encoder = childrenOf(child.pid!)[0]), { timeout: 60_000 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await expect.poll(() => alive(encoder!), { timeout: 60_000 }).toBe(false);
  });

  it('says what is wrong and exits with 2', async () => {
    const child = launch('--port', '0', '--clip', '/nowhere/x.mp4');
    const [text] = (await once(child.stderr, 'data')) as [Buffer];
    expect(text.toString()).toMatch(/^sluice camera: \/nowhere\/x\.mp4: no such file/);
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});
