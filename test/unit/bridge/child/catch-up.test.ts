import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CatchUp } from '../../../../bridge/child/catch-up.js';
import { tempDir } from '../../../kit/temp-dir.js';

describe('catching up', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is told once, when the file holds what it should', () => {
    const path = join(tempDir(), 'clip.mp4');
    const catchUp = new CatchUp(path);
    const then = vi.fn();
    catchUp.wait(100, then);
    vi.advanceTimersByTime(1000);
    appendFileSync(path, Buffer.alloc(99));
    vi.advanceTimersByTime(1000);
    expect(then).not.toHaveBeenCalled();
    appendFileSync(path, Buffer.alloc(1));
    vi.advanceTimersByTime(1000);
    expect(then).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not told after a stop', () => {
    const catchUp = new CatchUp('/nowhere');
    const then = vi.fn();
    catchUp.wait(0, then);
    catchUp.stop();
    vi.advanceTimersByTime(1000);
    expect(then).not.toHaveBeenCalled();
  });
});
