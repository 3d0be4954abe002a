import { clockMinute, clockTime, dayName } from '../time/format.js';
import { MINUTE, placeOf, type Span, ticksOf } from '../time/scale.js';
import type { MotionStrip } from './archive-data.js';

export const RULER = 24;
export const LANE = 30;
/** Of the highest bar of motion, above the floor of the lane. */
const MOTION = 9;

export interface Colours {
  ink: string;
  soft: string;
  line: string;
  sunken: string;
  media: string;
  motion: string;
  accent: string;
  record: string;
}

export interface PaintedLane {
  chosen: boolean;
  ranges: readonly Span[];
  motion: readonly MotionStrip[];
  /** Recordings that somebody should look at or that are to stay. */
  marks: readonly { time: number; kind: 'unseen' | 'protected' }[];
}

export interface Painting {
  span: Span;
  now: number;
  /** What is shown; undefined while live. */
  time: number;
  hover: number | undefined;
  selection: Span | undefined;
  lanes: readonly PaintedLane[];
  colours: Colours;
  width: number;
}

type Context = CanvasRenderingContext2D;

export const paint = (context: Context, painting: Painting): void => {
  const { width, lanes, colours, span, now } = painting;
  const height = RULER + lanes.length * LANE;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colours.sunken;
  context.fillRect(0, RULER, width, height - RULER);
  paintRuler(context, painting, height);
  lanes.forEach((lane, index) => {
    paintLane(context, lane, painting, RULER + index * LANE);
  });
  paintFuture(context, placeOf(now, span, width), painting, height);
  if (painting.selection) paintSelection(context, painting.selection, painting, height);
  if (painting.hover !== undefined) upright(context, placeOf(painting.hover, span, width), height, colours.soft, 1);
  const head = placeOf(painting.time, span, width);
  upright(context, head, height, colours.accent, 2);
  context.fillStyle = colours.accent;
  context.beginPath();
  context.moveTo(head - 6, 0);
  context.lineTo(head + 6, 0);
  context.lineTo(head, 9);
  context.fill();
};

const upright = (context: Context, x: number, height: number, colour: string, width: number): void => {
  context.fillStyle = colour;
  context.fillRect(Math.round(x - width / 2), 0, width, height);
};

const paintRuler = (context: Context, { span, width, colours }: Painting, height: number): void => {
  const { step, ticks } = ticksOf(span, width, 84);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const { time, major } of ticks) {
    const x = Math.round(placeOf(time, span, width));
    context.fillStyle = colours.line;
    context.fillRect(x, RULER - 6, 1, height);
    context.fillStyle = major ? colours.ink : colours.soft;
    const words = major ? dayName(time) : step < MINUTE ? clockTime(time) : clockMinute(time);
    context.fillText(words, x + 4, RULER / 2 - 1);
  }
};

const paintLane = (context: Context, lane: PaintedLane, painting: Painting, top: number): void => {
  const { span, width, colours } = painting;
  context.fillStyle = colours.line;
  context.fillRect(0, top + LANE - 1, width, 1);
  context.globalAlpha = lane.chosen ? 1 : 0.55;
  context.fillStyle = colours.media;
  for (const range of lane.ranges) {
    const [from, to] = [placeOf(range.start, span, width), placeOf(range.end, span, width)];
    if (to >= 0 && from <= width) context.fillRect(from, top + 5, Math.max(1.5, to - from), LANE - 11);
  }
  paintMotion(context, lane, painting, top);
  for (const { time, kind } of lane.marks) {
    const x = placeOf(time, span, width);
    if (x < -6 || x > width + 6) continue;
    context.fillStyle = kind === 'protected' ? colours.accent : colours.record;
    context.beginPath();
    context.arc(x, top + 4, 2.5, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
};

/** The strongest motion of each pixel, from the floor of the lane up. */
const paintMotion = (context: Context, { motion }: PaintedLane, painting: Painting, top: number): void => {
  const { span, width, colours } = painting;
  const columns = new Uint8Array(Math.ceil(width) + 1);
  for (const { buckets, step } of motion) {
    for (const { time, energy } of buckets) {
      const from = Math.max(0, Math.floor(placeOf(time, span, width)));
      const to = Math.min(columns.length - 1, Math.max(from, Math.ceil(placeOf(time + step, span, width)) - 1));
      for (let x = from; x <= to; x++) if (energy > columns[x]!) columns[x] = energy;
    }
  }
  context.fillStyle = colours.motion;
  for (let x = 0; x < columns.length; x++) {
    const energy = columns[x]!;
    if (energy === 0) continue;
    // Little motion is to be seen, too, and much of it must not hide the recording behind.
    const height = 2 + Math.sqrt(energy / 255) * MOTION;
    context.fillRect(x, top + LANE - 6 - height, 1, height);
  }
};

const paintFuture = (context: Context, from: number, { width, colours }: Painting, height: number): void => {
  if (from >= width) return;
  const left = Math.max(0, from);
  context.save();
  context.beginPath();
  context.rect(left, RULER, width - left, height - RULER);
  context.clip();
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - height; x < width; x += 8) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.restore();
};

const paintSelection = (context: Context, range: Span, { span, width, colours }: Painting, height: number): void => {
  const [from, to] = [placeOf(range.start, span, width), placeOf(range.end, span, width)];
  context.fillStyle = colours.accent;
  context.globalAlpha = 0.22;
  context.fillRect(from, RULER, to - from, height - RULER);
  context.globalAlpha = 1;
  upright(context, from, height, colours.accent, 1);
  upright(context, to, height, colours.accent, 1);
};
