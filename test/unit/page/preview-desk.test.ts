import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PreviewDesk, type PreviewViewer } from '../../../page/media/preview-desk.js';

/** Previews that come when the test says so: a picture's text is its video and its moment. */
const slowReads = () => {
  const asked: string[] = [];
  const open = new Map<string, { come(): void; fail(): void }>();
  const read = (video: string, time: number, signal: AbortSignal): Promise<Blob> => {
    const name = `${video} ${time}`;
    asked.push(name);
    return new Promise((resolve, reject) => {
      const ends = (end: () => void) => () => {
        open.delete(name);
        end();
      };
      open.set(name, {
        come: ends(() => resolve(new Blob([name]))),
        fail: ends(() => reject(new Error('there is none'))),
      });
      signal.addEventListener(
        'abort',
        ends(() => {
          asked.push(`not ${name}`);
          reject(new Error('aborted'));
        }),
      );
    });
  };
  return { asked, open, read };
};

class Viewer implements PreviewViewer {
  readonly pictures: (Blob | undefined)[] = [];
  show(picture: Blob | undefined): void {
    this.pictures.push(picture);
  }
  texts(): Promise<(string | undefined)[]> {
    return Promise.all(this.pictures.map((picture) => picture?.text()));
  }
}

describe('previews under a hand', () => {
  let reads: ReturnType<typeof slowReads>;
  let desk: PreviewDesk;
  let [stage, bubble] = [new Viewer(), new Viewer()];

  beforeEach(() => {
    vi.useFakeTimers();
    reads = slowReads();
    desk = new PreviewDesk(reads.read);
    [stage, bubble] = [new Viewer(), new Viewer()];
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const pass = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const come = async (name: string): Promise<void> => {
    reads.open.get(name)!.come();
    await pass();
  };
  const both = (time: number): void => {
    desk.want(stage, 'door', time);
    desk.want(bubble, 'door', time);
  };

  it('are asked for once for all who want the same', async () => {
    both(1000);
    await come('door 1000');
    expect(reads.asked).toEqual(['door 1000']);
    expect(await stage.texts()).toEqual(['door 1000']);
    expect(bubble.pictures).toEqual(stage.pictures);
  });

  it('are asked for one at a time, and never of a moment that was passed meanwhile', async () => {
    for (const time of [1000, 2000, 3000, 4000]) both(time);
    expect(reads.asked).toEqual(['door 1000']);
    await come('door 1000');
    await come('door 4000');
    expect(reads.asked).toEqual(['door 1000', 'door 4000']);
    // What came while the hand went on is nearer to it than what was there before.
    expect(await stage.texts()).toEqual(['door 1000', 'door 4000']);
    expect(await bubble.texts()).toEqual(['door 1000', 'door 4000']);
  });

  it('come of every camera, however fast the hand goes', async () => {
    const yard = new Viewer();
    for (const time of [1000, 2000, 3000]) {
      desk.want(stage, 'door', time);
      desk.want(yard, 'yard', time);
      for (const { come: comes } of [...reads.open.values()]) comes();
      await pass();
    }
    await come('yard 3000');
    await come('door 3000');
    expect(await yard.texts()).toEqual(['yard 1000', 'yard 3000']);
    expect(await stage.texts()).toEqual(['door 1000', 'door 2000', 'door 3000']);
  });

  it('are given up when nobody wants them any more, and go on for others', async () => {
    both(1000);
    desk.leave(stage);
    expect(reads.asked).toEqual(['door 1000']);
    desk.leave(bubble);
    expect(reads.asked).toEqual(['door 1000', 'not door 1000']);
    desk.want(bubble, 'door', 2000);
    await come('door 2000');
    expect(stage.pictures).toEqual([]);
    expect(await bubble.texts()).toEqual(['door 2000']);
  });

  it('of one camera are not shown for another', async () => {
    desk.want(bubble, 'door', 1000);
    desk.want(bubble, 'yard', 1000);
    await come('yard 1000');
    expect(reads.asked).toEqual(['door 1000', 'not door 1000', 'yard 1000']);
    expect(await bubble.texts()).toEqual(['yard 1000']);
  });

  it('make way for the full picture, and come to those who want them still', async () => {
    both(1000);
    desk.makeWay();
    desk.leave(stage);
    desk.want(bubble, 'door', 2000);
    await pass(200);
    expect(reads.asked).toEqual(['door 1000', 'not door 1000']);
    await pass(200);
    await come('door 2000');
    expect(await bubble.texts()).toEqual(['door 2000']);
  });

  it('say where there is none, and others are asked for', async () => {
    both(1000);
    desk.want(stage, 'door', 2000);
    reads.open.get('door 1000')!.fail();
    await pass();
    await come('door 2000');
    expect(await bubble.texts()).toEqual([undefined]);
    expect(await stage.texts()).toEqual([undefined, 'door 2000']);
  });
});
