import { describe, expect, it } from 'vitest';
import type { LiveFeed } from '../../../../engine/live/live-feed.js';
import type { LiveFeedHandlers } from '../../../../engine/live/live-view.js';
import { LiveViewer } from '../../../../engine/live/live-viewer.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const message = (number: number, media: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(number);
  return Buffer.concat([head, media]);
};

const rig = ({ acknowledges = true, present = 0 } = {}) => {
  const clock = new FakeClock();
  let handlers: LiveFeedHandlers | undefined;
  let number = 0;
  const feed = {
    view: (given: LiveFeedHandlers) => {
      handlers = given;
      for (let each = 0; each < present; each++) {
        number++;
        const bytes = message(number, Buffer.alloc(10_000));
        given.onPicture({ number, key: number === 1, pts: 0 as never, bytes });
      }
      return () => {
        handlers = undefined;
      };
    },
  } as unknown as LiveFeed;
  const sent: (string | Buffer)[] = [];
  const closed: [number, string][] = [];
  const dropped: number[] = [];
  const socket = {
    bufferedAmount: 0,
    send(message: string | Buffer): void {
      sent.push(message);
      this.bufferedAmount += present > 0 ? message.length : 0;
    },
    close: (code: number, reason: string) => void closed.push([code, reason]),
  };
  const viewer = new LiveViewer({ feed, socket, clock, acknowledges, onDropped: (count) => dropped.push(count) });
  viewer.start();
  /** Sends a picture every 40 ms, a keyframe every second. */
  const pictures = (count: number): void => {
    for (let each = 0; each < count; each++) {
      clock.advance(40);
      number++;
      const bytes = message(number, Buffer.from('moof'));
      handlers?.onPicture({ number, key: number % 25 === 1, pts: 0 as never, bytes });
    }
  };
  const numbers = () => sent.flatMap((each) => (typeof each === 'string' ? [] : [each.readUInt32BE()]));
  return { clock, sent, closed, dropped, socket, viewer, pictures, numbers, handlers: () => handlers };
};

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a viewer', () => {
  it('is told of the stream, and gets its header and its pictures', () => {
    const { sent, handlers, pictures, viewer } = rig();
    const utc = (Date.UTC(2026, 0, 2) * 1000) as never;
    handlers()!.onStream({ codec: 'avc1.64001F', width: 640, height: 360, utc, initialisation: Buffer.from('init') });
    pictures(2);
    expect(JSON.parse(String(sent[0]))).toEqual({
      ...{ codec: 'avc1.64001F', width: 640, height: 360 },
      startTime: '2026-01-02T00:00:00.000Z',
    });
    expect(sent.slice(1).map(String)).toEqual(['init', '\0\0\0\x01moof', '\0\0\0\x02moof']);
    viewer.stop();
    expect(handlers()).toBeUndefined();
  });

  it('gets the whole present GOP at once, however large it is', () => {
    const { socket, numbers, pictures, dropped } = rig({ acknowledges: false, present: 120 });
    expect(numbers()).toEqual(range(1, 120));
    pictures(1);
    expect(dropped).toEqual([1]);
    socket.bufferedAmount = 0;
    pictures(40);
    expect(numbers().at(-1)).toBe(161);
  });

  it('misses pictures up to a keyframe when it is behind', () => {
    const { pictures, numbers, dropped, viewer } = rig();
    pictures(10);
    viewer.acknowledge(10);
    pictures(40);
    // 13 pictures are 0.5 s.
    expect(numbers()).toEqual(range(1, 23));
    viewer.acknowledge(20);
    pictures(5);
    expect(numbers()).toEqual(range(1, 23));
    viewer.acknowledge(23);
    pictures(40);
    expect(numbers()).toEqual([...range(1, 23), ...range(76, 88)]);
    expect(dropped.length).toBe(95 - 23 - 13);
  });

  it('is behind as well when much waits for it to take it', () => {
    const { pictures, numbers, socket } = rig({ acknowledges: false });
    pictures(60);
    expect(numbers()).toEqual(range(1, 60));
    socket.bufferedAmount = 600 * 1024;
    pictures(5);
    socket.bufferedAmount = 0;
    pictures(20);
    expect(numbers()).toEqual([...range(1, 60), ...range(76, 85)]);
  });

  it('is told when the camera cannot be shown', () => {
    const { handlers, closed } = rig();
    handlers()!.onUnsupported('image/jpeg');
    expect(closed).toEqual([[4415, 'no live view of image/jpeg']]);
  });
});
