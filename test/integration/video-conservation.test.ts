import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nalUnits } from '../../bridge/codec/annex-b.js';
import { isParameterSet, nalTypeOf } from '../../bridge/codec/nal-types.js';
import type { EncodedUnit } from '../../bridge/types.js';
import { type MediaTime, type Micros, seconds, type UtcMicros } from '../../engine/core/time.js';
import { u32 } from '../../engine/mp4/box-writer.js';
import { StoredUnits } from '../../engine/mp4/stored-units.js';
import { clipStart } from '../../engine/recording/clip-start.js';
import { testBridge } from '../kit/bridge.js';
import { type EncodedClip, encodeClip } from '../kit/encoded-clip.js';
import { encodeAac, interleaved } from '../kit/encoded-sound.js';
import { randomOf } from '../kit/motion-planes.js';
import { muxesOn } from '../kit/muxes-on.js';
import { hashOf, VideoRig } from '../kit/video-rig.js';

const SECONDS = 400;
const OPENINGS = 100;
const CLIP_SECONDS = 20;
/** Sound comes so far behind its pictures, and has not come when an opening ends. */
const SOUND_BEHIND = { open: seconds(0.06), closed: seconds(0.15) };
/** Pictures are reordered by so much. */
const REORDERED = seconds(0.14);

/** An opening, when it is asked for, and what else it waits for. */
interface Asked {
  activation: number;
  at: Micros;
  preRoll: Micros;
  length: Micros;
  /** It begins with a keyframe that has just come. */
  atKey?: boolean;
  /** It comes so many pictures behind the opening before it. */
  behind?: number;
}

