import { existsSync, mkdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MICROS_PER_SECOND, seconds, toIso, utcMicros } from '../../../../engine/core/time.js';
import { Shelf, START, sinkNode } from '../../../kit/clips.js';
import { fragment, init, mdat, movie } from '../../../kit/mp4.js';

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});
afterEach(() => shelf.remove());

const record = (path: string) => shelf.clips.index.get(shelf.clips.media.relative(path));

/** As the muxer leaves them for a moment: a box without content, and one that goes to the end of the file. */
const heads = Buffer.concat([
  init().subarray(0, init().readUInt32BE(0)),
  Buffer.from('0000000866726565000000006d646174', 'hex'),
]);

const torn = Buffer.concat([init(), fragment(10).subarray(0, -50)]);

describe('after a crash', () => {
  it('a clip with whole fragments plays, and its story is closed', async () => {
    const path = shelf.begin(sinkNode(), 'p1', 'motion-7');
    const whole = Buffer.concat([init(), fragment(10), fragment(20)]);
    writeFileSync(path, Buffer.concat([whole, fragment(30).subarray(0, 100)]));
    shelf.restart();
    await shelf.clips.sweep();
    expect(statSync(path).size).toBe(whole.byteLength);
    expect(record(path)).toMatchObject({ state: 'recovered', bytes: whole.byteLength });
    expect(record(path)!.endUtc).toBe(START + 1_200_000);
    const facts = { outputLocation: path, duration: 1.2, endTime: toIso(utcMicros(START + 1_200_000)) };
    expect(shelf.events).toMatchObject([
      { subject: '/livePipelines/p1/sinks/fileSink', correlationId: 'motion-7', data: facts },
      { correlationId: 'motion-7', data: { ...facts, bytes: whole.byteLength, incomplete: true } },
      { correlationId: 'motion-7', data: { state: 'recovered', cutBytes: 100 } },
    ]);
    expect(shelf.told()).toEqual(['RecordingStopped', 'RecordingAvailable', 'RecordingRecovered']);
    await shelf.clips.sweep();
    expect(shelf.told()).toEqual([]);
  });

  it('a clip whose times are nonsense has an end all the same', async () => {
    const path = shelf.begin();
    const nonsense = Buffer.from(movie());
    // The distance of its samples, in the only table of times.
    nonsense.writeUInt32BE(0x7fffffff, nonsense.indexOf('stts') + 16);
    writeFileSync(path, nonsense);
    // A whole number of seconds: file systems round fractions.
    const lastWrite = Math.ceil(START / MICROS_PER_SECOND) + 7;
    utimesSync(path, lastWrite, lastWrite);
    await shelf.clips.sweep();
    expect(record(path)).toMatchObject({ state: 'finished', endUtc: seconds(lastWrite) });
    expect(shelf.events[0]?.data).toMatchObject({ duration: 0 });
  });

  it('a clip that was whole is finished', async () => {
    const path = shelf.begin();
    writeFileSync(path, movie());
    await shelf.clips.sweep();
    expect(record(path)).toMatchObject({ state: 'finished', bytes: movie().byteLength });
    expect(shelf.events[1]?.data['incomplete']).toBeUndefined();
    expect(shelf.told()).toEqual(['RecordingStopped', 'RecordingAvailable', 'RecordingRecovered']);
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a file with a moov and no media', init()],
    ['a file that was killed in its first write', init().subarray(0, 20)],
    ['a file of which only the heads of its boxes had been written', heads],
  ])('%s is removed, and no clip is promised', async (_name, content) => {
    const path = shelf.begin();
    writeFileSync(path, content);
    await shelf.clips.sweep();
    expect(existsSync(path)).toBe(false);
    expect(record(path)).toBeUndefined();
    expect(shelf.events.at(-1)).toMatchObject({ data: { state: 'failed', removed: true } });
    expect(shelf.told()).toEqual(['RecordingStopped', 'RecordingRecovered']);
  });

  it('a file that is gone is told of', async () => {
    const path = shelf.begin();
    rmSync(path);
    await shelf.clips.sweep();
    expect(shelf.events.at(-1)).toMatchObject({ data: { state: 'failed', reason: 'the file is gone' } });
  });

  it.each([
    ['has no moov', mdat(5000), 'its first fragment was not completed'],
    ['has a moov and a torn fragment', torn, 'it contains no complete fragment'],
    ['is something else', Buffer.from('this is not a film'.repeat(10)), 'its first fragment was not completed'],
  ])('a file that %s is kept and called failed', async (_name, content, reason) => {
    const path = shelf.begin();
    writeFileSync(path, content);
    await shelf.clips.sweep();
    expect(statSync(path).size).toBe(content.byteLength);
    expect(record(path)).toMatchObject({ state: 'failed', reason, bytes: content.byteLength });
    expect(shelf.told()).toEqual(['RecordingStopped', 'RecordingRecovered']);
  });

  it('a file that cannot be mended does not keep the others from it', async () => {
    const [first, second] = [shelf.begin(), shelf.begin()];
    writeFileSync(second, Buffer.concat([init(), fragment(10), Buffer.alloc(9)]));
    rmSync(first);
    // A folder in its place: nobody can read that as a file, root included.
    mkdirSync(first);
    await shelf.clips.sweep();
    expect(record(first)).toMatchObject({ state: 'failed' });
    expect(record(second)).toMatchObject({ state: 'recovered' });
  });

  it('finished clips are left alone', async () => {
    const path = shelf.begin();
    writeFileSync(path, 'whatever');
    shelf.finish(path, 8);
    shelf.told();
    await shelf.clips.sweep();
    expect(record(path)).toMatchObject({ state: 'finished', bytes: 8, endUtc: START });
    expect(shelf.told()).toEqual([]);
  });
});

