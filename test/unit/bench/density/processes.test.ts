import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  argumentsOf,
  cpuMicrosOf,
  descendantsOf,
  familyCpuMicros,
  machineTicks,
  rollupBytes,
  statField,
  usageOf,
} from '../../../../bench/density/processes.js';

describe('what /proc says', () => {
  it('is read past names with spaces and parentheses', () => {
    const stat = `77 (a) b (c) S 5 ${Array.from({ length: 9 }, () => 0).join(' ')} 120 34 0 0 20 0 9 0`;
    expect(statField(stat, 4)).toBe(5);
    expect(cpuMicrosOf(stat)).toBe(1_540_000);
    expect(statField(stat, 20)).toBe(9);
  });

  it('tells Pss from fields that begin alike', () => {
    const text = 'Rss:              2048 kB\nPss_Dirty:           4 kB\nPss:              1000 kB\n';
    expect(rollupBytes(text, 'Pss')).toBe(1_024_000);
    expect(rollupBytes(text, 'Rss')).toBe(2_097_152);
    expect(rollupBytes(text, 'Swap')).toBeUndefined();
  });

  it('counts guest time once', () => {
    expect(machineTicks('cpu  10 1 5 77 4 1 0 2 7 0\ncpu0 1 1 1 1\n')).toEqual({
      idle: 81,
      work: 16,
      stolen: 2,
      all: 100,
    });
  });

  it.skipIf(process.platform !== 'linux')('agrees with what this process knows of itself', () => {
    const usage = usageOf(process.pid);
    const { user, system } = process.cpuUsage();
    expect(Math.abs(usage.cpuMicros - user - system)).toBeLessThan(500_000);
    expect(usage.rssBytes).toBeGreaterThan(usage.pssBytes * 0.99);
    expect(usage.threads).toBeGreaterThan(1);
    expect(readFileSync(`/proc/${process.pid}/stat`, 'latin1')).toContain(String(process.pid));
  });
});

it.skipIf(process.platform !== 'linux')('counts what children have used that have ended', () => {
  const before = familyCpuMicros(process.pid);
  // It ends when it has used so much, however busy the machine is.
  spawnSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 400_000);']);
  expect(familyCpuMicros(process.pid) - before).toBeGreaterThan(300_000);
});

it('finds children behind children', async () => {
  const child = spawn('/bin/sh', ['-c', '/bin/sh -c "sleep 60; true" & echo started; wait'], { detached: true });
  onTestFinished(() => void process.kill(-child.pid!, 'SIGKILL'));
  await once(child.stdout, 'data');
  await expect
    .poll(() => descendantsOf(process.pid).map((pid) => argumentsOf(pid).join(' ')))
    .toEqual(expect.arrayContaining([expect.stringContaining('-c /bin/sh'), '/bin/sh -c sleep 60; true', 'sleep 60']));
});
