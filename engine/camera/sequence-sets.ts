import { sequenceSets } from '../../bridge/index.js';

/**
 * The sequence parameter sets of one epoch. A file and a decoder get them once, at the beginning. They can change
 * without new caps: when somebody changes the camera's number of reference pictures, for example, or when bytes are
 * damaged on the way. Picture parameter sets are ignored here: they may change with every keyframe and travel with the
 * pictures.
 *
 * Sets are compared by content, not by number or order. The first keyframe of a connection often has those of the SDP
 * besides its own, and some cameras do not send them with every keyframe.
 */
export class SequenceSets {
  #known: ReadonlySet<string> = new Set();

  /** Forgets the sets: those of the next keyframe are the first of an epoch. */
  forget(): void {
    this.#known = new Set();
  }

  /** Takes a keyframe. @returns whether it has a set that the epoch did not begin with, and so begins another epoch. */
  changedBy(keyframe: Uint8Array, mediaType: string): boolean {
    const brought = sequenceSets(keyframe, mediaType).map(contentOf);
    if (brought.every((set) => this.#known.has(set))) return false;
    const changed = this.#known.size > 0;
    this.#known = new Set(brought);
    return changed;
  }
}

const contentOf = (set: Uint8Array): string =>
  Buffer.from(set.buffer, set.byteOffset, set.byteLength).toString('latin1');
