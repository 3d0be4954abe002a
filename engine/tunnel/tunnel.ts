import type { Clock } from '../core/clock.js';
import { RtspViewer } from './rtsp-viewer.js';
import type { TunnelSocket } from './tunnel-socket.js';
import { type TunnelCamera, trackOf } from './viewer-pictures.js';

/** Who watches through a tunnel. */
export interface TunnelViewer {
  /** Bytes that have come from it; they may be anything. */
  receive(bytes: Buffer): void;
  /** Its connection has ended. */
  stop(): void;
}

/** A camera's pictures as RTSP, in a connection that is there already. */
export interface Tunnel {
  /** The camera sends pictures that can go this way: H.264. */
  readonly available: boolean;
  view(socket: TunnelSocket): TunnelViewer;
}

/** Places for those who watch, all cameras together. */
export class Places {
  #left: number;

  constructor(places: number) {
    this.#left = places;
  }

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  giveBack(): void {
    this.#left += 1;
  }
}

export const tunnelOf = (camera: TunnelCamera, places: Places, clock: Pick<Clock, 'after'>): Tunnel => ({
  get available() {
    return trackOf(camera) !== undefined;
  },
  view: (socket) => {
    const enter = () => places.take();
    const viewer = new RtspViewer({ camera, socket, clock, enter, leave: () => places.giveBack() });
    viewer.start();
    return viewer;
  },
});
