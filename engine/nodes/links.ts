import type { Picture, TrackKind } from '../../bridge/index.js';
import type { PictureFeed, PictureHandlers, PictureRequest } from '../camera/pictures/types.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { MediaTime, Micros, UtcMicros } from '../core/time.js';
import type { CloseAction, OpenAction } from '../gate/actions.js';

/**
 * The edges of a running pipeline. A node that provides a stream has a port for it; a node that takes one finds the ports
 * of those in front of it in its links. Ports hold no media: they tell what has come into the camera's ring.
 */
export interface NodeLinks {
  /** Of each node in front that brings media, with the tracks that the `outputSelectors` let through. */
  readonly media: readonly MediaPort[];
  /** Of each node in front that brings pictures. */
  readonly pictures: readonly PicturePort[];
  /** The way to the nodes behind that take events. */
  readonly events: EventOutlet;
  /** How long the nodes in front hold events back on purpose, together, in µs. */
  readonly eventDelay: Micros;
}

/** Encoded units of a camera's tracks. */
export interface MediaPort {
  /** The tracks that flow here. The ring may hold others. */
  readonly tracks: ReadonlySet<TrackKind>;
  /** The camera whose ring holds the units. */
  readonly session: CameraSession;
  /** Tells the reader from now on. @returns the way to stop. */
  attach(reader: MediaReader): () => void;
}

export interface MediaReader {
  /** How much of the past the ring must keep for this reader, in µs. Default 0. */
  readonly span?: Micros;
  /** A gate has opened. Not told by a camera's own port, whose media neither begins nor ends. */
  open?(action: OpenAction): void;
  /** A unit has entered the ring. Behind a gate it lies within every open stretch. */
  unit?(unit: AccessUnit): void;
  /** A stretch is over. */
  close?(action: CloseAction): void;
}

/** Decoded pictures, and what the nodes on the way have found in them. */
export interface PicturePort {
  /** @throws SluiceError `TooManyPictureSizes` */
  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed;
  /** UTC of a picture's media time. */
  toUtc(at: MediaTime): UtcMicros;
}

export interface FoundPictureHandlers extends Omit<PictureHandlers, 'onPicture'> {
  /** @param found inferences in AVA's form, from nothing to many. The picture's bytes are valid during the call only. */
  onPicture(picture: Picture, found: readonly Inference[]): void;
}

/** One inference of AVA's schema: `{type: 'motion', motion: {box}}`, `{type: 'entity', entity: …}` … */
export type Inference = Readonly<Record<string, unknown>>;

/**
 * - `inference`: something was found in the camera's media, or by the camera itself
 * - `message`: somebody has sent a message
 * - `blind`: nothing can be found at the moment; what cannot be judged is recorded
 * - `state`: a state has changed, which is told and records nothing
 */
export type EventKind = 'inference' | 'message' | 'blind' | 'state';

/** An event on its way along an edge. */
export interface NodeEvent {
  readonly kind: EventKind;
  /** Media time of the fact. */
  readonly at: MediaTime;
  /** Id under which it is in the journal: what recordings correlate with. */
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event that a node makes. */
export interface MadeEvent extends Omit<NodeEvent, 'id'> {
  readonly eventType: string;
  readonly eventTime: UtcMicros;
}

export interface EventOutlet {
  /** Whether events cause recordings: a gate is among the nodes behind. */
  readonly records: boolean;
  /**
   * Publishes an event, once through every hub output behind the node, or once without; then hands it to the nodes behind.
   * @returns the id of the first publication.
   */
  emit(event: MadeEvent): string;
  /** Hands on an event that has been published, to the nodes behind. */
  handOn(event: NodeEvent): void;
}

/** What a node has that takes events. */
export interface EventIntake {
  take(event: NodeEvent): void;
  /** The hub output through which events are published that reach this node. */
  readonly hubOutput?: string;
  /** Events that reach this node cause recordings. */
  readonly records?: boolean;
}
