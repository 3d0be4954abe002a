/** What a detector saw and where, from events of the engine or from the media itself. */

export interface SeenBox {
  /** Fractions of the picture. */
  left: number;
  top: number;
  width: number;
  height: number;
  kind: 'motion' | 'object';
  /** What it is, if somebody knows. */
  label?: string;
}

/** Boxes that hold for a while. Times in ms since the epoch. */
export interface SeenAt {
  start: number;
  end: number;
  boxes: readonly SeenBox[];
}

interface Area {
  l?: unknown;
  t?: unknown;
  w?: unknown;
  h?: unknown;
}

interface Inference {
  type?: unknown;
  motion?: { box?: Area };
  entity?: { box?: Area; tag?: { value?: unknown; confidence?: unknown } };
}

/** The boxes of inferences in AVA's form. Those that lie nowhere are left out. */
export const boxesOf = (inferences: unknown): SeenBox[] => {
  if (!Array.isArray(inferences)) return [];
  return (inferences as Inference[]).flatMap((inference): SeenBox[] => {
    const { motion, entity } = inference ?? {};
    const area = motion?.box ?? entity?.box;
    const place = area && placeOf(area);
    if (!place) return [];
    if (motion?.box) return [{ ...place, kind: 'motion' }];
    const { value, confidence } = entity?.tag ?? {};
    const share = typeof confidence === 'number' ? ` ${Math.round(confidence * 100)} %` : '';
    return [{ ...place, kind: 'object', ...(typeof value === 'string' ? { label: `${value}${share}` } : {}) }];
  });
};

const placeOf = ({ l, t, w, h }: Area): Pick<SeenBox, 'left' | 'top' | 'width' | 'height'> | undefined => {
  const [left, top, width, height] = [l, t, w, h].map(Number) as [number, number, number, number];
  const isInside = [left, top, width, height].every((part) => part >= 0 && part <= 1);
  return isInside && width > 0 && height > 0 ? { left, top, width, height } : undefined;
};

/** What was seen at a moment, as it stands in the media. */
export interface SeenThen {
  time: number;
  duration: number;
  boxes: readonly SeenBox[];
}

export const seenInMedia = ({
  time,
  duration,
  payload,
}: {
  time: number;
  duration: number;
  payload: string;
}): SeenThen => {
  let boxes: SeenBox[] = [];
  try {
    boxes = boxesOf((JSON.parse(payload) as { inferences?: unknown }).inferences);
  } catch {
    // Media is not trusted: what cannot be read is not shown.
  }
  return { time, duration, boxes };
};

/** A verdict on motion is of the time since the one before, if that is not longer ago. */
const LONGEST_WINDOW = 1600;
/** And without one before, of about a picture. */
const SHORTEST_WINDOW = 250;

/**
 * When boxes are to be drawn. An object is where its box is from then on. A box of motion has everything that moved in the
 * time before it, because the detector puts the motion of a while into one event: it lies on what moves until its time.
 */
export const whenSeen = (seen: readonly SeenThen[]): SeenAt[] => {
  const ordered = [...seen].sort((a, b) => a.time - b.time);
  return ordered.flatMap(({ time, duration, boxes }, index): SeenAt[] => {
    const before = ordered[index - 1]?.time ?? Number.NEGATIVE_INFINITY;
    const start = time - before <= LONGEST_WINDOW ? before : time - SHORTEST_WINDOW;
    return [
      { start, end: time, boxes: boxes.filter(({ kind }) => kind === 'motion') },
      {
        start: time,
        end: time + Math.max(SHORTEST_WINDOW, duration),
        boxes: boxes.filter(({ kind }) => kind === 'object'),
      },
    ].filter((each) => each.boxes.length > 0);
  });
};

export const boxesAt = (seen: readonly SeenAt[], time: number): SeenBox[] =>
  seen.filter(({ start, end }) => time >= start && time < end).flatMap(({ boxes }) => boxes);