it.each([
  { gop: 'open' as const, preRolls: 'the same for all' },
  { gop: 'closed' as const, preRolls: 'different, as of several gates' },
])(
  'has every picture that was let through once, however openings overlap: $gop GOPs, pre-rolls $preRolls',
  async ({ gop }) => {
    const seed = Number(process.env['SLUICE_SEED'] ?? Date.now() % 1_000_000);
    const random = randomOf(seed);
    const { bridge } = testBridge();
    const clip = withSets(
      encodeClip({
        frames: 25 * CLIP_SECONDS,
        gop: 30,
        bframes: 2,
        picture: 'test',
        ...(gop === 'open' ? { x264: 'open-gop=1' } : {}),
      }),
    );
    const sound = encodeAac(CLIP_SECONDS);
    const rig = new VideoRig({ mux: muxesOn(bridge), segmentLength: seconds(4), tracks: ['video', 'audio'] });
    await rig.connected(clip.caps, sound.caps);

    // When each opening is asked for and how long it lasts, against the camera's time.
    const openings: Asked[] = Array.from({ length: OPENINGS }, (_, index) => {
      const at = seconds(3 + random() * (SECONDS - 20));
      return {
        at,
        preRoll: seconds(gop === 'open' ? 5 : random() * 8),
        length: seconds(0.2 + random() * 6),
        activation: index + 1,
      };
    });
    // Each second one opens when the one before it has just begun, and wants more of what came before.
    if (gop === 'closed') {
      for (const [index, opening] of openings.entries()) {
        if (index % 2 === 0) continue;
        const first = openings[index - 1]!;
        Object.assign(first, { atKey: true, preRoll: 0, length: seconds(random() * (random() < 0.5 ? 0.1 : 3)) });
        Object.assign(opening, { at: first.at, behind: Math.floor(random() * 4), length: seconds(0.2 + random()) });
      }
    }
    openings.sort((a, b) => a.at - b.at);
    const open = new Map<number, MediaTime>();
    const wanted = new Set<number>();
    let since = 0;
    rig.gate = ({ track, pts: now, key }) => {
      if (track !== 'video') return;
      since++;
      for (const [activation, end] of open) {
        if (now <= end) continue;
        rig.close(activation, end);
        open.delete(activation);
      }
      const isDue = ({ at, atKey = false, behind: pictures = 0 }: Asked): boolean =>
        now >= from + at && (key || !atKey) && since >= pictures;
      while (openings[0] && isDue(openings[0])) {
        const { activation, preRoll, length } = openings.shift()!;
        since = 0;
        const trigger = now;
        const start = clipStart(rig.session.ring, (trigger - preRoll) as MediaTime)!.unit;
        spans.push({ first: start.index, end: (trigger + length) as MediaTime });
        rig.open(activation, trigger, preRoll);
        open.set(activation, (trigger + length) as MediaTime);
      }
    };
    const spans: { first: number; end: MediaTime }[] = [];
    const from = rig.clock.monotonic() + 1000;
    for (let round = 0; round * CLIP_SECONDS < SECONDS; round++) {
      const later = (unit: EncodedUnit): EncodedUnit => ({ ...unit, pts: unit.pts! + seconds(round * CLIP_SECONDS) });
      const pictures = clip.units.map((unit, index) => numbered(later(unit), round * clip.units.length + index));
      const frames = sound.units
        .map((unit, index) => behind(later(unit), Buffer.from([0, ...u32(round * sound.units.length + index)])))
        .filter(({ pts }) => pts! < seconds((round + 1) * CLIP_SECONDS));
      const units = interleaved(pictures, frames, SOUND_BEHIND[gop]);
      await rig.send(units, from);
    }
    for (const [activation, end] of open) rig.close(activation, end);
    await rig.recorder.finished();

    for (const { first, end } of spans) {
      for (const unit of rig.units) {
        if (unit.track !== 'video' || unit.index < first) continue;
        if (unit.pts > end) break;
        wanted.add(unit.index);
      }
    }
    const head = rig.units.find(({ track }) => track === 'video')!;
    const stored = StoredUnits.of('h264', head.payload)!;
    const pictures = rig.units.filter(({ track }) => track === 'video');
    // What can be decoded only with pictures that were not recorded is left out.
    const leading = (index: number): boolean => {
      const unit = pictures.find((each) => each.index === index)!;
      const key = pictures.findLast((each) => each.key && each.index <= index)!;
      const before = pictures.findLast((each) => each.index < key.index);
      return unit.pts < key.pts && (before === undefined || !wanted.has(before.index));
    };
    const expected = pictures.filter(({ index }) => wanted.has(index) && !leading(index));
    const samples = rig.samples();
    const found = samples.filter(({ track }) => track === 'video').map(({ hash }) => hash);
    const hashes = expected.map(({ payload }) => hashOf(stored.stored(payload)));
    expect(found.length, `seed ${seed}`).toBe(hashes.length);
    expect(found, `seed ${seed}`).toEqual(hashes);
    const heard = samples.filter(({ track }) => track === 'audio').map(({ hash }) => hash);
    expect(new Set(heard).size, `seed ${seed}`).toBe(heard.length);
    const spansOfTime = spans.map(({ first, end }) => ({
      start: rig.units.find((each) => each.index === first)!.pts,
      end,
    }));
    const missing = rig.units.filter(
      ({ track, pts, payload }) =>
        track === 'audio' &&
        spansOfTime.some(({ start, end }) => pts >= start && pts < end - SOUND_BEHIND[gop] - REORDERED) &&
        !heard.includes(hashOf(payload)),
    );
    expect(
      missing.map(({ index }) => index),
      `seed ${seed}`,
    ).toEqual([]);
    const { segments, media } = rig.archive;
    const rows = segments.between('front door', {
      startUtc: 0 as UtcMicros,
      endUtc: Number.MAX_SAFE_INTEGER as UtcMicros,
    });
    expect(rows.map(({ path }) => statSync(media.absolute(path)).size)).toEqual(rows.map(({ bytes }) => bytes));
    expect(rig.journal.named('DataDropped')).toEqual([]);
    expect(rig.journal.named('RecordingAvailable')).toHaveLength(OPENINGS);
  },
  300_000,
);

/** As the bridge gives them: with the parameter sets in front of each picture that decoding can begin with. */
const withSets = ({ caps, units }: EncodedClip): EncodedClip => {
  const isSet = (nal: Uint8Array): boolean => isParameterSet('h264', nalTypeOf('h264', nal));
  const sets = nalUnits(units[0]!.payload).filter(isSet);
  const start = Buffer.from([0, 0, 0, 1]);
  return {
    caps,
    units: units.map((unit) => {
      if (!unit.key || nalUnits(unit.payload).some(isSet)) return unit;
      return { ...unit, payload: Buffer.concat([...sets.flatMap((set) => [start, set]), unit.payload]) };
    }),
  };
};

/** No two pictures are the same: each has filler data with its number behind it. */
const numbered = (unit: EncodedUnit, number: number): EncodedUnit =>
  behind(unit, Buffer.from(`\0\0\0\x01\x0c${String(number).padStart(8, '0')}\x80`, 'latin1'));

const behind = (unit: EncodedUnit, more: Uint8Array): EncodedUnit => ({
  ...unit,
  payload: Buffer.concat([unit.payload, more]),
});
