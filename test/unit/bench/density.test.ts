import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordOnMotion, TOPOLOGY_NAME } from '../../../bench/common/topology.js';
import { cpuMicrosOf, machineTicks, rollupBytes, statField, usageOf } from '../../../bench/density/processes.js';
import { sumFamilies } from '../../../bench/density/service.js';
import { roleOf } from '../../../bench/density/sluice.js';
import type { Sample } from '../../../bench/density/subject.js';
import {
  bound,
  describeSubject,
  median,
  memoryAllowance,
  memoryPerCamera,
  ratio,
} from '../../../bench/density/summary.js';
import { resolvePipeline, validateTopology } from '../../kit/topology.js';

const sample = (subject: string, cameras: number, cpuMicros: number, rssBytes = 0): Sample => ({
  subject,
  cameras,
  seconds: 10,
  idleShare: 0.5,
  groups: { engine: { processes: 1, threads: 3, cpuMicros, rssBytes, pssBytes: rssBytes } },
  work: { units: 250 * cameras },
});

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
    expect(machineTicks('cpu  10 1 5 80 4 0 0 0 7 0\ncpu0 1 1 1 1\n')).toEqual({ idle: 84, all: 100 });
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

describe('the summary', () => {
  it('takes ratios per camera and within a round', () => {
    const rounds = [
      { samples: [sample('a', 32, 3200), sample('b', 8, 400)] },
      { samples: [sample('a', 32, 9600), sample('b', 8, 800)] },
      { samples: [sample('a', 32, 6400), sample('b', 8, 100)] },
    ];
    // 2, 3 and 16; the ratio of the medians would be 4.
    expect(ratio(rounds, { subject: 'a', cameras: 32 }, { subject: 'b', cameras: 8 })).toBe(3);
    expect(ratio(rounds, { subject: 'a', cameras: 32 }, { subject: 'c', cameras: 8 })).toBeNaN();
  });

  it('gives percent of a core per camera, and of no cameras the whole', () => {
    const of = (cameras: number, cpu: number) => {
      const rounds = [{ samples: [sample('a', cameras, cpu)] }];
      return describeSubject(rounds, { subject: 'a', cameras }).find(({ metric }) => metric === 'CPU per camera')
        ?.value;
    };
    expect(of(4, 400_000)).toBe(1);
    expect(of(0, 400_000)).toBe(4);
  });

  it('counts memory against the process without cameras', () => {
    const rounds = [{ samples: [sample('a', 10, 1, 150e6), sample('idle', 0, 1, 100e6)] }];
    expect(memoryPerCamera(rounds, { subject: 'a', cameras: 10 }, { subject: 'idle', cameras: 0 })).toBe(5);
    expect(memoryAllowance({ bitsPerSecond: 800_000, gopSeconds: 2, preRollSeconds: 5 })).toBeCloseTo(4.05);
  });

  it('says whether a bound is met, missed or not measured', () => {
    expect(bound('x', 'CPU', 2.2, 2.2, '×').metric).toContain('met');
    expect(bound('x', 'CPU', 2.3, 2.2, '×').metric).toContain('MISSED');
    expect(bound('x', 'CPU', Number.NaN, 2.2, '×').metric).toContain('not measured');
  });

  it('takes the middle of the samples', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('what is asked of the engine', () => {
  it('is a valid topology', () => {
    const topology = recordOnMotion({ decodePolicy: 'fps:5', preRollSeconds: 5, eventAggregationWindow: 'PT0S' });
    const read = validateTopology(topology);
    expect(read.problems).toEqual([]);
    expect(read.topology?.name).toBe(TOPOLOGY_NAME);
    const parameters = [{ name: 'rtspUrl', value: 'rtsp://127.0.0.1/a' }];
    expect(resolvePipeline(read.topology!, { name: 'one', parameters }).problems).toEqual([]);
  });

  it('finds the role of a bridge host, and no role of others', () => {
    expect(roleOf(['node', 'main.js', '{"role":"mux","slots":1}'])).toBe('mux host');
    expect(roleOf(['node', 'main.js'])).toBe('other');
    expect(roleOf([])).toBe('other');
  });

  it('sums a metric over its labels and leaves buckets out', () => {
    const sums = sumFamilies('# HELP a b\na{c="1 2"} 3\na{c="d"} 4\nh_bucket{le="1"} 9\nh_sum 1.5\n');
    expect([...sums]).toEqual([
      ['a', 7],
      ['h_sum', 1.5],
    ]);
  });
});
