import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { placesIn, previewFile, previewIn, type StoredPreview } from '../../../../engine/archive/preview-file.js';
import type { Video } from '../../../../engine/archive/video.js';
import { seconds, type UtcMicros } from '../../../../engine/core/time.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';

const HOUR = seconds(3600);

/** A picture of so many seconds after START. */
const pictureAt = (at: number): StoredPreview => ({
  ...{ utc: (START + seconds(at)) as UtcMicros, width: 320, height: 180 },
  jpeg: Buffer.from(`picture of ${at}`),
});

const moment = (at: number): UtcMicros => (START + seconds(at)) as UtcMicros;

class PreviewRig extends ArchiveRig {
  readonly front = this.video('front', seconds(7 * 86_400));

  async put(...at: number[]): Promise<void> {
    for (const each of at) this.archive.previews.add(this.front, pictureAt(each));
    await this.archive.previews.written();
  }

  path(at: number, video: Video = this.front): string {
    return join(this.folder, 'videos', video.folder, previewFile(moment(at)));
  }

  /** Seconds after START of the one that is found. */
  async near(at: number, within = 7): Promise<number | undefined> {
    const found = await this.archive.previews.nearest(this.front, moment(at), seconds(within));
    return found && (found.utc - START) / 1_000_000;
  }
}

describe('the previews of a video', () => {
  it('are found by what is nearest, over the end of an hour as well', async () => {
    const rig = new PreviewRig();
    await rig.put(0, 10, 20, 3595, 3605);
    expect(await rig.near(4)).toBe(0);
    expect(await rig.near(6)).toBe(10);
    expect(await rig.near(28)).toBeUndefined();
    expect(await rig.near(3599)).toBe(3595);
    expect(await rig.near(3601)).toBe(3605);
    expect(await rig.archive.previews.nearest(rig.front, moment(10), 0)).toEqual(pictureAt(10));
    await rig.put(30);
    expect(await rig.near(28)).toBe(30);
  });

  it('that a crash has torn are none, and those behind them are found', async () => {
    const rig = new PreviewRig();
    await rig.put(0, 10, 20);
    const whole = readFileSync(rig.path(0));
    for (let cut = 1; cut < 40; cut += 3) {
      truncateSync(rig.path(0), whole.length - cut);
      rig.archive = rig.opened();
      expect(await rig.near(20)).toBeUndefined();
      expect(await rig.near(10)).toBe(10);
      writeFileSync(rig.path(0), whole);
    }
    truncateSync(rig.path(0), whole.length - 5);
    rig.archive = rig.opened();
    await rig.put(25);
    expect([await rig.near(20, 4), await rig.near(25)]).toEqual([undefined, 25]);
  });

  it('that are damaged are none', async () => {
    const rig = new PreviewRig();
    await rig.put(0);
    const whole = readFileSync(rig.path(0));
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x41;
      for (const { offset, length } of placesIn(damaged, 0)) {
        expect(offset + length).toBeLessThanOrEqual(whole.length);
        // Time and size are not covered: a wrong time is no worse than a wrong name of a file.
        if (at < 8 || at >= 20) expect(previewIn(damaged.subarray(offset, offset + length))).toBeUndefined();
      }
    }
    appendFileSync(rig.path(0), 'something else');
    expect(await rig.near(0)).toBe(0);
  });

  it('go with the media of their hour, and take room as it does', async () => {
    const rig = new PreviewRig();
    for (const at of [0, 30, 3600, 7200]) rig.segment(rig.front, seconds(at), { seconds: 4 });
    await rig.put(0, 30, 3600, 7200);
    rig.clock.advance((3 * HOUR) / 1000);
    const remove = (from: number, to: number): number =>
      rig.archive.retention.remove('front', moment(from), moment(to));
    remove(0, 10);
    expect(existsSync(rig.path(0))).toBe(true);
    remove(20, 40);
    expect([0, 3600, 7200].map((at) => existsSync(rig.path(at)))).toEqual([false, true, true]);
    // Both count: with a byte less than they take, the oldest goes.
    const pictures = [3600, 7200].reduce((sum, at) => sum + readFileSync(rig.path(at)).length, 0);
    const room = { minimumFree: 0, maximumSize: 2000 + pictures };
    rig.archive.retention.makeRoom(room);
    expect(rig.paths('front')).toHaveLength(2);
    rig.archive.retention.makeRoom({ ...room, maximumSize: room.maximumSize - 1 });
    expect(rig.paths('front')).toHaveLength(1);
    expect([3600, 7200].map((at) => existsSync(rig.path(at)))).toEqual([false, true]);
  });

  it('are found and removed after the database has been lost', async () => {
    const rig = new PreviewRig();
    rig.file(rig.front, seconds(7200), { seconds: 4 });
    await rig.put(0, 7200);
    const archive = rig.opened();
    rig.archive = archive;
    archive.sweep({ rebuild: true });
    expect(await rig.near(7201)).toBe(7200);
    archive.retention.removeOld();
    expect([0, 7200].map((at) => existsSync(rig.path(at)))).toEqual([false, true]);
    rig.clock.advance((8 * 86_400 * 1_000_000) / 1000);
    archive.retention.removeOld();
    expect(existsSync(rig.path(7200))).toBe(false);
  });

  it('are not written where the folder of the video is gone', async () => {
    const rig = new PreviewRig();
    rig.archive.previews.add({ ...rig.front, folder: 'gone' }, pictureAt(0));
    await rig.archive.previews.written();
    expect(existsSync(join(rig.folder, 'videos', 'gone'))).toBe(false);
  });

  it('are told of when so many waited for the disk that some were left out', async () => {
    const rig = new PreviewRig();
    const warn = vi.spyOn(rig.log, 'warn');
    await rig.put(...Array.from({ length: 1005 }, (_, second) => second));
    expect(await rig.near(999)).toBe(999);
    expect(await rig.near(1004, 3)).toBeUndefined();
    expect(warn.mock.calls.map(([facts]) => facts)).toEqual([{ count: 5 }]);
    await rig.put(1010);
    expect(await rig.near(1010)).toBe(1010);
    expect(warn).toHaveBeenCalledOnce();
  });
});
