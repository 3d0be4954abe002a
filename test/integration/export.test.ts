import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type MediaTime, seconds, toIso, type UtcMicros, type UtcRange } from '../../engine/core/time.js';
import { ZipExports } from '../../engine/export/archive-zip.js';
import { type ExportedMovie, Exports } from '../../engine/export/exports.js';
import { testBridge } from '../kit/bridge.js';
import { hasChromium, startChromium, viewInChromium } from '../kit/chromium.js';
import { creationTime, toSecond } from '../kit/creation-time.js';
import { type EncodedClip, encodeClip } from '../kit/encoded-clip.js';
import { encodeAac, interleaved } from '../kit/encoded-sound.js';
import { randomOf } from '../kit/motion-planes.js';
import { muxesOn } from '../kit/muxes-on.js';
import { tempFolder } from '../kit/temp-files.js';
import { VideoRig } from '../kit/video-rig.js';

const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

/** SHA-256 of each packet of a track, in decoding order, as ffprobe reads them. */
const packets = (file: string, track: 'v' | 'a'): string[] => {
  const said = execFileSync('ffprobe', [
    ...['-v', 'error', '-select_streams', track, '-show_packets', '-show_data_hash', 'sha256'],
    ...['-show_entries', 'packet=data_hash', '-of', 'csv=p=0', file],
  ]);
  return String(said)
    .split('\n')
    .flatMap((line) => /SHA256:(\w+)/i.exec(line)?.[1] ?? []);
};

/** Brightness of each picture that is shown, and what ffmpeg says when it decodes them. */
const shown = (file: string): { pictures: number[]; complaints: string[] } => {
  const args = ['-v', 'error', '-i', file, '-an', '-fps_mode', 'passthrough', '-vf', 'scale=1:1', '-pix_fmt', 'gray'];
  const pictures = [
    ...execFileSync('ffmpeg', [...args, '-f', 'rawvideo', '-'], { stdio: ['ignore', 'pipe', 'ignore'] }),
  ];
  const complaints = execFileSync('sh', ['-c', 'ffmpeg -v error -i "$0" -f null - 2>&1', file]);
  const lines = String(complaints).split('\n').filter(Boolean);
  return { pictures, complaints: lines.map((line) => line.replace(/@ \w+/, '')) };
};

/** When each picture is shown, in seconds. */
const timesOf = (file: string): number[] => {
  const entry = 'frame=best_effort_timestamp_time';
  const args = ['-v', 'error', '-select_streams', 'v', '-show_frames', '-show_entries', entry, '-of', 'csv=p=0', file];
  return String(execFileSync('ffprobe', args)).trim().split('\n').map(Number.parseFloat);
};

const complaintsOf = (rig: VideoRig): string[] => rig.segments.flatMap((path) => shown(path).complaints);

