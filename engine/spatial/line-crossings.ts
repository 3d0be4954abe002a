import type { MediaTime } from '../core/time.js';
import { type Box, type Focus, focusOf, marginOf, NO_REACH, type Point, type Reach } from './geometry.js';
import { type Direction, type Line, LinePassage, OrderedLine, type Passed } from './line-passage.js';
import { Recent, type RecentLimits } from './recent.js';

/** An object that a tracker follows from picture to picture. */
export interface TrackedObject {
  readonly sequenceId: string;
  readonly box: Box;
}

/** Crossings of a line since the beginning. */
export interface LineTotals {
  readonly clockwise: number;
  readonly counterclockwise: number;
}

export interface Crossing<T extends TrackedObject = TrackedObject> {
  readonly line: string;
  readonly direction: Direction;
  readonly object: T;
  /** This crossing included. */
  readonly totals: LineTotals;
}

export interface LineCrossingOptions extends RecentLimits {
  /** Default: bottomCenter, where an object touches the ground. */
  readonly focus?: Focus;
}

interface Followed {
  point: Point | undefined;
  readonly passages: readonly LinePassage[];
}

/**
 * Tracked objects in, crossings of lines out. docs/design/spatial.md has the rules; it does no I/O and reads no clock.
 */
export class LineCrossings {
  readonly #lines: readonly OrderedLine[];
  readonly #totals: LineTotals[];
  readonly #objects: Recent<Followed>;
  readonly #focus: Focus;

  constructor(lines: readonly Line[], { focus = 'bottomCenter', ...limits }: LineCrossingOptions = {}) {
    this.#lines = lines.map((line) => new OrderedLine(line));
    this.#totals = lines.map(() => ({ clockwise: 0, counterclockwise: 0 }));
    this.#objects = new Recent(limits);
    this.#focus = focus;
  }

  /** Objects that are remembered. */
  get remembered(): number {
    return this.#objects.size;
  }

  /**
   * Takes the objects of a picture, and returns the crossings that are certain now, in the order in which they happened.
   * An object that has been seen at that time or later already is passed over.
   *
   * @param least how far from a line an object must be at least to be clearly on one side.
   */
  step<T extends TrackedObject>(at: MediaTime, objects: readonly T[], least: Reach = NO_REACH): Crossing<T>[] {
    const passed = objects.flatMap((object) => this.#advance(at, object, least));
    this.#objects.forget(at);
    passed.sort((one, other) => one.passed.at - other.passed.at || one.passed.part - other.passed.part);
    return passed.map(({ line, object, passed: { direction } }) => {
      const before = this.#totals[line]!;
      const totals = { ...before, [direction]: before[direction] + 1 };
      this.#totals[line] = totals;
      return { line: this.#lines[line]!.name, direction, object, totals };
    });
  }

  #advance<T extends TrackedObject>(at: MediaTime, object: T, least: Reach) {
    const followed = this.#objects.seen(object.sequenceId, at, () => ({
      point: undefined,
      passages: this.#lines.map((line) => new LinePassage(line)),
    }));
    if (!followed) return [];
    const from = followed.point;
    const to = focusOf(object.box, this.#focus);
    const margin = marginOf(object.box, least);
    followed.point = to;
    const found: { line: number; object: T; passed: Passed }[] = [];
    for (const [line, passage] of followed.passages.entries()) {
      const passed = passage.advance(from, to, margin, at);
      if (passed) found.push({ line, object, passed });
    }
    return found;
  }
}
