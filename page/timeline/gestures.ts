import { lengthOf, moved, type Span, timeAt, zoomed } from '../time/scale.js';

export interface GestureTarget {
  readonly span: Span;
  /** In CSS pixels. */
  readonly width: number;
  readonly now: number;
  setSpan(span: Span): void;
  hover(time: number | undefined, y: number): void;
  scrub(time: number): void;
  /** The hand is lifted; `time` is undefined if it moved the timeline instead. */
  release(time: number | undefined): void;
}

const WHEEL = 0.0016;

/**
 * What hands do on the timeline. A mouse that is dragged, and a finger on the ruler, moves the moment; a finger on the lanes
 * moves the timeline, and two zoom it. The wheel zooms, and moves where it goes sideways or Shift is held.
 */
export class Gestures {
  readonly #target: GestureTarget;
  readonly #pointers = new Map<number, number>();
  #moves: 'moment' | 'timeline' | undefined;
  #travelled = 0;

  constructor(target: GestureTarget) {
    this.#target = target;
  }

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { span, width, now } = this.#target;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (sideways !== 0) this.#target.setSpan(moved(span, (sideways / width) * lengthOf(span), now));
    else this.#target.setSpan(zoomed(span, Math.exp(event.deltaY * WHEEL), this.#time(event.offsetX), now));
  };

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const element = event.currentTarget as HTMLElement;
    element.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event.offsetX);
    this.#travelled = 0;
    const isFinger = event.pointerType === 'touch' && event.offsetY > 24;
    this.#moves = isFinger || this.#pointers.size > 1 ? 'timeline' : 'moment';
    if (this.#moves === 'moment') this.#target.scrub(this.#time(event.offsetX));
  };

  readonly move = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== 'touch') this.#target.hover(this.#time(event.offsetX), event.offsetY);
      return;
    }
    const { span, width, now } = this.#target;
    const by = event.offsetX - before;
    this.#travelled += Math.abs(by);
    if (this.#moves === 'moment') this.#target.scrub(this.#time(event.offsetX));
    else if (this.#pointers.size === 1) this.#target.setSpan(moved(span, (-by / width) * lengthOf(span), now));
    else this.#pinch(event.pointerId, before, event.offsetX);
    this.#pointers.set(event.pointerId, event.offsetX);
  };

  readonly up = (event: PointerEvent): void => {
    if (!this.#pointers.delete(event.pointerId) || this.#pointers.size > 0) return;
    const isTap = this.#moves === 'timeline' && this.#travelled < 8;
    const goesThere = event.type === 'pointerup' && (this.#moves === 'moment' || isTap);
    this.#moves = undefined;
    this.#target.release(goesThere ? this.#time(event.offsetX) : undefined);
  };

  readonly leave = (): void => this.#target.hover(undefined, 0);

  #pinch(id: number, before: number, after: number): void {
    const other = [...this.#pointers].find(([each]) => each !== id)?.[1];
    if (other === undefined) return;
    const { span, now } = this.#target;
    const factor = Math.max(8, Math.abs(before - other)) / Math.max(8, Math.abs(after - other));
    this.#target.setSpan(zoomed(span, factor, this.#time(other), now));
  }

  #time(x: number): number {
    const { span, width } = this.#target;
    return timeAt(Math.max(0, Math.min(width, x)), span, width);
  }
}
