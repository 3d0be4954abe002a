import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startMux } from '../../../../bridge/filters/mux.js';
import type { RunHandlers } from '../../../../bridge/hosts/host-process.js';
import type { StartRun } from '../../../../bridge/hosts/start-run.js';
import type { Lane } from '../../../../bridge/lanes/lane.js';
import { H264_CAPS } from '../../../kit/fake-bridge.js';
import { tempDir } from '../../../kit/temp-dir.js';
import { h264Unit } from '../../../kit/units.js';

/** A mux whose lane is as full as the test says. */
const muxWith = (lane: { waitingBytes: number }) => {
  const settled: number[] = [];
  let owner: string | undefined;
  let handlers: RunHandlers | undefined;
  const start: StartRun = (_filter, runHandlers, _packets, of) => {
    handlers = runHandlers;
    owner = of;
    return {
      lane: Object.assign(lane, { write: () => true }) as unknown as Lane,
      stop: () => {},
      settle: (bytes) => settled.push(bytes),
    };
  };
  const mux = startMux(start, { tracks: [H264_CAPS], path: join(tempDir(), 'clip.mp4'), owner: 'a camera' }, undefined);
  const write = (count: number): number => {
    let bytes = 0;
    for (let n = 0; n < count; n++) {
      const unit = h264Unit(n);
      bytes += unit.payload.byteLength;
      mux.write(unit);
    }
    return bytes;
  };
  return { settled, write, owner, end: () => handlers?.ended({ kind: 'stopped' }) };
};

describe('a clip', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says once what it had written when it had caught up', () => {
    const lane = { waitingBytes: 1000 };
    const { settled, write, owner } = muxWith(lane);
    expect(owner).toBe('a camera');
    const before = write(100);
    vi.advanceTimersByTime(3_500);
    expect(settled).toEqual([]);
    lane.waitingBytes = 0;
    const after = write(10);
    vi.advanceTimersByTime(5_000);
    expect(settled).toEqual([before + after]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has not caught up before its first unit, nor after its end', () => {
    const { settled, write, end } = muxWith({ waitingBytes: 0 });
    vi.advanceTimersByTime(3_000);
    write(1);
    end();
    vi.advanceTimersByTime(3_000);
    expect(settled).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
