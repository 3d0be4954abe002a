/** Ten minutes of weather or traffic, and then somebody comes: found as if there had been nothing. */
import type { Box, Verdict } from '../../wasm/types.js';
import { touches } from './boxes.js';
import type { Clip } from './clips.js';
import { drawn, figure, forthAndBack, noise, part, Scene } from './long-scene.js';
import { secondsFound } from './protocol.js';
import { clouds, Grain, rain, SHADOW_SECONDS, shadow, traffic, type Weather } from './weather.js';

export interface AfterWeather {
  clip: string;
  what: string;
  /** Seconds in which the walker is found, … */
  found: number;
  /** … without what was before, … */
  before: number;
  /** … and how many there are. */
  of: number;
}

/** A quiet part of a clip, an event that follows, and when its label begins, in seconds. */
interface Place {
  quiet: [number, number];
  event: [number, number];
  label: number;
}

const PLACES: Record<string, Place> = {
  intel_one_by_one: { quiet: [0, 5], event: [5, 20.4], label: 6 },
  psu_walk: { quiet: [0, 2], event: [2, 11], label: 2.4 },
};
type Maker = (width: number, height: number) => Weather;
const MAKERS: Record<string, Maker> = { cloud: clouds, rain, traffic };
/** Noise of a camera, since the quiet part is only seconds long and would be known by heart. */
const GRAIN = 4;
const LONG = 600;
/** Without the ten minutes there is so much of it, that it is no surprise by itself. */
const SHORT = 5;
const STOP = 5;
export const SHADOW = `${STOP} s after a cloud's shadow`;
/** A box larger than so many walkers does not say where they are. */
const LARGEST = 16;

class Stage {
  readonly #clip: Clip;
  readonly #place: Place;
  readonly #scene: Scene;
  readonly #quiet: Uint8Array[];
  readonly #grain: Grain;

  constructor(clip: Clip, place: Place) {
    this.#clip = clip;
    this.#place = place;
    this.#scene = new Scene(clip);
    this.#quiet = part(clip, ...place.quiet);
    this.#grain = new Grain(clip.width * clip.height, GRAIN, noise(5));
  }

  wait(seconds: number, weather?: Weather): void {
    const began = this.#scene.seconds;
    for (const picture of forthAndBack(this.#quiet, seconds)) {
      const copy = picture.slice();
      weather?.(copy, this.#scene.seconds - began);
      this.#show(copy);
    }
  }

  #show(picture: Uint8Array): Verdict {
    this.#grain.addTo(picture);
    return this.#scene.judge(picture);
  }

  /** The clip's own event. */
  visit(): { found: number; of: number } {
    const { event, label } = this.#place;
    const began = this.#scene.seconds;
    const verdicts: number[] = [];
    for (const picture of part(this.#clip, ...event)) {
      const t = this.#scene.seconds - began;
      if (this.#show(picture).motion) verdicts.push(t + event[0]);
    }
    return secondsFound(verdicts, label, event[1]);
  }

  /** A dark, textured figure crosses the lower part; since much else moves, only a box on it counts. */
  walk(seconds: number, weather: Weather, since: number): { found: number; of: number } {
    const { width, height } = this.#clip;
    const person = figure(14, 36, noise(3), 15, 40);
    const top = height - 46;
    const began = this.#scene.seconds;
    const verdicts: number[] = [];
    for (const picture of forthAndBack(this.#quiet, seconds)) {
      const t = this.#scene.seconds - began;
      const left = Math.round(10 + t * 14);
      const copy = drawn(picture.slice(), width, person, left, top);
      weather(copy, since + t);
      const box = { l: left / width, t: top / height, w: person.width / width, h: person.height / height };
      if (isFound(this.#show(copy), box)) verdicts.push(t);
    }
    return secondsFound(verdicts, 0, seconds);
  }
}

export function isFound({ motion, boxes }: Pick<Verdict, 'motion' | 'boxes'>, object: Box): boolean {
  return motion && boxes.some((box) => touches(box, object) && box.w * box.h < LARGEST * object.w * object.h);
}

/** Quiet, then the weather for so long; it stops before the visitor comes. */
function stopped(clip: Clip, place: Place, make: Maker, seconds: number): { found: number; of: number } {
  const stage = new Stage(clip, place);
  stage.wait(10);
  stage.wait(seconds, make(clip.width, clip.height));
  stage.wait(STOP);
  return stage.visit();
}

/** The weather goes on while somebody walks through it. */
function during(clip: Clip, place: Place, make: Maker, seconds: number): { found: number; of: number } {
  const stage = new Stage(clip, place);
  const weather = make(clip.width, clip.height);
  stage.wait(10);
  stage.wait(seconds, weather);
  return stage.walk(15, weather, seconds);
}

function at(clip: Clip, place: Place): AfterWeather[] {
  const told = (what: string, after: { found: number; of: number }, before: { found: number }): AfterWeather => ({
    clip: clip.name,
    what,
    found: after.found,
    before: before.found,
    of: after.of,
  });
  const without = stopped(clip, place, clouds, 0);
  const results = [told(SHADOW, stopped(clip, place, shadow, SHADOW_SECONDS), without)];
  for (const [name, make] of Object.entries(MAKERS)) {
    results.push(told(`10 min of ${name}, ${STOP} s without`, stopped(clip, place, make, LONG), without));
    if (name === 'cloud') continue;
    results.push(
      told(`10 min of ${name}, still there`, during(clip, place, make, LONG), during(clip, place, make, SHORT)),
    );
  }
  return results;
}

export function afterWeather(clips: readonly Clip[]): AfterWeather[] {
  return clips.flatMap((clip) => {
    const place = PLACES[clip.name];
    return place === undefined ? [] : at(clip, place);
  });
}
