import type { Detection } from '../../wasm/types.js';
import { iou, type Labelled } from './boxes.js';
import type { TrackingClip } from './footage.js';

/** A box that is found is of the object whose box it overlaps by this much, whatever the jitter. */
const LEAST_IOU = 0.4;

interface Answered {
  clip: Pick<TrackingClip, 'truth'>;
  /** Null where nobody was asked. */
  detections: readonly (readonly Detection[] | null)[];
}

/**
 * What nobody can be better than: exact boxes and identities, from the first answer in which an object was found to the first
 * answer after it has gone. Nobody can know of it earlier, or sooner that it is gone.
 */
export function bound({ clip, detections }: Answered): Labelled[][] {
  const shown = new Map<number, Labelled>();
  return clip.truth.map((truth, frame) => {
    const answer = detections[frame];
    const there = new Map(truth.map((object) => [object.id, object]));
    if (answer) for (const id of [...shown.keys()]) if (!there.has(id)) shown.delete(id);
    const found = truth.filter(({ box }) => answer?.some((one) => iou(box, one.box) >= LEAST_IOU));
    for (const { id } of found) shown.set(id, there.get(id) as Labelled);
    for (const id of shown.keys()) shown.set(id, there.get(id) ?? (shown.get(id) as Labelled));
    return [...shown.values()].map(({ id, box }) => ({ id, box: { ...box } }));
  });
}
