import type { Picture } from './painting.js';

/** Luma and both chroma values, at video levels. */
type Colour = readonly [y: number, u: number, v: number];
const WHITE: Colour = [228, 128, 128];
const RED: Colour = [74, 102, 204];
const GREY: Colour = [120, 128, 128];

/** The word, five columns a letter and one between them. */
const WORD = [
  '.###..#####..###..####.',
  '#...#...#...#...#.#...#',
  '#.......#...#...#.#...#',
  '.###....#...#...#.####.',
  '....#...#...#...#.#....',
  '#...#...#...#...#.#....',
  '.###....#....###..#....',
] as const;
const COLUMNS = WORD[0].length;
/** Width and height of the word, where the sign is 2 wide. */
const WORD_WIDTH = 1.36;
const WORD_HEIGHT = 0.62;

interface Sign {
  /** Centre, as shares of width and height. */
  x: number;
  y: number;
  /** Half its height, as a share of the picture's. */
  radius: number;
}

/** What the sign shows at a place, whose unit is half the sign's height; undefined where it is not. */
const colourAt = (x: number, y: number): Colour | undefined => {
  // A regular octagon is what two squares, one on its corner, have in common.
  const out = Math.max(Math.abs(x), Math.abs(y), (Math.abs(x) + Math.abs(y)) * Math.SQRT1_2);
  if (out > 1) return Math.abs(x) < 0.07 && y > 0 ? GREY : undefined;
  if (out > 0.92) return WHITE;
  const column = Math.floor((x / WORD_WIDTH + 0.5) * COLUMNS);
  const row = Math.floor((y / WORD_HEIGHT + 0.5) * WORD.length);
  return WORD[row]?.[column] === '#' ? WHITE : RED;
};

/** Samples across a pixel: edges are soft, so that motion is sub-pixel. */
const SAMPLES = 3;

/** A stop sign on its pole, which goes down to the edge of the picture: something that a detector of objects knows. */
export const drawStopSign = ({ width, height, data }: Picture, { x, y, radius }: Sign): void => {
  const unit = radius * height;
  const [centreX, centreY] = [x * width, y * height];
  /** Mixes colours into one plane, whose pixels are `step` pixels of the picture wide. */
  const paint = (start: number, step: number, channel: 0 | 1 | 2): void => {
    const columns = width / step;
    const [left, right] = [Math.floor((centreX - unit) / step) - 1, Math.ceil((centreX + unit) / step) + 1];
    for (let py = Math.max(0, Math.floor((centreY - unit) / step) - 1); py < height / step; py++) {
      for (let px = Math.max(0, left); px <= Math.min(columns - 1, right); px++) {
        const at = start + py * columns + px;
        let sum = 0;
        for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
          const sx = (px + ((sample % SAMPLES) + 0.5) / SAMPLES) * step;
          const sy = (py + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * step;
          sum += colourAt((sx - centreX) / unit, (sy - centreY) / unit)?.[channel] ?? data[at]!;
        }
        data[at] = sum / (SAMPLES * SAMPLES) + 0.5;
      }
    }
  };
  const luma = width * height;
  paint(0, 1, 0);
  paint(luma, 2, 1);
  paint(luma + luma / 4, 2, 2);
};
