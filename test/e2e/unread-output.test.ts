import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { callMethod, type LoggedEvent, loggedEvents, ofType, untilLogged } from '../kit/served-engine.js';
import { tempDir } from '../kit/temp-dir.js';
import { UnreadPipe } from '../kit/unread-pipe.js';
import { until } from '../kit/until.js';

const DIST = resolve(import.meta.dirname, '../../dist');
const CLI = join(DIST, 'engine/cli/main.js');

type Output = number | 'pipe' | 'ignore';

/** A process that is ended, with its hosts, when the test is over. */
const start = (command: string, args: readonly string[], stdout: Output, stderr: Output) => {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', stdout, stderr] });
  const alive = () => child.exitCode === null && child.signalCode === null;
  onTestFinished(() => {
    if (child.pid && alive()) process.kill(-child.pid, 'SIGKILL');
  });
  const ended = async (): Promise<number | null> => {
    await until('the end', () => !alive());
    return child.exitCode;
  };
  return { child, ended };
};

const textOf = (child: ChildProcess): (() => string) => {
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
};

/** `sluice serve` that logs into a pipe, with a pipeline that logs each message. Returns where it listens. */
const serve = async (pipe: UnreadPipe) => {
  const served = start(
    process.execPath,
    [CLI, 'serve', '--http', '127.0.0.1:0', '--data', tempDir()],
    'ignore',
    pipe.childEnd,
  );
  pipe.started();
  const url = () => /listening on (\S+?)"/.exec(pipe.read())?.[1];
  await until('listening', () => url() !== undefined, 30_000);
  const base = url()!;
  const topology = messageToFiles();
  await callMethod(base, 'pipelineTopologySet', topology);
  const parameters = { rtspUrl: 'rtsp://127.0.0.1:1/none', input: 'door' };
  await callMethod(base, 'livePipelineSet', { '@apiVersion': '1.1', ...livePipeline('p', topology.name, parameters) });
  expect((await callMethod(base, 'livePipelineActivate', { '@apiVersion': '1.1', name: 'p' })).status).toBe(200);
  return { ...served, base };
};

/** About 2.5 KB of log each. */
const sendMessages = async (base: string, count: number) => {
  for (let n = 0; n < count; n++) {
    const response = await fetch(`${base}/inputs/door`, { method: 'POST', body: JSON.stringify('x'.repeat(2000)) });
    expect(response.status).toBe(200);
  }
};

const dropped = async (base: string): Promise<number> => {
  const metrics = await (await fetch(`${base}/metrics`)).text();
  return Number(/^sluice_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1]);
};

describe('a log that nobody reads', () => {
  it('does not hold up the engine, which tells what it dropped', async () => {
    const pipe = new UnreadPipe();
    const { child, base, ended } = await serve(pipe);
    await sendMessages(base, 700);
    expect(await dropped(base)).toBeGreaterThan(0);
    const told = async () => ofType(await loggedEvents(base), 'LogLinesDropped').map(({ data }) => data['state']);
    expect(await told()).toEqual(['dropping']);
    await until('the note', () => pipe.read().includes('lines were left out'), 30_000);
    const events = await untilLogged(base, (all) => ofType(all, 'LogLinesDropped').length === 2);
    const [began, over] = ofType(events, 'LogLinesDropped');
    expect(over?.data).toEqual({ since: began?.data['since'], count: await dropped(base), state: 'over' });
    // What comes after is logged as before.
    child.kill('SIGTERM');
    expect(await ended()).toBe(0);
    expect(pipe.read()).toContain('finishing clips');
  }, 120_000);

  it('does not hold up the end', async () => {
    const pipe = new UnreadPipe();
    const { child, base, ended } = await serve(pipe);
    pipe.fill();
    await sendMessages(base, 2);
    child.kill('SIGTERM');
    expect(await ended()).toBe(0);
  }, 120_000);

  it('may be closed by its reader', async () => {
    const pipe = new UnreadPipe();
    const { child, base, ended } = await serve(pipe);
    pipe.close();
    await sendMessages(base, 20);
    child.kill('SIGTERM');
    expect(await ended()).toBe(0);
  }, 120_000);
});

describe('an exception that nobody catches', () => {
  const script = `
    const { printWithoutWaiting } = await import('${DIST}/engine/cli/exit.js');
    const { createLogger } = await import('${DIST}/engine/log/logger.js');
    printWithoutWaiting();
    createLogger('info').info('last words');
    process.emitWarning('take care');
    setTimeout(() => { throw new Error('it broke') }, 10);`;

  it('is logged, after what was logged before it, for a reader that comes late', async () => {
    const pipe = new UnreadPipe();
    pipe.fill();
    const { ended } = start(process.execPath, ['--input-type=module', '-e', script], 'ignore', pipe.childEnd);
    pipe.started();
    // Read only when the process is at its end or beyond.
    await until('the words', () => pipe.read().includes('it broke'));
    expect(await ended()).toBe(1);
    expect(pipe.read()).toMatch(/last words[\s\S]*take care[\s\S]*Error: it broke/);
  });

  it('ends the process also when nobody reads', async () => {
    const pipe = new UnreadPipe();
    pipe.fill();
    const { ended } = start(process.execPath, ['--input-type=module', '-e', script], 'ignore', pipe.childEnd);
    pipe.started();
    expect(await ended()).toBe(1);
  });
});

