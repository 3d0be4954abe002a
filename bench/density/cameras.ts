import { SCENES, startSimulator } from '../../engine/simulator/index.js';
import type { Timetable } from './movement.js';
import { FPS, GOP_SECONDS } from './names.js';
import type { Stage } from './sampling.js';

export interface Cameras {
  /** The first `count` cameras; their clients are counted. */
  first(count: number): Stage;
  stop(): Promise<void>;
}

export interface CamerasOptions {
  count: number;
  /** `640x360` */
  size: string;
  bitsPerSecond: number;
  /** Of the simulator, given to the cameras in turn. */
  scenes: readonly string[];
}

const neverRests = ({ motion, period }: Omit<Timetable, 'began'>): boolean =>
  motion.some(({ start, end }) => start === 0 && end === period);

/** In a process of their own. */
export const startCameras = async ({ count, size, bitsPerSecond, scenes }: CamerasOptions): Promise<Cameras> => {
  let clients = 0;
  /** When the loop of a camera was at its start, in seconds of UTC. */
  const began = new Map<string, number>();
  const simulator = await startSimulator({
    ...{ count, scenes, size, fps: FPS, bitrate: bitsPerSecond, gop: GOP_SECONDS },
    onEvent: (event) => {
      if (event.event === 'play') clients++;
      if (event.event === 'leave') clients--;
      if (event.event === 'streamStart') began.set(event.camera, event.utcMicros / 1e6);
    },
  });
  const all = simulator.cameras.map(({ name, url, source }) => ({
    ...{ name, url },
    scene: SCENES.find((scene) => source.kind === 'scene' && scene.name === source.name),
  }));
  return {
    first: (few) => {
      const chosen = all.slice(0, few);
      return {
        urls: chosen.map(({ url }) => url),
        clients: () => clients,
        calm: chosen.filter(({ scene }) => scene?.motion.length === 0).length,
        alwaysMoves: few > 0 && chosen.every(({ scene }) => scene !== undefined && neverRests(scene)),
        timetables: () =>
          chosen.map(({ name, scene }): Timetable | undefined => {
            const at = began.get(name);
            return at === undefined || !scene ? undefined : { began: at, period: scene.period, motion: scene.motion };
          }),
      };
    },
    stop: () => simulator.stop(),
  };
};
