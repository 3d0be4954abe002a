import { createHash } from 'node:crypto';
import { pixelAspect } from '../../bridge/filters/caps.js';
import { StillError } from '../../bridge/still-error.js';
import type { Bridge, StreamCaps } from '../../bridge/types.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { toIso, type UtcMicros } from '../core/time.js';
import type { Picture } from './picture.js';

/** A keyframe, and where it is from. */
export interface Keyframe {
  /** The same for the same keyframe, and for no other. */
  id: string;
  utc: UtcMicros;
  caps: StreamCaps;
  /** Names the camera for the bridge. */
  owner: string | undefined;
  /** The bytes with which decoding begins, up to those of the picture itself. */
  units(): Uint8Array[];
}

/** Good to look at, and small. */
const QUALITY = 80;
/** Pictures are kept up to so many bytes. */
const KEPT_BYTES = 32 * 1024 * 1024;

/**
 * Makes pictures of keyframes. Whoever asks for one that is being made gets the same, and the newest ones are kept: many viewers
 * cost one picture for each keyframe.
 */
export class StillDesk {
  readonly #bridge: Pick<Bridge, 'still'>;
  readonly #kept = new Map<string, Picture>();
  #bytes = 0;
  readonly #making = new Map<string, Promise<Picture>>();

  constructor(bridge: Pick<Bridge, 'still'>) {
    this.#bridge = bridge;
  }

  /**
   * @param width in pixels; it is never more than the stream's own
   * @throws SluiceError `NoPicture`
   */
  picture(key: Keyframe, width: number | undefined): Promise<Picture> {
    const own = ownWidth(key.caps);
    const id = `${key.id} ${Math.min(width ?? own, own)}`;
    const kept = this.#kept.get(id);
    if (kept) return Promise.resolve(kept);
    const making = this.#making.get(id) ?? this.#make(id, key, Math.min(width ?? own, own));
    this.#making.set(id, making);
    return making;
  }

  async #make(id: string, { caps, owner, utc, units }: Keyframe, width: number): Promise<Picture> {
    try {
      const spec = { caps, units: units(), width, quality: QUALITY, ...(owner === undefined ? {} : { owner }) };
      const still = await this.#bridge.still(spec);
      const picture = { ...still, time: toIso(utc), version: versionOf(id) };
      this.#keep(id, picture);
      return picture;
    } catch (error) {
      if (!(error instanceof StillError)) throw error;
      throw noPicture(messageOf(error));
    } finally {
      this.#making.delete(id);
    }
  }

  #keep(id: string, picture: Picture): void {
    this.#kept.set(id, picture);
    this.#bytes += picture.jpeg.length;
    for (const [oldest, { jpeg }] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES) return;
      this.#kept.delete(oldest);
      this.#bytes -= jpeg.length;
    }
  }
}

/** @param id the same for the same picture */
export const versionOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 16);

export const noPicture = (why: string): SluiceError =>
  new SluiceError('NoPicture', `there is no picture: ${why}`, {
    kind: 'unavailable',
    hint: 'Try again: a camera that has just connected has no picture yet, and a damaged one is followed by another.',
  });

/** Of the picture as it is shown, with square pixels. */
export const ownWidth = ({ text, width = 640 }: StreamCaps): number =>
  Math.round(width * Math.max(1, pixelAspect(text)));
