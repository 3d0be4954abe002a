import { describe, expect, it } from 'vitest';
import { DecodeBacklog } from '../../../../bridge/filters/decode-backlog.js';
import { DecoderClock } from '../../../../bridge/filters/decoder-clock.js';
import { pictureLayout } from '../../../../bridge/filters/picture-layout.js';
import { PictureReceiver } from '../../../../bridge/filters/picture-receiver.js';
import { PushOut } from '../../../../bridge/filters/push-out.js';
import { GdpReader } from '../../../../bridge/lanes/gdp-reader.js';
import type { Picture } from '../../../../bridge/types.js';
import { packetOf } from '../../../kit/gdp-collector.js';

const layouts = [
  pictureLayout({ width: 4, height: 2 }, 'i420'),
  pictureLayout({ width: 6, height: 4 }, 'rgb'),
  pictureLayout({ width: 8, height: 4 }, 'i420'),
];
const sizes = layouts.map((layout) => layout.size);

/** A receiver behind the reader of a lane; `asked` counts what each part is asked. */
const receiver = (maxFps = 0, onPicture: (picture: Picture, index: number) => void = () => {}) => {
  const clock = new DecoderClock(maxFps);
  const asked = { copies: [] as number[], clock: [] as number[], backlog: [] as number[] };
  const got: string[] = [];
  const thrown: unknown[] = [];
  const pushOut = new (class extends PushOut {
    override isCopy(time: number): boolean {
      asked.copies.push(time);
      return super.isCopy(time);
    }
  })();
  const backlog = new (class extends DecodeBacklog {
    override picture(time: number): void {
      asked.backlog.push(time);
      super.picture(time);
    }
  })();
  const picture = clock.picture.bind(clock);
  clock.picture = (time) => {
    asked.clock.push(time);
    return picture(time);
  };
  const pictures = new PictureReceiver({
    ...{ layouts, clock, backlog, pushOut },
    onPicture: (each, index) => {
      got.push(`${each.pts}.${index} ${each.width}x${each.height} ${each.format}`);
      onPicture(each, index);
    },
    onThrow: (error) => thrown.push(error),
  });
  const reader = new GdpReader(pictures);
  const packet = (pts: number | null, bytes: number): Buffer =>
    packetOf({
      ...{ track: 'video', pts, dts: null, duration: null, key: true, discont: false },
      payload: Buffer.alloc(bytes, 7),
    });
  /** All in one chunk, as when the engine was busy. */
  const send = (...packets: [pts: number | null, bytes: number][]): void =>
    reader.push(Buffer.concat(packets.map(([pts, bytes]) => packet(pts, bytes))));
  return { clock, pushOut, pictures, reader, send, packet, got, asked, thrown };
};

const all = (pts: number): [number, number][] => sizes.map((size) => [pts, size!]);

describe('PictureReceiver', () => {
  it('tells branches apart by their order, and asks once for each time', () => {
    const { clock, send, got, asked } = receiver();
    for (const pts of [0, 40, 80]) clock.next(pts, pts === 0);
    send(...all(0), ...all(40), ...all(80));
    expect(got).toEqual([0, 40, 80].flatMap((pts) => [`${pts}.0 4x2 i420`, `${pts}.1 6x4 rgb`, `${pts}.2 8x4 i420`]));
    expect(asked).toEqual({ copies: [0, 40, 80], clock: [0, 40, 80], backlog: [0, 40, 80] });
  });

  it('gives all branches of a time the same answer', () => {
    const { clock, pushOut, send, got } = receiver(5);
    const shown = [0, 40_000, 80_000, 200_000].filter((pts) => clock.next(pts, pts === 0).shown);
    expect(shown).toEqual([0, 200_000]);
    const copy = clock.copy();
    pushOut.fed(copy);
    send(...all(0), ...all(40_000), ...all(200_000), ...all(copy));
    expect(got.map((each) => each.split(' ')[0])).toEqual(['0.0', '0.1', '0.2', '200000.0', '200000.1', '200000.2']);
  });

  it('takes no second picture with the same time, and none without', () => {
    const { clock, send, got } = receiver();
    clock.next(0, true);
    clock.next(40, false);
    send(...all(0), ...all(0), [null, sizes[0]!], ...all(40));
    expect(got.map((each) => each.split(' ')[0])).toEqual(['0.0', '0.1', '0.2', '40.0', '40.1', '40.2']);
  });

  it('takes nothing of another size than its branch has', () => {
    const { clock, send, got } = receiver();
    clock.next(0, true);
    clock.next(40, false);
    send([0, sizes[0]!], [0, sizes[2]!], [0, sizes[2]!], ...all(40));
    expect(got.map((each) => each.split(' ')[0])).toEqual(['0.0', '0.2', '40.0', '40.1', '40.2']);
  });

  it('says of each picture what its branch said last', () => {
    const caps: string[] = [];
    const { clock, send, pictures } = receiver(0, (picture) => caps.push(picture.caps));
    const told = (width: number, format: string, more: string): string =>
      `video/x-raw, format=(string)${format}, width=(int)${width}, height=(int)${width === 4 ? 2 : 4}${more}`;
    for (const pts of [0, 40]) clock.next(pts, pts === 0);
    const first = [told(4, 'I420', ''), told(6, 'RGB', ', colorimetry=(string)sRGB'), told(8, 'I420', '')];
    for (const text of [...first, 'audio/x-raw, format=(string)S16LE', told(10, 'I420', '')]) pictures.onCaps(text);
    send(...all(0));
    pictures.onCaps(told(8, 'I420', ', colorimetry=(string)bt709'));
    send(...all(40));
    expect(caps).toEqual([...first, first[0], first[1], told(8, 'I420', ', colorimetry=(string)bt709')]);
  });

  it('goes on when who takes a picture throws, and tells of it once', () => {
    const { clock, send, got, thrown, reader } = receiver(0, (_picture, index) => {
      if (index === 1) throw new Error('no room');
    });
    for (const pts of [0, 40]) clock.next(pts, pts === 0);
    send(...all(0), ...all(40));
    expect(got).toHaveLength(6);
    expect(thrown).toEqual([new Error('no room')]);
    expect(reader.garbageBytes).toBe(0);
  });

  it('hands on nothing once it is closed, not even what it had begun', () => {
    const { clock, pictures, reader, packet, got } = receiver();
    clock.next(0, true);
    const first = packet(0, sizes[0]!);
    reader.push(first.subarray(0, 70));
    pictures.close();
    reader.push(first.subarray(70));
    reader.push(packet(0, sizes[1]!));
    expect(got).toEqual([]);
  });
});
