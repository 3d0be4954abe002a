/**
 * Long scenes made of short clips: a person who stands still for a minute, an object that is put down, ten minutes of
 * leaves before something comes. Made of pictures in memory; left out when the clips are not there.
 */
import type { BenchResult } from '../common/result.js';
import type { Clip } from './clips.js';
import { drawn, figure, forthAndBack, noise, part, Scene } from './long-scene.js';

/** When the first visitor of the clip turns round to leave. */
const MOVES_ON = 17.8;

function standing(clip: Clip): BenchResult[] {
  const scene = new Scene(clip);
  for (const p of part(clip, 1, 12)) scene.show(p);
  const still = part(clip, 12, 12.2)[0] as Uint8Array;
  let during = 0;
  for (let i = 0; i < 300; i++) if (scene.show(still, 2)) during++;
  // What the visitor does until here is to stand, too.
  for (const p of part(clip, 12.2, MOVES_ON)) scene.show(p);
  const began = scene.seconds;
  let again = Number.NaN;
  for (const p of part(clip, MOVES_ON, 20.4)) {
    const t = scene.seconds - began;
    if (scene.show(p) && Number.isNaN(again)) again = t;
  }
  return [
    { name: 'standing 60 s', metric: 'verdicts while standing', value: during, unit: 'of 300 frames' },
    { name: 'standing 60 s', metric: 'verdict after moving on', value: again, unit: 's' },
  ];
}

function putDown(clip: Clip): BenchResult[] {
  const scene = new Scene(clip);
  const quiet = part(clip, 1, 5);
  for (const p of forthAndBack(quiet, 20)) scene.show(p);
  const box = figure(40, 36, noise(9), 30, 60);
  const began = scene.seconds;
  let last = 0;
  for (const p of forthAndBack(quiet, 60)) {
    const t = scene.seconds - began;
    if (scene.show(drawn(p.slice(), clip.width, box, 140, 100), 2)) last = t;
  }
  return [{ name: 'object put down', metric: 'last verdict after', value: last, unit: 's' }];
}

function leaves(clip: Clip): BenchResult[] {
  const scene = new Scene(clip);
  let verdicts = 0;
  for (const p of forthAndBack(part(clip, 0, 18), 600)) if (scene.show(p) && scene.seconds > 30) verdicts++;
  const began = scene.seconds;
  let found = Number.NaN;
  for (const p of part(clip, 18, 22)) {
    const t = scene.seconds - began;
    if (scene.show(p) && Number.isNaN(found)) found = t;
  }
  // A walker: a dark, textured figure of 12×30 pixels that enters at the left and crosses the foot of the trees at 9 pixels a second.
  const walker = new Scene(clip);
  const trees = part(clip, 0, 18);
  for (const p of forthAndBack(trees, 600)) walker.show(p);
  const person = figure(12, 30, noise(3), 15, 30);
  const start = walker.seconds;
  let seen = Number.NaN;
  let i = 0;
  for (const p of forthAndBack(trees, 20)) {
    const t = walker.seconds - start;
    const picture = drawn(p.slice(), clip.width, person, Math.round(i * 1.8), clip.height - 50);
    if (walker.show(picture) && Number.isNaN(seen)) seen = t;
    i++;
  }
  return [
    { name: '10 min of leaves', metric: 'frames with a verdict after 30 s', value: verdicts, unit: 'of 2850' },
    { name: '10 min of leaves', metric: 'truck found after', value: found, unit: 's' },
    { name: '10 min of leaves', metric: 'walker found after', value: seen, unit: 's' },
  ];
}

export function swallowed(clips: readonly Clip[], log: (text: string) => void): BenchResult[] {
  const visitor = clips.find((c) => c.name === 'intel_one_by_one');
  const trees = clips.find((c) => c.name === 'cdnet_fall');
  const results: BenchResult[] = [];
  if (visitor !== undefined) {
    log('standing person, object put down');
    results.push(...standing(visitor), ...putDown(visitor));
  }
  if (trees !== undefined) {
    log('ten minutes of leaves');
    results.push(...leaves(trees));
  }
  return results;
}
