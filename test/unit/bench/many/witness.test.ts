import { describe, expect, it } from 'vitest';
import { Testimony } from '../../../../bench/many/witness.js';

const AVA = 'Microsoft.VideoAnalyzer';
const subject = (camera: number) => `/edgeModules/avaedge/livePipelines/camera-${camera}/sinks/fileSink`;
const at = (text: string): number => Date.parse(text);

describe('what the events say', () => {
  it('has what was told of, when, and of which camera', () => {
    const testimony = new Testimony(3);
    const data = { timestamp: 90 * 1_700_000_000_000 };
    testimony.add({ eventType: `${AVA}.Analytics.Inference`, subject: subject(2), data }, 1_700_000_000_700);
    testimony.add({ eventType: `${AVA}.Analytics.Inference`, subject: subject(9), data }, 1_700_000_000_700);
    expect(testimony.told).toEqual([{ camera: 1, at: 1_700_000_000_000, came: 1_700_000_000_700 }]);
  });

  it('puts the beginning and the end of clips together', () => {
    const testimony = new Testimony(2);
    const [from, to] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:15.000Z'];
    const add = (type: string, camera: number, data: Record<string, string>) =>
      testimony.add({ eventType: `${AVA}.Operational.${type}`, subject: subject(camera), data }, 0);
    add('RecordingStarted', 1, { outputLocation: '/a', startTime: from });
    add('RecordingStarted', 2, { outputLocation: '/b', startTime: to });
    add('RecordingAvailable', 1, { outputLocation: '/a', endTime: to });
    expect(testimony.clips).toEqual([{ camera: 0, from: at(from), to: at(to) }]);
  });

  it('counts by cause how often detection was not what it should be', () => {
    const testimony = new Testimony(2);
    for (const cause of ['detectorBusy', 'insensitive', 'detectorBusy']) {
      testimony.add({ eventType: 'Sluice.Diagnostics.DetectionDegraded', subject: subject(1), data: { cause } }, 0);
    }
    expect(testimony.degraded).toEqual(
      new Map([
        ['detectorBusy', 2],
        ['insensitive', 1],
      ]),
    );
    expect(testimony.types.get('Sluice.Diagnostics.DetectionDegraded')).toBe(3);
  });
});
