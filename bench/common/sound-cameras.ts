import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('sound-cameras.py', import.meta.url));

export interface ServedFile {
  /** @param name of a camera */
  url(name: string): string;
  stop(): Promise<void>;
}

/**
 * A real RTSP server whose cameras all play a file, each from its beginning for whoever asks.
 *
 * @param file Matroska with H.264 and sound
 * @param sound by the names of the cameras: GStreamer's elements from the sound of the file to its packets
 * @throws if the server does not start
 */
export const serveSoundFile = async (file: string, sound: Readonly<Record<string, string>>): Promise<ServedFile> => {
  const cameras = Object.entries(sound).map(([name, elements]) => `${name}=${elements}`);
  const child = spawn('/usr/bin/python3', [PROGRAM, file, ...cameras], { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const port = await Promise.race([
    once(child.stdout, 'data').then(([line]) => Number(String(line))),
    exited.then(() => Promise.reject(new Error('the cameras have not started'))),
  ]);
  return {
    url: (name) => `rtsp://127.0.0.1:${port}/${name}`,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
};