describe('the events of `sluice run`', () => {
  const { camera, stopCameras } = testCameras();
  afterEach(stopCameras);

  const run = async (pipe: UnreadPipe) => {
    const { url } = await camera({ scenes: ['busy'], gop: 1 });
    const dataDir = tempDir();
    const file = join(dataDir, 'topology.json');
    writeFileSync(file, JSON.stringify(motionToFiles({ minimum: 'PT10S', maximum: 'PT10S' })));
    const args = [CLI, 'run', file, '--param', `rtspUrl=${url}`, '--data', dataDir, '--http', '127.0.0.1:0'];
    const started = start(process.execPath, args, pipe.childEnd, 'pipe');
    pipe.started();
    const log = textOf(started.child);
    await until('listening', () => /listening on (\S+?)"/.test(log()), 30_000);
    return { ...started, log, base: /listening on (\S+?)"/.exec(log())![1]! };
  };
  const has = (lastPart: string) => (events: LoggedEvent[]) => ofType(events, lastPart).length > 0;

  it('wait for a reader that has stopped; recording goes on, and it gets them all', async () => {
    const pipe = new UnreadPipe();
    pipe.fill();
    const { child, base, ended, log } = await run(pipe);
    await untilLogged(base, has('RecordingAvailable'));
    expect(pipe.read()).toBe('');
    await until('the events', () => pipe.read().includes('RecordingAvailable'), 30_000);
    child.kill('SIGTERM');
    const reading = setInterval(() => pipe.read(), 20);
    expect(await ended().finally(() => clearInterval(reading))).toBe(0);
    const seqs = pipe
      .read()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(log()).not.toContain('not printed');
  }, 120_000);

  it('do not hold up the end, which says how many nobody has read', async () => {
    const pipe = new UnreadPipe();
    pipe.fill();
    const { child, base, ended, log } = await run(pipe);
    await untilLogged(base, has('RecordingStarted'));
    child.kill('SIGTERM');
    expect(await ended()).toBe(0);
    await until('the last words', () => /"events":\d+,"after":0,.*not printed/.test(log()));
  }, 120_000);

  it('end the run in good order when the reader goes away', async () => {
    const pipe = new UnreadPipe();
    const { base, ended, log } = await run(pipe);
    await untilLogged(base, has('RecordingStarted'));
    pipe.read();
    pipe.close();
    expect(await ended()).toBe(0);
    expect(log()).toContain('nobody reads the events any more');
  }, 120_000);

  it('leave nothing empty, and no complaint, whenever the reader goes away', async () => {
    const { url } = await camera({ scenes: ['busy'], gop: 1 });
    for (const lines of [1, 4, 6]) {
      const dataDir = tempDir();
      const file = join(dataDir, 'topology.json');
      writeFileSync(file, JSON.stringify(motionToFiles()));
      // The log goes the same way: both readers leave at once.
      const args = ['run', file, '--param', `rtspUrl=${url}`, '--data', dataDir].map((arg) => `'${arg}'`).join(' ');
      const command = `('${process.execPath}' '${CLI}' ${args} 2>&1; echo $? >'${dataDir}/code') | head -${lines}`;
      const { ended } = start('sh', ['-c', command], 'ignore', 'ignore');
      expect(await ended()).toBe(0);
      await until(
        'the exit code',
        () => existsSync(join(dataDir, 'code')) && readFileSync(join(dataDir, 'code'), 'utf8') !== '',
      );
      expect(readFileSync(join(dataDir, 'code'), 'utf8').trim(), `head -${lines}`).toBe('0');
      const clips = existsSync(join(dataDir, 'media/clips')) ? readdirSync(join(dataDir, 'media/clips')) : [];
      for (const clip of clips) {
        const { durationSeconds, complaints } = await judgeClip(join(dataDir, 'media/clips', clip));
        expect(complaints).toBe('');
        expect(durationSeconds).toBeGreaterThan(0);
      }
    }
  }, 180_000);
});

describe('the results of a command whose reader has gone', () => {
  it.each([
    [['check', resolve(DIST, '../examples/topologies/motion-to-clips.json'), 'none.json'], 2],
    [['--help'], 0],
    [['videos', 'list', '--help'], 0],
    [['record', '--print-topology'], 0],
  ])('are no crash of %j', async (args, code) => {
    const [out, err] = [new UnreadPipe(), new UnreadPipe()];
    for (const pipe of [out, err]) pipe.close();
    const { ended } = start(process.execPath, [CLI, ...args], out.childEnd, err.childEnd);
    for (const pipe of [out, err]) pipe.started();
    expect(await ended()).toBe(code);
  });
});
