import { ENERGY_GRID } from '../../wasm/types.js';
import { MICROS_PER_SECOND, type Micros, seconds, type UtcMicros } from '../core/time.js';
import type { SecondOfMotion } from './day-file.js';

/** A part of the picture: fractions of it, origin top left. */
export interface Region {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A time in which something moved. */
export interface MotionSpan {
  startUtc: UtcMicros;
  endUtc: UtcMicros;
  /** The most of any field, 1 to 255. */
  energy: number;
}

/** What is closer together is one span. */
const GAP: Micros = seconds(3);

/** For each field of the grid, whether at least a third of it is in the region. */
export const fieldsOf = ({ x, y, ...size }: Region): Uint8Array => {
  const [w, h] = [Math.min(size.w, 1 - x), Math.min(size.h, 1 - y)];
  const inside = new Uint8Array(ENERGY_GRID * ENERGY_GRID);
  const part = (from: number, length: number, index: number): number =>
    Math.max(0, Math.min(from + length, (index + 1) / ENERGY_GRID) - Math.max(from, index / ENERGY_GRID)) * ENERGY_GRID;
  // A region that is smaller than a field means those that it touches.
  const least = Math.min(1 / 3, (w * h * ENERGY_GRID ** 2) / 4);
  for (let index = 0; index < inside.length; index++) {
    const share = part(x, w, index % ENERGY_GRID) * part(y, h, Math.floor(index / ENERGY_GRID));
    if (share > 0 && share >= least) inside[index] = 1;
  }
  return inside;
};

/** The greatest energy of a second, in some fields or in all. */
export const energyOf = ({ fields }: SecondOfMotion, inside?: Uint8Array): number => {
  let most = 0;
  for (let at = 0; at < fields.length; at += 2) {
    const energy = fields[at + 1]!;
    if (energy > most && (!inside || inside[fields[at]!])) most = energy;
  }
  return most;
};

/**
 * The times at which something moved in a region.
 * @param least energy from which a field counts, 1 to 255
 */
export const spansIn = (motion: Iterable<SecondOfMotion>, region: Region, least: number): MotionSpan[] => {
  const inside = fieldsOf(region);
  const found: MotionSpan[] = [];
  for (const second of motion) {
    const energy = energyOf(second, inside);
    if (energy >= least) found.push({ startUtc: second.utc, endUtc: endOf(second.utc), energy });
  }
  found.sort((a, b) => a.startUtc - b.startUtc);
  const spans: MotionSpan[] = [];
  for (const each of found) {
    const last = spans.at(-1);
    if (last && each.startUtc - last.endUtc <= GAP) {
      last.endUtc = Math.max(last.endUtc, each.endUtc) as UtcMicros;
      last.energy = Math.max(last.energy, each.energy);
    } else spans.push({ ...each });
  }
  return spans;
};

const endOf = (utc: UtcMicros): UtcMicros => (utc + MICROS_PER_SECOND) as UtcMicros;
