import { sequenceSets } from '../../bridge/index.js';

/**
 * The sequence parameter sets of one epoch: a file and a decoder are told them once, at the beginning. A camera that is
 * set to another number of reference pictures, or whose bytes were damaged on the way, changes them without a change of
 * caps. Picture parameter sets may change from keyframe to keyframe; they travel with the pictures.
 *
 * What counts is content, not number or order: the first keyframe of a connection often brings those of the session's
 * description besides its own, and some cameras send them only now and then.
 */
export class SequenceSets {
  #known: ReadonlySet<string> = new Set();

  /** The next keyframe begins an epoch of its own, whatever it brings. */
  forget(): void {
    this.#known = new Set();
  }

  /** Looks at a keyframe. @returns whether it brings a set that the epoch did not begin with, and so begins another. */
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
