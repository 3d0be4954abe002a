/** The recorded cameras in a process of their own, as the benchmark has them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ended, pidOf } from '../density/spawned.js';
import type { FromReplayer, Recorded, ToReplayer } from './messages.js';
import { type Movement, pathOfCamera, type ReplayerFigures } from './replayer.js';
import { encode, QUIET, type Recording, WALKS } from './scenes.js';

export interface ReplayedCameras {
  readonly urls: readonly string[];
  readonly pid: number;
  clients(): number;
  /** What has moved so far, or is about to. */
  readonly movements: readonly Movement[];
  /** From now on this share of the cameras moves at any time; 0: none begins any more. */
  move(share: number): void;
  /** Since the last call. */
  figures(): Promise<ReplayerFigures>;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('./replayer-main.js', import.meta.url));

/** @param dir for the recordings, which are made anew */
export const startReplayedCameras = async (count: number, dir: string): Promise<ReplayedCameras> => {
  const record = async (recording: Recording, index: number): Promise<Recorded> => {
    const file = join(dir, `${recording.scene.name}-${index}.h264`);
    await encode(file, recording);
    return { file, ...(recording.moves ? { moves: recording.moves } : {}) };
  };
  const all = async (recordings: readonly Recording[]): Promise<Recorded[]> => {
    const recorded: Recorded[] = [];
    for (const [index, recording] of recordings.entries()) recorded.push(await record(recording, index));
    return recorded;
  };
  const [quiet, moving] = [await all(QUIET), await all(WALKS)];
  const child = fork(MAIN, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const movements: Movement[] = [];
  let clients = 0;
  child.on('message', (message: FromReplayer) => {
    if (message.kind === 'clients') clients = message.clients;
    if (message.kind === 'moved') {
      const { camera, begins, ends } = message;
      movements.push({ camera, begins, ends });
    }
  });
  const ask = (message: ToReplayer): boolean => child.send(message);
  ask({ kind: 'start', cameras: count, quiet, moving });
  try {
    const { port } = await answer(child, 'listening');
    return {
      urls: Array.from({ length: count }, (_, camera) => `rtsp://127.0.0.1:${port}${pathOfCamera(camera)}`),
      pid: pidOf(child),
      clients: () => clients,
      movements,
      move: (share) => {
        ask({ kind: 'move', share });
      },
      figures: async () => {
        ask({ kind: 'tell' });
        return await answer(child, 'figures');
      },
      stop: () => ended(child, 'SIGTERM'),
    };
  } catch (problem) {
    await ended(child, 'SIGKILL');
    throw problem;
  }
};

/** The next message of this kind. @throws Error if the process ends before */
const answer = async <Kind extends FromReplayer['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<FromReplayer, { kind: Kind }>> => {
  const over = new AbortController();
  const gone = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('the cameras have ended');
  });
  const found = new Promise<Extract<FromReplayer, { kind: Kind }>>((resolve) => {
    child.on('message', function look(message: FromReplayer) {
      if (message.kind !== kind) return;
      child.off('message', look);
      resolve(message as Extract<FromReplayer, { kind: Kind }>);
    });
  });
  try {
    return await Promise.race([found, gone]);
  } finally {
    over.abort();
    gone.catch(() => {});
  }
};
