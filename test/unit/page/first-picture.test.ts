import type { ReactiveController } from 'lit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FirstPicture } from '../../../page/parts/first-picture.js';

class Host extends EventTarget {
  readonly controllers: ReactiveController[] = [];
  readonly requestUpdate = vi.fn();

  addController(controller: ReactiveController): void {
    this.controllers.push(controller);
  }

  connect(): void {
    for (const each of this.controllers) each.hostConnected?.();
  }

  disconnect(): void {
    for (const each of this.controllers) each.hostDisconnected?.();
  }
}

const FRAME_MS = 16;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (then: () => void) => setTimeout(then, FRAME_MS));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const rig = (isLive: boolean) => {
  const host = new Host();
  const onOver = vi.fn();
  const first = new FirstPicture(host as never, () => isLive, onOver);
  host.connect();
  return { host, onOver, first };
};

it('is awaited until it has been drawn', () => {
  const { host, onOver, first } = rig(true);
  expect(first.isAwaited).toBe(true);
  host.dispatchEvent(new Event('picture'));
  vi.advanceTimersByTime(FRAME_MS);
  expect(first.isAwaited).toBe(true);
  vi.advanceTimersByTime(FRAME_MS);
  expect(first.isAwaited).toBe(false);
  expect(host.requestUpdate).toHaveBeenCalledOnce();
  host.dispatchEvent(new Event('picture'));
  vi.advanceTimersByTime(10_000);
  expect(onOver).toHaveBeenCalledOnce();
});

it('is awaited no longer where none comes', () => {
  const { host, onOver, first } = rig(true);
  vi.advanceTimersByTime(500);
  expect(first.isAwaited).toBe(false);
  expect(onOver).toHaveBeenCalledOnce();
  expect(host.requestUpdate).toHaveBeenCalledOnce();
});

it('is not awaited of the past, nor when the view is left', () => {
  const past = rig(false);
  expect(past.first.isAwaited).toBe(false);
  expect(past.onOver).toHaveBeenCalledOnce();
  const left = rig(true);
  left.host.disconnect();
  left.host.dispatchEvent(new Event('picture'));
  vi.advanceTimersByTime(10_000);
  expect(left.onOver).not.toHaveBeenCalled();
});

it('is awaited again when the view comes back', () => {
  const { host, onOver, first } = rig(true);
  host.disconnect();
  expect(first.isAwaited).toBe(false);
  host.connect();
  expect(first.isAwaited).toBe(true);
  vi.advanceTimersByTime(500);
  expect(onOver).toHaveBeenCalledOnce();
});
