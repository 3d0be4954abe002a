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
 * What nobody can be better than: exact boxes and identities from the first answer in which an object was found, for as long as
 * it is in the picture. Nobody can know of it earlier; that it has gone can be seen in the picture.
 */
export function bound({ clip, detections }: Answered): Labelled[][] {
  const known = new Set<number>();
  return clip.truth.map((truth, frame) => {
    for (const { id, box } of truth) {
      if (detections[frame]?.some((one) => iou(box, one.box) >= LEAST_IOU)) known.add(id);
    }
    return truth.filter(({ id }) => known.has(id));
  });
}
