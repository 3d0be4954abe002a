/** The tracker's kernels once more in plain JavaScript, one pixel after another: what the compiled ones are compared with. */

export interface Plane {
  data: Uint8Array;
  stride: number;
}

const mix = (a: number, b: number, share: number): number => a + Math.floor(((b - a) * share + 0x4000) / 32768);

/** The level between four pixels, in 1/16. */
function levelAt({ data, stride }: Plane, x: number, y: number, fx: number, fy: number): number {
  const pixel = (dx: number, dy: number): number => (data[(y + dy) * stride + x + dx] as number) * 16;
  return mix(mix(pixel(0, 0), pixel(1, 0), fx), mix(pixel(0, 1), pixel(1, 1), fx), fy);
}

export interface OracleWindow {
  levels: number[];
  slopesX: number[];
  slopesY: number[];
  mask: number[];
}

export function oracleWindow(plane: Plane, x: number, y: number, fx: number, fy: number): OracleWindow {
  const window: OracleWindow = { levels: [], slopesX: [], slopesY: [], mask: [] };
  const at = (dx: number, dy: number): number => levelAt(plane, x + dx, y + dy, fx, fy);
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      window.levels.push(at(column, row));
      window.slopesX.push(at(column + 1, row) - at(column - 1, row));
      window.slopesY.push(at(column, row + 1) - at(column, row - 1));
      window.mask.push(1);
    }
  }
  return window;
}

export function oracleMask(
  window: OracleWindow,
  background: Plane,
  [x, y, fx, fy]: [number, number, number, number],
  least: number,
): OracleWindow {
  const mask = window.levels.map((level, i) =>
    Math.abs(levelAt(background, x + (i & 7), y + (i >> 3), fx, fy) - level) > least ? 1 : 0,
  );
  const masked = (values: number[]): number[] => values.map((value, i) => value * (mask[i] as number));
  return { ...window, slopesX: masked(window.slopesX), slopesY: masked(window.slopesY), mask };
}

const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** The sums that are left in the window after it was read or masked. */
export function oracleSums({ slopesX, slopesY, mask }: OracleWindow) {
  return {
    xx: dot(slopesX, slopesX),
    xy: dot(slopesX, slopesY),
    yy: dot(slopesY, slopesY),
    pixels: mask.reduce((sum, one) => sum + one, 0),
  };
}

export function oracleCompare(window: OracleWindow, plane: Plane, x: number, y: number, fx: number, fy: number) {
  const d = window.levels.map((level, i) => levelAt(plane, x + (i & 7), y + (i >> 3), fx, fy) - level);
  return {
    dx: dot(d, window.slopesX),
    dy: dot(d, window.slopesY),
    difference: d.reduce((sum, value, i) => sum + Math.abs(value) * (window.mask[i] as number), 0),
  };
}

/** Half the size: each pixel the mean of four, rounded. */
export function oracleHalve({ data, stride }: Plane, width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const at = 2 * Math.floor(i / width) * stride + 2 * (i % width);
    const [a, b, c, d] = [at, at + 1, at + stride, at + stride + 1].map((n) => data[n] as number);
    return (a! + b! + c! + d! + 2) >> 2;
  });
}

export function oracleLearn(background: Uint8Array, picture: Uint8Array, step: number, contrast: number) {
  let changed = 0;
  const learnt = background.map((b, i) => {
    const d = (picture[i] as number) - b;
    if (Math.abs(d) > contrast) changed++;
    return b + Math.max(-step, Math.min(step, d));
  });
  return { learnt, changed };
}

export function oracleBlob(picture: Plane, background: Plane, width: number, height: number, contrast: number) {
  const sums = { count: 0, columns: 0, rows: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * picture.stride + x;
      if (Math.abs((picture.data[i] as number) - (background.data[i] as number)) <= contrast) continue;
      sums.count++;
      sums.columns += x;
      sums.rows += y;
    }
  }
  return sums;
}

export function oracleDifference(
  template: Plane,
  mask: Uint8Array,
  picture: Plane,
  size: { width: number; height: number; most: number },
): number {
  let sum = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const t = y * template.stride + x;
      const d = Math.abs((template.data[t] as number) - (picture.data[y * picture.stride + x] as number));
      if (mask[t]) sum += Math.min(size.most, d);
    }
  }
  return sum;
}
