import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./mjpeg-camera.py', import.meta.url));

/** A camera that sends MJPEG, 25 pictures a second, until the test has ended. `moving` has motion all the time, `still` none. */
export const startMjpegCamera = async (): Promise<{ moving: string; still: string }> => {
  const server = spawn('/usr/bin/python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.stdin.end();
    await ended;
  });
  const first = once(createInterface(server.stdout), 'line') as Promise<[string]>;
  const [port] = await Promise.race([
    first,
    ended.then(([code]): never => {
      throw new Error(`the MJPEG camera ended with ${code}`);
    }),
  ]);
  const url = (path: string): string => `rtsp://127.0.0.1:${Number(port)}/${path}`;
  return { moving: url('moving'), still: url('still') };
};
