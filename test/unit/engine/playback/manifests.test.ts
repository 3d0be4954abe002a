import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../engine/core/log.js';
import { momentsOf } from '../../../../engine/core/moments.js';
import { seconds, toIso, toTicks90k, type UtcMicros } from '../../../../engine/core/time.js';
import { dashManifest } from '../../../../engine/playback/dash.js';
import { hlsMaster, hlsMedia } from '../../../../engine/playback/hls.js';
import { Playback } from '../../../../engine/playback/playback.js';
import { ArchiveRig, START } from '../../../kit/archive-rig.js';

const rigWith = (...at: number[]) => {
  const rig = new ArchiveRig();
  const video = rig.video('door');
  for (const offset of at) rig.file(video, seconds(offset), { seconds: 8 });
  rig.archive.sweep({ rebuild: true });
  const playback = new Playback({ archive: rig.archive, clock: rig.clock, log: silentLogger() });
  return { rig, video, playback };
};

/** A segment that is still being written. */
const beginOpen = ({ rig, video }: ReturnType<typeof rigWith>, offset: number): void => {
  const path = rig.file(video, seconds(offset), { seconds: 9 });
  const startUtc = (START + seconds(offset)) as UtcMicros;
  rig.archive.segments.begin({
    ...{ video: 'door', path, pipeline: 'p1', sink: 'videoSink' },
    ...{ continues: false, keyed: true, startUtc },
  });
};

const at = (offset: number): string => toIso((START + seconds(offset)) as UtcMicros);
const ticks = (offset: number): number => toTicks90k((START + seconds(offset)) as UtcMicros);

describe('a range with an end', () => {
  it('is a manifest that begins with its first picture, and keeps gaps', () => {
    const { playback } = rigWith(0, 20);
    const manifest = dashManifest(playback.manifest('door', momentsOf('2026-01-02', '2026-01-02'), ''));
    expect(manifest).toContain('type="static"');
    expect(manifest).toContain('mediaPresentationDuration="PT28.000000S"');
    expect(manifest).toContain(`presentationTimeOffset="${ticks(0)}"`);
    const pieces = [...manifest.matchAll(/<S t="(\d+)" d="(\d+)"\/>/g)].map(([, t, d]) => [Number(t), Number(d)]);
    expect(pieces).toEqual([0, 4, 20, 24].map((offset) => [ticks(offset), 4 * 90_000]));
    expect(manifest.match(/<Period /g)).toHaveLength(1);
  });

  it('has only what overlaps it', () => {
    const { playback } = rigWith(0, 20);
    const of = (from: number, to: number) => playback.manifest('door', momentsOf(at(from), at(to)), '').pieces;
    expect(of(5, 22).map(({ start }) => start)).toEqual([ticks(4), ticks(20)]);
    expect(of(9, 19)).toEqual([]);
  });

  it('puts the token behind every address', () => {
    const { playback } = rigWith(0);
    const content = playback.manifest('door', momentsOf(at(0), at(9)), '?token=a%26b');
    const addresses = [...dashManifest(content).matchAll(/(?:media|initialization)="([^"]+)"/g)].map(
      ([, each]) => each,
    );
    expect(addresses).toHaveLength(2);
    for (const address of addresses) expect(address).toMatch(/\?token=a%26b$/);
    const master = hlsMaster(content, { folder: 'content/', start: at(0), end: at(9) });
    const time = (offset: number) => encodeURIComponent(at(offset));
    expect(master.trim().split('\n').at(-1)).toBe(
      `content/video(format=m3u8-cmaf,starttime=${time(0)},endtime=${time(9)}).m3u8?token=a%26b`,
    );
    const playlist = hlsMedia('video', content).split('\n');
    const named = playlist.filter((line) => line.includes('.m4s') || line.includes('.mp4'));
    expect(named).toHaveLength(3);
    for (const line of named) expect(line).toMatch(/\?token=a%26b"?$/);
  });
});

describe('without an end', () => {
  it('says that more is coming while it is recorded, with times that stay', () => {
    const world = rigWith(0);
    const { rig, playback } = world;
    beginOpen(world, 20);
    rig.clock.advance(30_000);
    const content = playback.manifest('door', undefined, '');
    expect(content).toMatchObject({ live: true, openEnded: true });
    const manifest = dashManifest(content);
    expect(manifest).toContain('type="dynamic"');
    expect(manifest).toContain('availabilityStartTime="1970-01-01T00:00:00.000Z"');
    expect(manifest).toContain('<Period id="first" start="PT0.000000S">');
    expect(manifest).toContain('presentationTimeOffset="0"');
    expect(manifest).toContain('minimumUpdatePeriod="PT2S"');
    // The longest piece, until the next one is there and known.
    expect(manifest).toContain('suggestedPresentationDelay="PT8S"');
    // What has not been cut yet still grows.
    expect(content.pieces.map(({ start }) => start)).toEqual([0, 4, 20, 24].map(ticks));
    expect(hlsMedia('video', content)).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
    expect(hlsMedia('video', content)).not.toContain('ENDLIST');
    const master = hlsMaster(content, { folder: '', start: undefined, end: undefined });
    expect(master).toContain(`starttime=${encodeURIComponent(at(0))}).m3u8`);
  });

  it('keeps the same times when nothing more comes', () => {
    const { playback, rig } = rigWith(0);
    rig.clock.advance(30_000);
    const manifest = dashManifest(playback.manifest('door', undefined, ''));
    expect(manifest).toContain('type="static"');
    expect(manifest).toContain('presentationTimeOffset="0"');
    expect(manifest).toContain(`mediaPresentationDuration="PT${ticks(8) / 90_000}.000000S"`);
  });

  it('still has the last hour just after midnight', () => {
    const { playback, rig } = rigWith(0, 20);
    const pieces = () => playback.manifest('door', undefined, '').pieces.length;
    const midnight = seconds(21 * 3600);
    rig.clock.advance(midnight / 1000 - 100_000);
    expect(pieces()).toBe(4);
    rig.clock.advance(200_000);
    expect(pieces()).toBe(0);
    const late = rigWith(21 * 3600 - 60);
    late.rig.clock.advance(midnight / 1000 + 30_000);
    expect(late.playback.manifest('door', undefined, '').pieces).toHaveLength(2);
  });
});

it('names no day after today as one with media', () => {
  const world = rigWith(0);
  beginOpen(world, 20);
  world.rig.clock.advance(30_000);
  const always = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
  for (const [precision, only] of [
    ['year', '2026'],
    ['month', '2026-01'],
    ['day', '2026-01-02'],
  ] as const) {
    expect(world.playback.availableMedia('door', precision, always)).toEqual([{ start: only, end: only }]);
  }
  expect(world.playback.availableMedia('door', 'full', always)).toEqual([
    { start: at(0), end: at(8) },
    { start: at(20), end: at(30) },
  ]);
});
