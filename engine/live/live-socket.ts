import type { RawData } from 'ws';
import type { ServedSocket } from '../api/upgrades.js';
import type { Clock } from '../core/clock.js';
import type { LiveView } from './live-view.js';
import { LiveViewer } from './live-viewer.js';

export interface LiveSocketOptions {
  /** @throws SluiceError if there is no such camera */
  live(camera: string): LiveView;
  clock: Clock;
  /** A viewer has missed pictures because it was slow. @param camera its address */
  onDropped(camera: string, pictures: number): void;
}

/** All that a viewer sends are acknowledgements. */
const MOST_PAYLOAD = 256;
const MOST_VIEWERS = 500;
const ACKNOWLEDGEMENT = /^\{"acknowledge":(\d{1,10})\}$/;

/** `GET /cameras/{name}/live` as a WebSocket. */
export const liveSocket = ({ live, clock, onDropped }: LiveSocketOptions): ServedSocket => ({
  path: '/cameras/:name/live',
  maxPayload: MOST_PAYLOAD,
  maxSockets: MOST_VIEWERS,
  open: ({ params, query }) => {
    const feed = live(params['name'] ?? '');
    const acknowledges = query.get('acknowledge') === '1';
    return (socket) => {
      const dropped = (pictures: number) => onDropped(feed.camera, pictures);
      const viewer = new LiveViewer({ feed, socket, clock, acknowledges, onDropped: dropped });
      socket.on('message', (data: RawData, isBinary) => {
        const said = isBinary ? null : ACKNOWLEDGEMENT.exec(String(data));
        if (said) viewer.acknowledge(Number(said[1]));
        else socket.close(1008, 'only acknowledgements are understood here');
      });
      socket.on('close', () => viewer.stop());
      viewer.start();
    };
  },
});
