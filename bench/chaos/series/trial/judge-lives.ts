import { parseDuration } from '../../../../engine/core/duration.js';
import { MICROS_PER_MS } from '../../../../engine/core/time.js';
import { AvaEvent } from '../../../../engine/events/catalogue.js';
import type { EventRecord } from '../../../../engine/events/types.js';
import type { MediaHashes } from '../../judge/media-hashes.js';
import type { JudgedSegment } from '../../judge/read-videos.js';
import { pipelineOf } from '../../judge/stories.js';
import type { Violation } from '../../report.js';
import type { Loss } from './losses.js';

/** One run of an engine under trial, from its start to the signal that ended it; ms of UTC. */
export interface Life {
  startedMs: number;
  killedMs: number;
  /** What a subscriber saw. */
  seen: readonly EventRecord[];
}

export interface LivesJudged {
  violations: Violation[];
  losses: LifeLoss[];
  /** Pictures and frames of sound that were found. */
  pictures: number;
  sound: number;
}

/** What the end of a life has cost a recording. */
export interface LifeLoss extends Loss {
  life: Life;
}

/**
 * Holds what is in the videos to what the cameras play: in each life of the engine, every camera begins its file anew, so that
 * its pictures are in the video in the order of the file, each once, and without a hole inside of a stretch, or anywhere if nothing
 * but a kill can have ended one. Sound likewise.
 */
export const judgeLives = (
  lives: readonly Life[],
  segments: readonly JudgedSegment[],
  camera: MediaHashes,
  { clipMs, isGated }: { clipMs: number; isGated(video: string): boolean },
): LivesJudged => {
  const found: LivesJudged = { violations: [], losses: [], pictures: 0, sound: 0 };
  const pictures = placesIn(camera.pictures);
  const sound = placesIn(camera.sound);
  const videos = [...new Set(segments.map(({ video }) => video))];
  for (const life of lives) {
    for (const video of videos) {
      const mine = segments.filter((each) => each.video === video && lifeOf(lives, each) === life);
      judgeOrder(mine, { pictures, sound }, isGated(video), found);
      const loss = lossOf(life, video, mine, clipMs);
      if (loss) found.losses.push(loss);
    }
  }
  return found;
};

/**
 * Times of pictures follow the camera's clock, and the last ones may be ahead of the moment of the kill: what begins before
 * the next engine has heard of any camera, and nearer to the kill, is of the one before.
 */
const lifeOf = (lives: readonly Life[], { startMs }: JudgedSegment): Life | undefined =>
  lives.findLast((life, number) => {
    const before = lives[number - 1]?.killedMs ?? life.startedMs;
    const established = life.seen.find(({ eventType }) => eventType === AvaEvent.MediaSessionEstablished);
    const heard = established ? Date.parse(established.eventTime) : life.killedMs;
    return startMs >= (before + heard) / 2;
  });

const placesIn = (hashes: readonly string[]): Map<string, number> =>
  new Map(hashes.map((hash, place) => [hash, place]));

const judgeOrder = (
  segments: readonly JudgedSegment[],
  places: { pictures: Map<string, number>; sound: Map<string, number> },
  gated: boolean,
  found: LivesJudged,
): void => {
  const broken = (rule: string, what: string): void => void found.violations.push({ rule, what });
  let last = -1;
  let lastSound = -1;
  for (const { location, continues, media } of segments) {
    for (const [index, hash] of media.pictures.entries()) {
      const place = places.pictures.get(hash);
      found.pictures++;
      if (place === undefined) {
        broken('picture.unknown', `${location}: picture ${index} is none that the camera has`);
        continue;
      }
      const goesOn = index > 0 || continues || !gated;
      if (place <= last) broken('picture.twice', `${location}: picture ${place} comes after ${last}`);
      else if (goesOn && last >= 0 && place !== last + 1)
        broken('picture.missing', `${location}: picture ${place} comes after ${last}`);
      last = place;
    }
    for (const [index, hash] of media.sound.entries()) {
      const place = places.sound.get(hash);
      found.sound++;
      if (place === undefined) {
        broken('sound.unknown', `${location} has sound that the camera has not`);
        continue;
      }
      const comes = `${location}: frame ${place} of sound comes after ${lastSound}`;
      if (place <= lastSound) broken('sound.twice', comes);
      else if ((index > 0 || continues || !gated) && lastSound >= 0 && place !== lastSound + 1)
        broken('sound.missing', comes);
      lastSound = place;
    }
  }
};

/** What is missing at the end of the recording that was open at the kill. A picture on its way from the camera counts. */
const lossOf = (
  life: Life,
  video: string,
  segments: readonly JudgedSegment[],
  clipMs: number,
): LifeLoss | undefined => {
  const { killedMs, seen } = life;
  const mine = seen.filter((event) => pipelineOf(event) === video);
  const open = new Map<string, EventRecord>();
  for (const event of mine) {
    if (event.eventType === AvaEvent.RecordingStarted) open.set(event.correlationId ?? '', event);
    if (event.eventType === AvaEvent.RecordingStopped) open.delete(event.correlationId ?? '');
  }
  const begun = [...open.values()].at(-1);
  if (!begun) return undefined;
  const startMs = Date.parse(String(begun.data.startTime));
  const preRoll = begun.data.actualPreRoll;
  const gated = typeof preRoll === 'string';
  const dueMs = gated ? startMs + (parseDuration(preRoll) ?? 0) / MICROS_PER_MS + clipMs : killedMs;
  const untilMs = Math.min(killedMs, dueMs);
  const endMs = Math.max(startMs, ...segments.map((each) => each.endMs));
  return {
    life,
    location: video,
    seconds: Math.max(0, untilMs - endMs) / 1000,
    ageMs: killedMs - Date.parse(begun.eventTime),
  };
};
