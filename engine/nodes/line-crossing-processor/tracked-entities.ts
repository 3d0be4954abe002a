import type { TrackedObject } from '../../spatial/line-crossings.js';

/** An entity of an inference event that can be followed from picture to picture. */
export interface TrackedEntity extends TrackedObject {
  readonly inferenceId: string | undefined;
}

export interface Entities {
  readonly tracked: readonly TrackedEntity[];
  /** Entities without a sequenceId or a box. */
  readonly untracked: number;
}

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The entities of an event's `inferences`. Extensions write these, so nothing about them is taken for granted. */
export const entitiesOf = (inferences: unknown): Entities => {
  const tracked: TrackedEntity[] = [];
  let untracked = 0;
  for (const inference of Array.isArray(inferences) ? inferences : []) {
    if (!isObject(inference) || inference['type'] !== 'entity') continue;
    const sequenceId = textOf(inference['sequenceId']);
    const box = boxOf(inference['entity']);
    if (sequenceId === undefined || box === undefined) untracked++;
    else tracked.push({ sequenceId, box, inferenceId: textOf(inference['inferenceId']) });
  }
  return { tracked, untracked };
};

const boxOf = (entity: unknown): TrackedObject['box'] | undefined => {
  const box = isObject(entity) ? entity['box'] : undefined;
  if (!isObject(box)) return undefined;
  const [l, t, w, h] = ['l', 't', 'w', 'h'].map((side) => box[side]);
  const known = [l, t, w, h].every((side) => typeof side === 'number' && Number.isFinite(side));
  return known ? ({ l, t, w, h } as TrackedObject['box']) : undefined;
};
