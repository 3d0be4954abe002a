/** What was told of what moved. All times in ms since 1970, of one machine's clock. */
import type { Span } from '../common/spans.js';
import type { Movement } from './replayer.js';

/** An event about motion. */
export interface Told {
  camera: number;
  /** Of the picture that it is about. */
  at: number;
  /** When the event came. */
  came: number;
}

/** What was recorded. */
export interface Clip {
  camera: number;
  from: number;
  to: number;
}

export interface Verdict {
  movements: number;
  /** Of which no event told. */
  missed: readonly Movement[];
  /** Which are not in a clip from begin to end. */
  unrecorded: readonly Movement[];
  /** Of the first event of each movement: from its picture until it came. */
  afterPicture: readonly number[];
  /** Likewise, from the first picture in which something moves. */
  afterBegin: readonly number[];
  /** Events at times when nothing moves. */
  strays: readonly Told[];
}

/** Times of events and movements may differ by so much: a detector looks at five pictures a second, and holds on. */
const SLACK_MS = 1000;
/** What is left of somebody who leaves the picture shows in no detector. */
const LAST_MS = 500;

/**
 * What begins in the span (its end not included) is judged by all that was told of it, at whatever time: the first event about a
 * movement that begins just before the end is about a picture after it.
 */
export const judge = (
  all: readonly Movement[],
  told: readonly Told[],
  clips: readonly Clip[],
  [start, end]: Span,
): Verdict => {
  const within = (at: number): boolean => at >= start && at < end;
  const movements = all.filter(({ begins }) => within(begins));
  const toldOf = byCamera(told);
  const clipsOf = byCamera(clips);
  const missed: Movement[] = [];
  const unrecorded: Movement[] = [];
  const afterPicture: number[] = [];
  const afterBegin: number[] = [];
  for (const movement of movements) {
    const { camera, begins, ends } = movement;
    const first = (toldOf.get(camera) ?? [])
      .filter((event) => belongs(event, movement))
      .reduce<Told | undefined>(
        (least, event) => (least === undefined || event.at < least.at ? event : least),
        undefined,
      );
    if (first === undefined) missed.push(movement);
    else {
      afterPicture.push(first.came - first.at);
      afterBegin.push(first.came - begins);
    }
    const isIn = ({ from, to }: Clip): boolean => from <= begins && to >= ends - LAST_MS;
    if (!(clipsOf.get(camera) ?? []).some(isIn)) unrecorded.push(movement);
  }
  const movementsOf = byCamera(all);
  const strays = told.filter(
    (event) => within(event.at) && !(movementsOf.get(event.camera) ?? []).some((each) => belongs(event, each)),
  );
  return { movements: movements.length, missed, unrecorded, afterPicture, afterBegin, strays };
};

const belongs = ({ at }: Told, { begins, ends }: Movement): boolean => at >= begins - SLACK_MS && at <= ends + SLACK_MS;

const byCamera = <Item extends { camera: number }>(items: readonly Item[]): Map<number, Item[]> => {
  const found = new Map<number, Item[]>();
  for (const item of items) {
    const known = found.get(item.camera);
    if (known) known.push(item);
    else found.set(item.camera, [item]);
  }
  return found;
};
