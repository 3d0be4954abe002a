import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stepOf } from '../../bench/accuracy/phases.js';
import type { PlaneInput } from '../../wasm/types.js';
import { randomOfNth, type Thing } from '../kit/motion-planes.js';
import { missing, type Run, runsOf, runsOfStory, type Story, secondsOf } from '../kit/motion-rates.js';

const TURN = 2 * Math.PI;
const name = (run: Run): string => `${run.rate} pictures a second from picture ${run.phase}`;

/** Each run's seconds are those of every other but for their edges, and begin within half a second of those at 5. */
function expectAgreement(runs: readonly Run[]): void {
  const odd: string[] = [];
  const first = runs[0]!.motion[0] ?? Number.POSITIVE_INFINITY;
  for (const run of runs) {
    for (const other of runs) {
      const lost = missing(secondsOf(run), secondsOf(other));
      if (lost.length > 0) odd.push(`${name(run)}: seconds ${lost.join(', ')}, not so ${name(other)}`);
    }
    const begins = run.motion[0] ?? Number.POSITIVE_INFINITY;
    if (first !== begins && !(Math.abs(begins - first) <= 0.5))
      odd.push(`${name(run)}: first at ${begins}, not at ${first}`);
  }
  expect(odd).toEqual([]);
}

/** Every run has motion in all of these seconds, and in none after or before them, give or take one. */
function expectSeconds(runs: readonly Run[], from: number, to: number): void {
  const all = Array.from({ length: to - from }, (_, n) => from + n);
  const odd = runs.flatMap((run) => {
    const seconds = secondsOf(run);
    const lost = all.filter((s) => !seconds.has(s));
    const beside = [...seconds].filter((s) => s < from - 1 || s > to);
    return lost.length + beside.length > 0 ? [`${name(run)}: lost ${lost.join(', ')}; false ${beside.join(', ')}`] : [];
  });
  expect(odd).toEqual([]);
}

const walker = (t: number, x: number): Thing => ({
  x: Math.round(x),
  y: 80 + Math.round(Math.sin(t * 9)),
  w: 16,
  h: 40,
});

/** Ten crossings of four seconds, one way and back; two seconds pass before each. */
const CROSSING = 4;
const PAUSE = 2;
const FIRST = 6;
const crossings: Story = (t) => {
  const nth = Math.floor((t - FIRST) / (CROSSING + PAUSE));
  const into = t - FIRST - nth * (CROSSING + PAUSE);
  if (t < FIRST || nth > 9 || into >= CROSSING) return {};
  const way = -16 + (into / CROSSING) * 336;
  return { things: [walker(t, nth % 2 === 0 ? way : 304 - way)] };
};

/** Three streaks about twice a second, gone after a fifteenth of a second: no two pictures in a row of any rate up to 15 show them. */
const streaks: Story = (t) => {
  const nth = Math.floor(t * 15 + 1e-6);
  if (t < 4 || nth % 7 > 0) return {};
  const random = randomOfNth(nth);
  const things = Array.from({ length: 3 }, () => {
    const [a, b, c] = [random(), random(), random()];
    return { x: Math.floor(a * 316), y: Math.floor(b * 130), w: 2, h: 20 + Math.floor(c * 30), level: 190 };
  });
  return { things };
};