describe('when a muxer fails', () => {
  it('what it wrote is kept if it plays', () => {
    const path = shelf.begin();
    const whole = Buffer.concat([init(), fragment(10)]);
    writeFileSync(path, Buffer.concat([whole, fragment(10).subarray(0, 50)]));
    const endUtc = START + 400_000;
    expect(shelf.rescue(path, 'disk full')).toEqual({ bytes: whole.byteLength, frames: 10, seconds: 0.4, endUtc });
    expect(record(path)).toMatchObject({ state: 'recovered', endUtc, reason: /^disk full; / });
  });

  it('and is not promised if it does not', () => {
    const path = shelf.begin();
    truncateSync(path, 100);
    expect(shelf.rescue(path, 'disk full')).toBeNull();
    expect(record(path)).toMatchObject({ state: 'failed', bytes: 100 });
    const empty = shelf.begin();
    expect(shelf.rescue(empty, 'host lost')).toBeNull();
    expect(existsSync(empty)).toBe(false);
  });
});

describe('beginning a clip', () => {
  it('makes an empty file of the expanded name, inside', () => {
    const path = shelf.begin();
    expect(path).toBe(`${shelf.clips.media.root}/var/media/clip-20260102T030405Z.mp4`);
    expect(statSync(path).size).toBe(0);
    expect(record(path)).toMatchObject({ state: 'open', pipeline: 'p1', sink: 'fileSink', correlationId: 'cause' });
  });

  it('leaves no file behind when it cannot be noted', () => {
    shelf.db.exec('DROP TABLE clips');
    expect(() => shelf.begin()).toThrow(expect.objectContaining({ code: 'ClipNotCreated' }));
    expect(existsSync(`${shelf.clips.media.root}/var/media/clip-20260102T030405Z.mp4`)).toBe(false);
  });

  it('refuses a folder outside when the pipeline is built', () => {
    expect(() => shelf.clips.prepare(sinkNode({ baseDirectoryPath: '../../up' }))).toThrow(
      expect.objectContaining({ code: 'MediaPathRefused' }),
    );
  });

  it('knows the clips of a data folder that was moved', () => {
    const path = shelf.begin();
    expect(shelf.clips.index.open()[0]?.path).toBe('var/media/clip-20260102T030405Z.mp4');
    expect(shelf.clips.media.absolute('var/media/clip-20260102T030405Z.mp4')).toBe(path);
  });
});
