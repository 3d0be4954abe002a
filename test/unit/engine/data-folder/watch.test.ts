import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../engine/core/log.js';
import { tellMediaRestored } from '../../../../engine/data-folder/tell.js';
import { DataFolderWatch } from '../../../../engine/data-folder/watch.js';
import { MediaFolder } from '../../../../engine/recording/media-folder.js';
import { openJournal } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { tempDir } from '../../../kit/temp-dir.js';

const watched = () => {
  const dir = join(tempDir(), 'data');
  const clock = new FakeClock();
  const { journal, store } = openJournal({ dir });
  const telling = { events: journal, clock, log: silentLogger() };
  const path = join(dir, 'media');
  mkdirSync(path);
  chmodSync(path, 0o2770);
  const media = MediaFolder.open(path, { onRestored: () => tellMediaRestored(path, telling) });
  const videosPath = join(dir, 'videos');
  const videos = MediaFolder.open(videosPath, { onRestored: () => tellMediaRestored(videosPath, telling) });
  const watch = new DataFolderWatch({ store, folders: [media, videos], ...telling });
  watch.start();
  onTestFinished(() => watch.stop());
  /** Types of the events so far, as somebody sees them who is subscribed. */
  const told = async () => {
    await journal.flush();
    return journal.read(0, 100).map(({ record }) => record);
  };
  const types = async () => (await told()).map(({ eventType }) => eventType.split('.').at(-1));
  return { dir, clock, journal, store, media, videos, watch, told, types };
};

describe('the watch over the data folder', () => {
  it('is silent while everything is in its place', async () => {
    const { clock, watch, types } = watched();
    clock.advance(5000);
    expect([watch.failure, watch.whole, await types()]).toEqual([undefined, true, []]);
  });

  it('tells that the folder is gone, and that it is there again', async () => {
    const { dir, clock, watch, told, types } = watched();
    renameSync(dir, `${dir}-away`);
    clock.advance(1000);
    expect(watch.whole).toBe(false);
    expect(watch.failure).toMatch(
      /data folder .* is gone; what is written now will be gone.*move the same folder back/,
    );
    clock.advance(3000);
    expect(await types()).toEqual(['DataFolderLost']);
    expect((await told())[0]?.data).toMatchObject({ writesAreLost: true, hint: expect.stringContaining('back') });
    expect(existsSync(dir)).toBe(false);
    renameSync(`${dir}-away`, dir);
    clock.advance(1000);
    expect([watch.failure, await types()]).toEqual([undefined, ['DataFolderLost', 'DataFolderRestored']]);
  });

  it('tells that the folder was deleted, and puts nothing in its place', async () => {
    const { dir, clock, watch, media, types } = watched();
    rmSync(dir, { recursive: true });
    clock.advance(2000);
    expect(await types()).toEqual(['DataFolderLost']);
    // An empty folder of that name, as behind a disk that is not mounted any more.
    mkdirSync(dir);
    clock.advance(2000);
    expect(watch.failure).toContain('was removed');
    expect(() => media.folder('/yard')).toThrow(expect.objectContaining({ code: 'MediaFolderUnusable' }));
    expect(existsSync(join(dir, 'media'))).toBe(false);
  });

  it('tells that the database was replaced, and leaves the other one alone', async () => {
    const { dir, clock, watch, journal, store, types } = watched();
    const file = join(dir, 'sluice.db');
    renameSync(file, `${file}.mine`);
    writeFileSync(file, 'of somebody else');
    clock.advance(1000);
    expect(watch.failure).toMatch(/sluice\.db was replaced by another file;.*Restart the engine/);
    store.resourcesStored();
    expect(await types()).toEqual(['DataFolderLost']);
    await journal.close();
    store.close();
    expect(readFileSync(file, 'utf8')).toBe('of somebody else');
  });

  it('tells of a lock that was removed', async () => {
    const { dir, clock, watch } = watched();
    rmSync(join(dir, 'sluice.lock'));
    clock.advance(1000);
    expect(watch.failure).toMatch(/sluice\.lock was removed; a second engine could now use this folder/);
  });

  it('saves what is written when the write-ahead log was removed', async () => {
    const { dir, clock, watch, journal, types } = watched();
    rmSync(join(dir, 'sluice.db-wal'));
    clock.advance(1000);
    expect(watch.failure).toMatch(/-wal was removed; .*Restart the engine in an orderly way/);
    expect(await types()).toEqual(['DataFolderLost']);
    clock.advance(1000);
    // The file alone, as it lies there.
    expect(readFileSync(join(dir, 'sluice.db')).includes('DataFolderLost')).toBe(true);
    expect(journal.lastSeq).toBe(1);
  });

  it('makes the folder of the recordings again, as it was', async () => {
    const { dir, clock, watch, told, types } = watched();
    const media = join(dir, 'media');
    rmSync(media, { recursive: true });
    clock.advance(1000);
    expect(statSync(media).mode & 0o7777).toBe(0o2770);
    expect([watch.failure, await types()]).toEqual([undefined, ['MediaFolderRestored']]);
    expect((await told())[0]?.data).toMatchObject({ path: media });
  });

  it('makes the folder of the videos again, and leaves it to the next disk if the data folder is another', async () => {
    const { dir, clock, watch, videos, told, types } = watched();
    const path = join(dir, 'videos');
    renameSync(path, `${path}-away`);
    clock.advance(1000);
    expect(existsSync(path)).toBe(true);
    expect([watch.failure, await types()]).toEqual([undefined, ['MediaFolderRestored']]);
    expect((await told())[0]?.data).toMatchObject({ path });
    // What had been taken away is put back in the place of the new one.
    rmSync(path, { recursive: true });
    renameSync(`${path}-away`, path);
    clock.advance(1000);
    expect([watch.failure, await types()]).toEqual([undefined, ['MediaFolderRestored']]);
    expect(videos.folder('/yard')).toBe(join(path, 'yard'));
    renameSync(dir, `${dir}-away`);
    mkdirSync(dir);
    clock.advance(1000);
    expect(existsSync(path)).toBe(false);
    expect(() => videos.folder('/yard')).toThrow(expect.objectContaining({ code: 'MediaFolderUnusable' }));
  });

  it('says of both folders that they cannot be written', () => {
    const { dir, clock, watch } = watched();
    for (const name of ['media', 'videos']) {
      rmSync(join(dir, name), { recursive: true });
      writeFileSync(join(dir, name), '');
    }
    clock.advance(1000);
    expect(watch.failure).toMatch(
      /recordings cannot be written to .*media: .*; recordings cannot be written to .*videos:/,
    );
    rmSync(join(dir, 'videos'));
    clock.advance(1000);
    expect(watch.failure).toMatch(/media/);
    expect(watch.failure).not.toMatch(/videos/);
  });

  it('says that recordings cannot be written while a file is in the way', () => {
    const { dir, clock, watch } = watched();
    const media = join(dir, 'media');
    rmSync(media, { recursive: true });
    writeFileSync(media, '');
    clock.advance(1000);
    expect(watch.failure).toMatch(/recordings cannot be written/);
    rmSync(media);
    clock.advance(1000);
    expect(watch.failure).toBeUndefined();
    expect(dirname(media)).toBe(dir);
  });
});
