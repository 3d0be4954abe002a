import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../engine/core/errors.js';

/** What the kernel knows of the energy that processors and memory have used (RAPL). */

const FOLDER = '/sys/class/powercap';
/** A package, or a part of one: `intel-rapl:0`, `intel-rapl:0:2`. AMD's have the same names. */
const ZONE = /^intel-rapl:\d+(:\d+)?$/;
const MICRO = 1e6;

export interface EnergyMeter {
  /** Joules since the meter was made. Must be asked often enough that no counter comes around twice: every few minutes. */
  joules(): number;
}

interface Zone {
  read(): number;
  /** Above it, the counter begins again. */
  range: number;
}

const number = (file: string): number => {
  const value = Number(readFileSync(file, 'latin1'));
  if (!Number.isFinite(value)) throw new Error(`${file} has no number`);
  return value;
};

/** Cores and graphics are in the package already, and `psys` is all of the machine with them; only memory is apart. */
const counts = (name: string): boolean => name.startsWith('package') || name === 'dram';

const zonesIn = (folder: string): Zone[] =>
  readdirSync(folder)
    .filter((zone) => ZONE.test(zone))
    .flatMap((zone) => {
      const path = join(folder, zone);
      if (!counts(readFileSync(join(path, 'name'), 'latin1').trim())) return [];
      return [{ read: () => number(join(path, 'energy_uj')), range: number(join(path, 'max_energy_range_uj')) }];
    });

/** A meter, or why there is none and what to do about it. @param folder where the kernel tells of it */
export const energyMeter = (folder = FOLDER): EnergyMeter | { missing: string } => {
  try {
    const zones = zonesIn(folder);
    if (zones.length === 0) return { missing: `${folder} has no energy counters of a processor (intel-rapl)` };
    const last = zones.map((zone) => zone.read());
    let micros = 0;
    const joules = (): number => {
      for (const [index, zone] of zones.entries()) {
        const now = zone.read();
        const grown = now - last[index]!;
        micros += grown < 0 ? grown + zone.range : grown;
        last[index] = now;
      }
      return micros / MICRO;
    };
    return { joules };
  } catch (error) {
    const why = messageOf(error);
    return {
      missing: why.includes('EACCES')
        ? `the energy counters in ${folder} may not be read; run as root, or make energy_uj readable`
        : `this machine does not tell what energy it uses (${folder}: intel-rapl)`,
    };
  }
};
