import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { energyMeter } from '../../../../bench/density/energy.js';
import { tempDir } from '../../../kit/temp-dir.js';

/** A folder as the kernel has it, with counters in µJ. */
const folderWith = (zones: Record<string, { name: string; uj: number; range?: number }>): string => {
  const folder = tempDir();
  mkdirSync(join(folder, 'intel-rapl'));
  for (const [zone, { name, uj, range = 1_000_000_000 }] of Object.entries(zones)) {
    mkdirSync(join(folder, zone));
    writeFileSync(join(folder, zone, 'name'), `${name}\n`);
    writeFileSync(join(folder, zone, 'energy_uj'), `${uj}\n`);
    writeFileSync(join(folder, zone, 'max_energy_range_uj'), `${range}\n`);
  }
  return folder;
};

const setTo = (folder: string, zone: string, uj: number): void => {
  writeFileSync(join(folder, zone, 'energy_uj'), `${uj}\n`);
};

const meterOf = (folder: string) => {
  const meter = energyMeter(folder);
  if ('missing' in meter) throw new Error(meter.missing);
  return meter;
};

describe('a meter of energy', () => {
  it('adds what processors and memory used, and nothing twice', () => {
    const folder = folderWith({
      'intel-rapl:0': { name: 'package-0', uj: 1_000_000 },
      'intel-rapl:0:0': { name: 'core', uj: 5 },
      'intel-rapl:0:1': { name: 'dram', uj: 7_000_000 },
      'intel-rapl:1': { name: 'package-1', uj: 0 },
      'intel-rapl:2': { name: 'psys', uj: 5 },
      'intel-rapl-mmio:0': { name: 'package-0', uj: 5 },
    });
    const meter = meterOf(folder);
    expect(meter.joules()).toBe(0);
    setTo(folder, 'intel-rapl:0', 3_500_000);
    setTo(folder, 'intel-rapl:0:0', 900_000_000);
    setTo(folder, 'intel-rapl:0:1', 8_000_000);
    setTo(folder, 'intel-rapl:1', 500_000);
    setTo(folder, 'intel-rapl:2', 900_000_000);
    setTo(folder, 'intel-rapl-mmio:0', 900_000_000);
    expect(meter.joules()).toBeCloseTo(4);
    expect(meter.joules()).toBeCloseTo(4);
  });

  it('goes on where a counter begins again', () => {
    const folder = folderWith({ 'intel-rapl:0': { name: 'package-0', uj: 9_000_000, range: 10_000_000 } });
    const meter = meterOf(folder);
    setTo(folder, 'intel-rapl:0', 2_000_000);
    expect(meter.joules()).toBeCloseTo(3);
    setTo(folder, 'intel-rapl:0', 1_000_000);
    expect(meter.joules()).toBeCloseTo(12);
  });

  it('says where there is nothing to read', () => {
    const none = tempDir();
    expect(energyMeter(join(none, 'powercap'))).toEqual({ missing: expect.stringContaining('does not tell') });
    expect(energyMeter(none)).toEqual({ missing: expect.stringContaining('has no energy counters') });
    const odd = folderWith({ 'intel-rapl:0': { name: 'package-0', uj: 1 } });
    rmSync(join(odd, 'intel-rapl:0', 'energy_uj'));
    expect(energyMeter(odd)).toEqual({ missing: expect.stringContaining('does not tell') });
  });
});
