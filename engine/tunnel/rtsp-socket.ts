import type { RawData } from 'ws';
import type { ServedSocket } from '../api/upgrades.js';
import type { Tunnel } from './tunnel.js';

/** A viewer sends requests and reports; none is longer. */
const MOST_PAYLOAD = 64 * 1024;
/** More than may watch: whoever has no place is told so in RTSP, which players show. */
const MOST_SOCKETS = 500;

/** By name of the video; undefined if nothing live is recorded into it. */
export type TunnelOf = (video: string) => Tunnel | undefined;

/** `GET /videos/{name}/rtsp` as a WebSocket. */
export const rtspSocket = (tunnelOf: TunnelOf): ServedSocket => ({
  path: '/videos/:name/rtsp',
  maxPayload: MOST_PAYLOAD,
  maxSockets: MOST_SOCKETS,
  protocols: ['binary'],
  open: ({ params }) => {
    const tunnel = tunnelOf(params['name'] ?? '');
    if (!tunnel) return { status: 404, message: 'no camera is being recorded into a video of this name' };
    return (socket) => {
      const viewer = tunnel.view(socket);
      socket.on('message', (data: RawData) => viewer.receive(data as Buffer));
      socket.on('close', () => viewer.stop());
    };
  },
});