describe('at 5, 10, 15 and 30 pictures a second, whichever picture is the first, the detector', () => {
  it('is silent over a quiet scene', () => {
    const runs = runsOfStory(() => ({}), 15);
    expect(runs.map((run) => run.pictures)).toEqual([75, 75, 75, 75, 75, 75, 150, 150, 150, 225, 225, 450]);
    expect(runs.filter((run) => run.motion.length > 0).map(name)).toEqual([]);
  });

  it('finds a walker at the same time', () => {
    const runs = runsOfStory((t) => ({ things: t < 5 || t >= 13 ? [] : [walker(t, (t - 5) * 40 - 10)] }), 18);
    expectAgreement(runs);
    expectSeconds(runs, 6, 12);
  });

  it('finds a small faint figure that sways in its place at the same time', () => {
    const sway = (t: number): Thing => ({
      x: 150 + Math.round(6 * Math.sin((t * TURN) / 1.3)),
      y: 70,
      w: 10,
      h: 30,
      darker: 20,
    });
    const runs = runsOfStory((t) => ({ things: t < 5 || t >= 15 ? [] : [sway(t)] }), 18);
    expectAgreement(runs);
    expectSeconds(runs, 6, 14);
  });

  it('finds the last of ten crossings as it does the first', () => {
    const runs = runsOfStory(crossings, FIRST + 10 * (CROSSING + PAUSE));
    expectAgreement(runs);
    const odd = runs.flatMap((run) =>
      Array.from({ length: 10 }, (_, nth) => {
        const from = FIRST + nth * (CROSSING + PAUSE);
        const during = run.motion.filter((t) => t >= from && t < from + CROSSING + PAUSE);
        const first = (during[0] ?? Number.NaN) - from;
        const last = (during.at(-1) ?? Number.NaN) - from;
        const whole = new Set(during.map((t) => Math.floor(t + 1e-6))).size;
        return first <= 1 && last >= CROSSING - 1 && last <= CROSSING + 0.5 && whole >= CROSSING - 1
          ? []
          : [`${name(run)}: crossing ${nth} from ${first} to ${last}, in ${whole} seconds`];
      }).flat(),
    );
    expect(odd).toEqual([]);
  });

  it('takes streaks that are gone after a fifteenth of a second for no motion', () => {
    const runs = runsOfStory(streaks, 20);
    expect(runs.filter((run) => run.motion.length > 0).map((run) => `${name(run)}: ${run.motion.join(', ')}`)).toEqual(
      [],
    );
  });

  it('finds someone who has been there from the first picture and moves in their place', () => {
    const runs = runsOfStory((t) => {
      const reach = t < 4 || t >= 12 ? 0 : Math.round(12 * Math.sin(((t - 4) * TURN) / 2.3));
      return {
        things: [
          { x: 150, y: 60, w: 24, h: 70 },
          { x: 150 + reach, y: 70, w: 24, h: 20, level: 60 },
        ],
      };
    }, 14);
    expectAgreement(runs);
    expectSeconds(runs, 5, 12);
  });
});

const FOOTAGE = fileURLToPath(new URL('../../../shared/footage', import.meta.url));
const clipOf = (clip: string): string => `${FOOTAGE}/${clip}/${clip}.mp4`;
const FPS = 25;
const STEPS = [5, 10, 15, 30].map((rate) => [rate, stepOf(FPS, String(rate))] as const);

function* picturesOf(clip: string, height: number): Generator<PlaneInput> {
  const [w, h] = [320, height];
  const scaled = ['-vf', `scale=${w}:${h}:flags=bilinear`, '-fps_mode', 'passthrough', '-f', 'rawvideo'];
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', clipOf(clip), ...scaled, '-pix_fmt', 'yuv420p', '-'], {
    maxBuffer: 2 ** 28,
  });
  const bytes = w * h * 1.5;
  for (let n = 0; (n + 1) * bytes <= raw.length; n++) {
    yield {
      pts: Math.round((n * 1e6) / FPS),
      width: w,
      height: h,
      strides: [w, w / 2, w / 2],
      offsets: [0, w * h, w * h * 1.25],
      data: raw.subarray(n * bytes, (n + 1) * bytes),
    };
  }
}

describe.skipIf(!existsSync(clipOf('psu_walk')))('a recorded walker (needs ../shared)', () => {
  it('is found in every whole second from 3 to 10, whichever pictures are taken', () => {
    const runs = runsOf(picturesOf('psu_walk', 242), STEPS);
    expect(runs.length).toBe(11);
    expectSeconds(runs, 3, 11);
  });
});

describe.skipIf(!existsSync(clipOf('psu_movecam')))('a recorded turn of the camera (needs ../shared)', () => {
  it('is told within a second, whichever pictures are taken', () => {
    const runs = runsOf(picturesOf('psu_movecam', 216), STEPS);
    expect(runs.length).toBe(11);
    const odd = runs.flatMap((run) => {
      const moved = run.scene.filter((s) => s.kind === 'moved' && s.began).map((s) => s.t);
      return moved[0] !== undefined && moved[0] >= 6.08 && moved[0] <= 7.08
        ? []
        : [`${name(run)}: ${moved.join(', ')}`];
    });
    expect(odd).toEqual([]);
  });
});
