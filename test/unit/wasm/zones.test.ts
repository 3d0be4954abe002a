import { describe, expect, it } from 'vitest';
import { OfflineDetector } from '../../../wasm/detector/offline.js';
import { insidePolygon, zoneMap } from '../../../wasm/detector/zones.js';
import type { MotionSettings, Zone } from '../../../wasm/types.js';
import { PlaneScene } from '../../kit/motion-planes.js';

const left: Zone['polygon'] = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const right: Zone['polygon'] = [
  [0.5, 0],
  [1, 0],
  [1, 1],
  [0.5, 1],
];

/** Frames with motion when something of 20×40 walks on the left or on the right. */
function walk(settings: MotionSettings, side: 'left' | 'right', level = 20): { frames: number; zones: Set<unknown> } {
  const scene = new PlaneScene({ width: 320, height: 180 });
  const detector = new OfflineDetector(settings);
  const zones = new Set<unknown>();
  let frames = 0;
  for (let n = 0; n < 45; n++) {
    const things = n < 20 ? [] : [{ x: (side === 'left' ? 10 : 200) + (n - 20) * 4, y: 60, w: 20, h: 40, level }];
    const verdict = detector.judge(scene.picture(n * 200_000, n < 40 ? things : []));
    if (n < 20) expect(verdict.motion).toBe(false);
    if (!verdict.motion) continue;
    frames++;
    for (const region of (verdict.why?.regions ?? []) as { zone?: string; state: string }[]) {
      if (region.state === 'motion') zones.add(region.zone);
    }
  }
  return { frames, zones };
}

describe('zones', () => {
  it('tell inside from outside', () => {
    const arrow: Zone['polygon'] = [
      [0, 0],
      [1, 0],
      [0.5, 0.5],
      [1, 1],
      [0, 1],
    ];
    expect(insidePolygon(arrow, 0.2, 0.5)).toBe(true);
    expect(insidePolygon(arrow, 0.9, 0.5)).toBe(false);
  });

  it('leave the whole picture to the camera when there are none', () => {
    const map = zoneMap({ sensitivity: 'low' }, { width: 320, height: 180, cellsX: 80, cellsY: 45, cellStride: 80 });
    expect(map.rules).toEqual([{ name: undefined, sensitivity: 'low', minCells: 0 }]);
    expect(map.cells.every((c) => c === 1)).toBe(true);
  });

  it('look only where an include zone is, and name it', () => {
    const settings: MotionSettings = {
      sensitivity: 'medium',
      zones: [{ name: 'door', kind: 'include', polygon: left }],
    };
    const seen = walk(settings, 'left');
    expect(seen.frames).toBeGreaterThan(10);
    expect([...seen.zones]).toEqual(['door']);
    expect(walk(settings, 'right').frames).toBe(0);
  });

  it.each(['exclude', 'privacy'] as const)('do not look where an %s zone is', (kind) => {
    const settings: MotionSettings = { sensitivity: 'medium', zones: [{ name: 'x', kind, polygon: right }] };
    expect(walk(settings, 'right').frames).toBe(0);
    expect(walk(settings, 'left').frames).toBeGreaterThan(10);
  });

  it('ask for their own least size', () => {
    const zone: Zone = { name: 'far', kind: 'include', polygon: left, minimumSize: 0.2 };
    expect(walk({ sensitivity: 'medium', zones: [zone] }, 'left').frames).toBe(0);
    expect(walk({ sensitivity: 'medium', zones: [{ ...zone, minimumSize: 0.005 }] }, 'left').frames).toBeGreaterThan(
      10,
    );
  });

  it('black out in debug pictures what is not looked at', () => {
    const scene = new PlaneScene({ width: 64, height: 48 });
    const detector = new OfflineDetector({
      sensitivity: 'medium',
      zones: [{ name: 'window', kind: 'privacy', polygon: right }],
    });
    for (let n = 0; n < 3; n++) detector.judge(scene.picture(n * 200_000));
    const { rgb, width } = detector.picture();
    const at = (x: number, y: number): number => rgb[(y * width + x) * 3] as number;
    expect(at(50, 20)).toBe(0);
    expect(at(10, 20)).toBeGreaterThan(0);
  });
});
