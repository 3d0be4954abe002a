import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { judgeClip } from '../kit/judge-clip.js';
import { startProgram } from '../kit/program.js';
import { tempDir } from '../kit/temp-dir.js';

const DEMO = resolve(import.meta.dirname, '../../dist/examples/demo/main.js');
const demo = (...args: string[]) => startProgram(process.execPath, [DEMO, ...args]);

it('the demo ends after its first clip, and runs again on the same folder with a camera that does not answer', async () => {
  const dataDir = tempDir();
  const once = demo('--once', '--data', dataDir);
  const [, file] = await once.says(/clip ready: (\S+\.mp4)/, 180_000);
  expect(await once.ended()).toBe(0);
  const clip = await judgeClip(file!);
  expect(clip.complaints).toBe('');
  // One walk of 4 s, with 5 s before and 10 s after it, from a keyframe on.
  expect(clip.durationSeconds).toBeGreaterThan(13);
  expect(clip.durationSeconds).toBeLessThan(24);

  const away = demo('--data', dataDir, '--rtsp', 'rtsp://me:secret@127.0.0.1:1/none');
  await away.says(/rtsp:\/\/127\.0\.0\.1:1\/none refused the connection; check the address.*It is tried again/);
  away.child.kill('SIGINT');
  expect(await away.ended()).toBe(0);
  expect(away.out()).toContain('SIGINT: finishing recordings');
  expect(away.out() + away.err()).not.toContain('secret');
}, 300_000);

it('the demo says what is wrong with an address, and ends', async () => {
  const wrong = demo('--data', tempDir(), '--rtsp', 'camera');
  expect(await wrong.ended()).toBe(2);
  expect(wrong.err()).toMatch(/the address of the camera is not a URL \[CameraAddressInvalid\]/);
});
