/** The HTTP routes to what an engine has: its cameras and their recordings. docs/ref/http.md describes them. */
import type { FastifyInstance } from 'fastify';
import type { ServedSocket } from './api/upgrades.js';
import { registerRecordings } from './archive/recording-routes.js';
import { registerCameras } from './camera-routes.js';
import { registerExports } from './export/export-routes.js';
import { type LiveSocketOptions, liveSocket } from './live/live-socket.js';
import { registerMotion } from './motion-history/motion-routes.js';
import { registerClientApi } from './playback/client-routes.js';
import { registerPlayback } from './playback/routes.js';
import { registerClips } from './recording/clip-routes.js';
import { registerPictures } from './stills/routes.js';
import { rtspSocket, type TunnelOf } from './tunnel/rtsp-socket.js';

type Deps<Register extends (app: FastifyInstance, deps: never) => void> = Parameters<Register>[1];

/** What the routes answer from. */
export interface Resources {
  cameras: Deps<typeof registerCameras>;
  pictures: Deps<typeof registerPictures>;
  motion: Deps<typeof registerMotion>;
  playback: Deps<typeof registerPlayback>;
  clients: Deps<typeof registerClientApi>;
  clips: Deps<typeof registerClips>;
  exports: Deps<typeof registerExports>;
  recordings: Deps<typeof registerRecordings>;
}

export const registerResources = (app: FastifyInstance, resources: Resources): void => {
  registerCameras(app, resources.cameras);
  registerPictures(app, resources.pictures);
  registerMotion(app, resources.motion);
  registerPlayback(app, resources.playback);
  registerClientApi(app, resources.clients);
  registerClips(app, resources.clips);
  registerExports(app, resources.exports);
  registerRecordings(app, resources.recordings);
};

/** The WebSockets to the same. */
export const resourceSockets = (live: LiveSocketOptions, tunnelOf: TunnelOf): ServedSocket[] => [
  liveSocket(live),
  rtspSocket(tunnelOf),
];
