import { codecOf } from '../../bridge/filters/caps.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { MediaTime } from '../core/time.js';
import type { PicturePackets } from './picture-packets.js';
import { describeTrack, type TrackDescription } from './sdp.js';
import type { TunnelSocket } from './tunnel-socket.js';

export type TunnelCamera = Pick<CameraSession, 'attach' | 'capsOf' | 'ring' | 'toUtc'>;

/** What waits for a viewer beyond this is not sent: a camera's pictures of about two seconds. */
const MOST_WAITING = 1024 * 1024;

/** The camera's newest keyframe as a track; undefined while there is none, and if its pictures are not H.264. */
export const trackOf = (camera: TunnelCamera): TrackDescription | undefined => {
  const key = camera.ring.lastKeyframe();
  const caps = key && camera.capsOf(key.epoch);
  return key && caps && codecOf(caps.mediaType) === 'h264' ? describeTrack(key.payload) : undefined;
};

export interface PicturesHandlers {
  /** The camera's stream is no longer what the viewer has been told. */
  onChanged(): void;
  /** Nobody reads the camera any more. */
  onClosed(): void;
}

/** Sends a camera's pictures to one viewer: the present GOP at once, then each as it comes. */
export class ViewerPictures {
  readonly #camera: TunnelCamera;
  readonly #socket: TunnelSocket;
  readonly #packets: PicturePackets;
  readonly #track: TrackDescription;
  readonly #told: PicturesHandlers;
  #detach: (() => void) | undefined;
  #epoch = -1;
  #first: MediaTime | undefined;
  /** The GOP with which the viewer begins has been sent. */
  #begun = false;
  #skipping = false;
  /** What may wait: more at the beginning, when a whole GOP is sent at once. */
  #allowance = MOST_WAITING;

  constructor(
    camera: TunnelCamera,
    socket: TunnelSocket,
    packets: PicturePackets,
    track: TrackDescription,
    handlers: PicturesHandlers,
  ) {
    this.#camera = camera;
    this.#socket = socket;
    this.#packets = packets;
    this.#track = track;
    this.#told = handlers;
  }

  /** Nothing happens if it has started. */
  start(): void {
    if (this.#detach) return;
    const { ring } = this.#camera;
    this.#detach = this.#camera.attach(
      { watches: true, onUnit: (unit) => this.#unit(unit), onClosed: () => this.#told.onClosed() },
      0,
    );
    for (let index = ring.lastKeyframe()?.index ?? ring.nextIndex; index < ring.nextIndex; index++) {
      const unit = ring.at(index);
      if (unit) this.#unit(unit);
    }
    this.#allowance = this.#socket.bufferedAmount + MOST_WAITING;
    this.#begun = true;
  }

  stop(): void {
    this.#detach?.();
    this.#detach = undefined;
  }

  #unit(unit: AccessUnit): void {
    if (unit.track !== 'video' || !this.#detach) return;
    if (unit.epoch !== this.#epoch && !this.#begin(unit)) return;
    // Pictures of an open GOP that are shown before the first one cannot be decoded.
    if (this.#first !== undefined && unit.pts < this.#first) return;
    if (this.#begun && this.#isBehind(unit)) return;
    this.#socket.send(this.#packets.of(unit, this.#camera.toUtc(unit.pts)));
  }

  /** Whoever is behind misses pictures up to the next keyframe. */
  #isBehind({ key }: AccessUnit): boolean {
    const waiting = this.#socket.bufferedAmount;
    if (waiting < MOST_WAITING) this.#allowance = MOST_WAITING;
    if (waiting > this.#allowance) this.#skipping = true;
    else if (key) this.#skipping = false;
    return this.#skipping;
  }

  /** Whether the pictures of another epoch can be sent as those before were. */
  #begin(unit: AccessUnit): boolean {
    if (!unit.key) return false;
    const caps = this.#camera.capsOf(unit.epoch);
    const track = caps && codecOf(caps.mediaType) === 'h264' ? describeTrack(unit.payload) : undefined;
    if (track?.sets !== this.#track.sets) {
      this.stop();
      this.#told.onChanged();
      return false;
    }
    this.#epoch = unit.epoch;
    this.#first = unit.pts;
    this.#skipping = false;
    return true;
  }
}
