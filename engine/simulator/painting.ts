/** An I420 picture: luma, then both chroma planes at half size, no padding. Width and height are even. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A small, fast, seeded generator (mulberry32); not for secrets. Returns 0 ≤ x < 1. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/** A yard: sky, a wall with windows, textured ground. Returns I420 data. */
export const paintBackground = (width: number, height: number): Uint8Array => {
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  const random = randomFrom(7);
  const grain = Float32Array.from({ length: 64 * 64 }, () => random() - 0.5);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const texture = grain[(((y * 240) / height) & 63) * 64 + (((x * 420) / width) & 63)]!;
      data[y * width + x] = yardLuma(x / width, y / height, texture);
    }
  }
  const half = width >> 1;
  const planeU = width * height;
  const planeV = planeU + half * (height >> 1);
  for (let y = 0; y < height >> 1; y++) {
    const [u, v] = yardChroma((2 * y) / height);
    data.fill(u, planeU + y * half, planeU + (y + 1) * half);
    data.fill(v, planeV + y * half, planeV + (y + 1) * half);
  }
  return data;
};

/** Where the sky ends and where the wall does, as shares of the height. */
const SKY = 0.3;
const WALL = 0.55;

/** @param x and y as shares of width and height */
const yardLuma = (x: number, y: number, texture: number): number => {
  const isWindow = y > 0.35 && y < 0.47 && (x * 6) % 1 > 0.35 && (x * 6) % 1 < 0.7;
  if (isWindow) return 60;
  if (y < SKY) return 190 - 60 * y;
  return y < WALL ? 120 + 18 * Math.sin(x * 9) + 10 * texture : 92 + 40 * (y - WALL) + 26 * texture;
};

const yardChroma = (y: number): [u: number, v: number] => {
  if (y < SKY) return [142, 118];
  return y < WALL ? [120, 138] : [122, 126];
};

interface Figure {
  /** Centre of the feet, as shares of width and height. */
  x: number;
  y: number;
  /** Share of the picture's height. */
  height: number;
  tone: number;
  /** Steps walked so far, which determine the position of the legs. */
  step: number;
}

/** A walking person made of ellipses. Edges are anti-aliased, so that motion is sub-pixel. */
export const drawFigure = (picture: Picture, { x, y, height, tone, step }: Figure): void => {
  const tall = height * picture.height;
  const cx = x * picture.width;
  const feet = y * picture.height;
  const swing = Math.sin(step * Math.PI) * 0.12 * tall;
  ellipse(picture, cx - swing, feet - 0.22 * tall, 0.07 * tall, 0.24 * tall, tone * 0.8);
  ellipse(picture, cx + swing, feet - 0.22 * tall, 0.07 * tall, 0.24 * tall, tone * 0.8);
  ellipse(picture, cx, feet - 0.6 * tall, 0.13 * tall, 0.26 * tall, tone);
  ellipse(picture, cx, feet - 0.91 * tall, 0.08 * tall, 0.09 * tall, tone * 0.5 + 70 * (tone > 80 ? 1 : 0.4));
};

const ellipse = (picture: Picture, cx: number, cy: number, rx: number, ry: number, tone: number): void => {
  const { width, height, data } = picture;
  const soft = 1 / Math.max(1, Math.min(rx, ry));
  for (let py = Math.max(0, Math.floor(cy - ry - 1)); py <= Math.min(height - 1, Math.ceil(cy + ry + 1)); py++) {
    for (let px = Math.max(0, Math.floor(cx - rx - 1)); px <= Math.min(width - 1, Math.ceil(cx + rx + 1)); px++) {
      const distance = Math.hypot((px - cx) / rx, (py - cy) / ry);
      const cover = Math.min(1, Math.max(0, (1 - distance) / soft + 0.5));
      if (cover === 0) continue;
      const at = py * width + px;
      data[at] = data[at]! * (1 - cover) + tone * cover;
    }
  }
};

/** Adds a soft spot of light, as of headlights: there is no object. */
export const drawGlow = (
  { width, height, data }: Picture,
  { x, y, radius, gain }: { x: number; y: number; radius: number; gain: number },
): void => {
  const reach = radius * width;
  for (let py = 0; py < height; py++) {
    const dy = (py - y * height) / reach;
    if (Math.abs(dy) >= 2) continue;
    for (let px = 0; px < width; px++) {
      const dx = (px - x * width) / reach;
      const square = dx * dx + dy * dy;
      if (square >= 4) continue;
      const at = py * width + px;
      data[at] = Math.min(235, data[at]! + gain * Math.exp(-2 * square));
    }
  }
};

const TABLE = 1 << 16;

/**
 * Sensor noise: Gaussian, with a part that grows with the square root of the light (photon noise). Returns a function
 * that adds new noise to a picture. For darkness, when a camera raises its gain, use a larger `sigma`.
 */
export const paintNoise = (sigma: number, seed: number): ((picture: Picture) => void) => {
  const random = randomFrom(seed);
  const table = new Float32Array(TABLE);
  for (let i = 0; i < TABLE; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    table[i] = radius * Math.cos(angle);
    table[i + 1] = radius * Math.sin(angle);
  }
  const strength = Float32Array.from({ length: 256 }, (_, luma) => sigma * (0.5 + 0.5 * Math.sqrt(luma / 128)));
  return ({ width, height, data }) => {
    for (let y = 0; y < height; y++) {
      let at = Math.floor(random() * TABLE);
      for (let i = y * width; i < (y + 1) * width; i++) {
        const value = data[i]! + table[at++ & (TABLE - 1)]! * strength[data[i]!]! + 0.5;
        data[i] = Math.max(16, Math.min(235, value));
      }
    }
    // Weaker in the chroma planes.
    for (let i = width * height; i < data.length; ) {
      let at = Math.floor(random() * TABLE);
      for (const end = Math.min(data.length, i + (width >> 1)); i < end; i++) {
        data[i] = data[i]! + table[at++ & (TABLE - 1)]! * sigma * 0.4 + 0.5;
      }
    }
  };
};
