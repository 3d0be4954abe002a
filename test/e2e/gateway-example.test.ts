import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { judgeClip } from '../kit/judge-clip.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempFolder } from '../kit/temp-files.js';

const PROGRAM = resolve(import.meta.dirname, '../../dist/examples/gateway/main.js');
const folder = tempFolder();
let camera: TestCamera | undefined;
let child: ChildProcessWithoutNullStreams | undefined;

afterAll(async () => {
  if (child?.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  await camera?.stop();
  folder.remove();
});

it('the example gateway adds and removes cameras while it runs, and says what they cost', async () => {
  camera = await startCamera({ scenes: ['busy', 'quiet'], gop: 1 });
  const [busy, quiet] = camera.urls as [string, string];
  child = spawn(process.execPath, [PROGRAM, folder.path], { detached: true });
  const program = child;
  let text = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (text += chunk));
  const shown = async (pattern: RegExp, timeout = 30_000) => {
    await expect.poll(() => text, { timeout, interval: 50 }).toMatch(pattern);
    return pattern.exec(text) as RegExpExecArray;
  };
  const enter = (line: string) => program.stdin.write(`${line}\n`);

  await shown(/^ready$/m);
  enter(`add busy ${busy}`);
  await shown(/busy is active/);
  enter(`add quiet ${quiet}`);
  enter('add not!a!name rtsp://127.0.0.1/x');
  await shown(/refused: .*\[PipelineValidationError\]/);
  await shown(/busy motion/);
  await shown(/quiet is active/);
  enter('cost');
  const [, kbit] = await shown(/^busy: streaming, (\d+) kbit\/s in, [\d.]+ pictures\/s decoded, .* of a core/m);
  expect(Number(kbit)).toBeGreaterThan(10);
  enter('remove quiet');
  await shown(/quiet is inactive/);
  enter('remove busy');
  const [, clip] = await shown(/busy clip (\/\S+\.mp4)/);
  await shown(/busy is inactive/);
  expect((await judgeClip(clip!)).complaints).toBe('');
  text = '';
  enter('cost');
  enter('remove busy');
  await shown(/refused: .*\[NotFound\]/);
  expect(text).not.toContain('kbit');
  enter('quit');
  expect(await once(program, 'exit')).toEqual([0, null]);
});