const durations = (file: string): number[] =>
  String(execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=duration', '-of', 'csv=p=0', file]))
    .trim()
    .split('\n')
    .map(Number);

describe('an export', () => {
  const temp = tempFolder();
  let clip: EncodedClip;
  let sound: ReturnType<typeof encodeAac>;
  beforeAll(() => {
    clip = encodeClip({ frames: 500, gop: 30, bframes: 2, x264: 'open-gop=0:force-cfr=1' });
    sound = encodeAac(20);
    return () => temp.remove();
  });

  /** Two recordings with a gap between them, each of several segments. */
  const recorded = async (video = clip): Promise<{ rig: VideoRig; exports: Exports; range: UtcRange }> => {
    const { bridge } = testBridge();
    const rig = new VideoRig({ mux: muxesOn(bridge), segmentLength: seconds(4), tracks: ['video', 'audio'] });
    await rig.connected(video.caps, sound.caps);
    const from = rig.clock.monotonic() + 1000;
    const openings: { at: number; until: number; opened?: boolean }[] = [
      { at: seconds(3), until: seconds(10) },
      { at: seconds(13), until: seconds(17) },
    ];
    let next = 0;
    rig.gate = ({ track, pts }) => {
      const opening = openings[next];
      if (track !== 'video' || !opening) return;
      if (pts >= from + opening.at && !opening.opened) {
        opening.opened = true;
        rig.open(next + 1, pts, seconds(1));
      }
      if (pts <= from + opening.until) return;
      rig.close(next + 1, (from + opening.until) as MediaTime);
      next += 1;
    };
    await rig.send(interleaved(video.units, sound.units), from);
    await rig.recorder.finished();
    const { segments } = rig.archive;
    const all = segments.between('front door', ALWAYS);
    expect(all.length).toBeGreaterThan(2);
    const range = { startUtc: all[0]!.startUtc, endUtc: all.at(-1)!.endUtc! };
    return { rig, exports: new Exports(rig.archive), range };
  };

  const bytesOf = async (movie: ExportedMovie, part = { start: 0, end: movie.length - 1 }): Promise<Buffer> =>
    Buffer.concat(await movie.read(part).toArray());

  const saved = async (movie: ExportedMovie): Promise<string> => {
    const file = join(temp.path, `${movie.version}.mp4`);
    writeFileSync(file, await bytesOf(movie));
    expect(readFileSync(file)).toHaveLength(movie.length);
    return file;
  };

  it('has every picture and all sound of the segments, as they are, with the gap closed', async () => {
    const { rig, exports, range } = await recorded();
    const movie = await exports.movie('front door', range);
    const file = await saved(movie);
    const inSegments = (track: 'v' | 'a') => rig.segments.flatMap((path) => packets(path, track));
    expect(packets(file, 'v')).toEqual(inSegments('v'));
    const heard = packets(file, 'a');
    const there = inSegments('a');
    expect(heard.every((hash) => there.includes(hash))).toBe(true);
    // At the gap and at both ends, sound that has no picture is left out.
    expect(there.length - heard.length).toBeLessThan(16);
    expect(creationTime(file)).toBe(toSecond(toIso(range.startUtc)));
    const segments = rig.archive.segments.between('front door', ALWAYS);
    const begun = segments.map(
      ({ path, startUtc }) => [join(rig.folder, 'videos', path), toSecond(toIso(startUtc))] as const,
    );
    for (const [path, start] of begun) expect(creationTime(path)).toBe(start);
    expect(movie.spans).toHaveLength(2);
    const [first, second] = movie.spans;
    expect(second!.at).toBeCloseTo((first!.endUtc - first!.startUtc) / 1e6, 3);
    const length = second!.at + (second!.endUtc - second!.startUtc) / 1e6;
    for (const duration of durations(file)) expect(Math.abs(duration - length)).toBeLessThan(0.3);
    const { pictures, complaints } = shown(file);
    // A recording that begins with an open GOP lacks what is in front of it.
    expect(complaintsOf(rig)).toEqual(expect.arrayContaining(complaints));
    expect(pictures).toHaveLength(movie.pictures);
  });

  it('begins and ends exactly where it was asked', async () => {
    const { rig, exports, range } = await recorded();
    const known = complaintsOf(rig);
    const whole = await exports.movie('front door', range);
    const wholeFile = await saved(whole);
    const all = shown(wholeFile).pictures;
    const times = timesOf(wholeFile);
    expect(times).toHaveLength(all.length);
    const inFile = (at: UtcMicros): number => {
      const span = whole.spans.findLast(({ startUtc }) => startUtc <= at)!;
      return span.at + (Math.min(at, span.endUtc) - span.startUtc) / 1e6;
    };
    for (const [what, start, end] of [
      ['between two keyframes', 1.5, 3.02],
      ['over the seam of two segments', 3.5, 5.5],
      ['within one picture of the beginning', 0.01, 2],
      ['over the gap', 5.9, 13.1],
      ['in the second part only', 11.1, 12.3],
    ] as const) {
      const at = (after: number) => (range.startUtc + seconds(after)) as UtcMicros;
      const asked = { startUtc: at(start), endUtc: at(end) };
      const movie = await exports.movie('front door', asked);
      const file = await saved(movie);
      const { pictures, complaints } = shown(file);
      expect(known, what).toEqual(expect.arrayContaining(complaints));
      // The picture that is shown at the start has begun before: a player may leave it out.
      const from = times.filter((time) => time < inFile(asked.startUtc) - 1e-4).length;
      const to = times.filter((time) => time < inFile(asked.endUtc) - 1e-4).length;
      expect([all.slice(from, to), all.slice(Math.max(0, from - 1), to)], what).toContainEqual(pictures);
      expect(movie.startUtc, what).toBe(asked.startUtc);
      expect(creationTime(file), what).toBe(toSecond(toIso(asked.startUtc)));
      const length = inFile(asked.endUtc) - inFile(asked.startUtc);
      for (const duration of durations(file)) expect(Math.abs(duration - length), what).toBeLessThan(0.05);
    }
  });

  it.skipIf(!hasChromium)('plays in Chromium, as long as it should', async () => {
    const { exports, range } = await recorded(encodeClip({ frames: 500, gop: 30 }));
    const browser = await startChromium();
    try {
      const whole = await exports.movie('front door', range);
      const inside = { startUtc: range.startUtc + seconds(1.5), endUtc: range.startUtc + seconds(4.5) } as UtcRange;
      for (const movie of [whole, await exports.movie('front door', inside)]) {
        const view = await viewInChromium(browser, await saved(movie));
        const { startUtc, endUtc, at } = movie.spans.at(-1)!;
        expect(view.ended).toBe(true);
        expect(Math.abs(view.durationSeconds - at - (endUtc - startUtc) / 1e6)).toBeLessThan(0.1);
      }
    } finally {
      await browser.close();
    }
  });

  it('is the same each time, so that any part of it can be had at any time', async () => {
    const { rig, exports, range } = await recorded();
    const part = { startUtc: (range.startUtc + seconds(1)) as UtcMicros, endUtc: range.endUtc };
    const movie = await exports.movie('front door', part);
    const again = await new Exports(rig.archive).movie('front door', part);
    expect([again.version, again.length]).toEqual([movie.version, movie.length]);
    const whole = await bytesOf(movie);
    const random = randomOf(7);
    for (let round = 0; round < 50; round++) {
      const start = Math.floor(random() * movie.length);
      const end = Math.min(movie.length - 1, start + Math.floor(random() * random() * movie.length));
      expect((await bytesOf(again, { start, end })).equals(whole.subarray(start, end + 1))).toBe(true);
    }
    const other = await exports.movie('front door', { ...part, startUtc: (part.startUtc + 1000) as UtcMicros });
    expect(other.version).not.toBe(movie.version);
  });

  it('of several videos is a zip that unpacks, with a manifest that is right', async () => {
    const { exports, range } = await recorded();
    const zip = await new ZipExports(exports).zip(['front door'], range);
    const bytes = Buffer.concat(await zip.read({ start: 0, end: zip.length - 1 }).toArray());
    expect(bytes).toHaveLength(zip.length);
    const folder = join(temp.path, 'zip');
    mkdirSync(folder);
    writeFileSync(join(folder, 'all.zip'), bytes);
    const unpack =
      'import sys,zipfile; z=zipfile.ZipFile("all.zip"); assert z.testzip() is None; z.extractall("."); print(z.namelist()[-1])';
    expect(String(execFileSync('python3', ['-c', unpack], { cwd: folder })).trim()).toBe('manifest.json');
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      videos: {
        name: string;
        files: { path: string; sha256: string; bytes: number; pictures: number; spans: unknown[] }[];
      }[];
    };
    const [video] = manifest.videos;
    expect(video!.name).toBe('front door');
    const [file] = video!.files;
    const movie = readFileSync(join(folder, file!.path));
    expect(createHash('sha256').update(movie).digest('hex')).toBe(file!.sha256);
    expect([file!.bytes, file!.spans.length]).toEqual([movie.length, 2]);
    expect(packets(join(folder, file!.path), 'v')).toHaveLength(file!.pictures);
    // Without anything that was read before, from the end to the beginning.
    const again = await new ZipExports(exports).zip(['front door'], range);
    expect(again.version).toBe(zip.version);
    for (let end = zip.length - 1; end >= 0; end -= 300_000) {
      const part = { start: Math.max(0, end - 299_999), end };
      const read = Buffer.concat(await again.read(part).toArray());
      expect(read.equals(bytes.subarray(part.start, end + 1))).toBe(true);
    }
  });

  it('says what cannot be had', async () => {
    const { exports, range } = await recorded();
    const code = (video: string, asked: UtcRange) =>
      exports.movie(video, asked).then(
        () => 'it was made',
        ({ code: told }: { code: string }) => told,
      );
    const gap = (await exports.movie('front door', range)).spans[0]!.endUtc;
    expect(await code('cellar', range)).toBe('VideoNotFound');
    expect(await code('front door', { startUtc: range.endUtc, endUtc: range.startUtc })).toBe('RangeInvalid');
    expect(await code('front door', ALWAYS)).toBe('RangeInvalid');
    const inGap = { startUtc: (gap + seconds(0.5)) as UtcMicros, endUtc: (gap + seconds(1)) as UtcMicros };
    expect(await code('front door', inGap)).toBe('NoMedia');
  });
});
