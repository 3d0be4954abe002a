import type { Picture, TrackKind } from '../../bridge/index.js';
import type { PictureFeed, PictureHandlers, PictureRequest } from '../camera/pictures/types.js';
import type { CameraSession } from '../camera/session.js';
import type { AccessUnit } from '../camera/types.js';
import type { MediaTime, Micros, UtcMicros } from '../core/time.js';
import type { EventData } from '../events/definitions/index.js';
import type { CloseAction, OpenAction } from '../gate/actions.js';
import type { Inference } from '../inference/types.js';

/**
 * What a running node is connected to. A node that provides a stream has a port for it; a node that takes a stream
 * finds the ports of the nodes in front of it here. Ports hold no media: they notify readers of units that have entered
 * the camera's ring.
 */
export interface NodeLinks {
  /** Of each node in front that brings media, with the tracks that the `outputSelectors` let through. */
  readonly media: readonly MediaPort[];
  /** Of each node in front that brings pictures. */
  readonly pictures: readonly PicturePort[];
  /** Leads to the nodes behind that take events. */
  readonly events: EventOutlet;
  /** How long the nodes in front delay events deliberately, in total, in µs. */
  readonly eventDelay: Micros;
  /**
   * How far behind the newest media the nodes in front are at present, in µs, because they look at some of it later: until then,
   * nobody knows what they will have found.
   */
  eventLag(): Micros;
}

/** Encoded units of a camera's tracks. */
export interface MediaPort {
  /** Media flows only while a gate is open. Absent: always. */
  readonly gated?: boolean;
  /** The tracks that flow here. The ring may hold others. */
  readonly tracks: ReadonlySet<TrackKind>;
  /** The camera whose ring holds the units. */
  readonly session: CameraSession;
  /** Calls the reader from now on, until the returned function is called. */
  attach(reader: MediaReader): () => void;
}

export interface MediaReader {
  /** How much of the past the ring must keep for this reader, in µs. Default 0. */
  readonly span?: Micros;
  /** A gate has opened. Never called by a camera's own port, whose media has no beginning and no end. */
  open?(action: OpenAction): void;
  /**
   * A unit has entered the ring. A gate's port calls this for every unit, whether or not the gate is open. A stretch
   * that ends before the unit has been closed by then.
   */
  unit?(unit: AccessUnit): void;
  /** A unit has entered the ring that may not be asked for. It is told of with a later one, or not at all. */
  held?(): void;
  /** A stretch is over. */
  close?(action: CloseAction): void;
  /** Something was found in the media, which has reached the gate in front. */
  event?(event: NodeEvent): void;
}

/** Decoded pictures, and what the nodes in between have found in them. */
export interface PicturePort {
  /** Only pictures with something in them come. Thinning before that could leave none of a short event. */
  readonly filters?: boolean;
  /** @throws SluiceError `TooManyPictureSizes` */
  open(request: PictureRequest, handlers: FoundPictureHandlers): PictureFeed;
  /** UTC of a picture's media time. */
  toUtc(at: MediaTime): UtcMicros;
}

export interface FoundPictureHandlers extends Omit<PictureHandlers, 'onPicture'> {
  /** Called in the order of media time. The picture's bytes are valid during the call only. */
  onPicture(picture: Picture, found: Found): void;
  /** As in `PictureHandlers`; also for pictures that a node in between has held back because nothing is in them. */
  onSkipped?(pts: number): void;
}

/** What the nodes in front have found in a picture. */
export interface Found {
  /** In AVA's form; may be empty. */
  readonly inferences: readonly Inference[];
  /** Whether the extension in front has an answer for this very picture. False for those that it was not asked about. */
  readonly asked: boolean;
}

/**
 * - `inference`: something was found in the camera's media, or by the camera itself
 * - `message`: a message has arrived on a hub input
 * - `blind`: the detector cannot judge pictures at the moment; gates record what is not judged
 * - `state`: a state has changed; this is published and records nothing
 */
export type EventKind = 'inference' | 'message' | 'blind' | 'state';

/** An event on its way along an edge. */
export interface NodeEvent {
  readonly kind: EventKind;
  /** Media time of what the event is about. */
  readonly at: MediaTime;
  /** Id of the event in the journal. Recordings carry it as `correlationId`. */
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event that a node has made and that is not published yet. */
export interface MadeEvent<Type extends string = string> extends Omit<NodeEvent, 'id' | 'data'> {
  readonly eventType: Type;
  readonly data: EventData<Type>;
  readonly eventTime: UtcMicros;
}

export interface EventOutlet {
  /** Whether events cause recordings: a gate is among the nodes behind. */
  readonly records: boolean;
  /**
   * Publishes an event once for each hub output behind the node, or once without an output if there is none. Then
   * passes it to the nodes behind.
   * @returns the id of the event that was published first.
   */
  emit<Type extends string>(event: MadeEvent<Type>): string;
  /** As `EventIntake` has it, of all nodes behind. */
  coversUntil(at: MediaTime): MediaTime | undefined;
  /** Passes an event that has been published to the nodes behind. */
  handOn(event: NodeEvent): void;
}

/** The side of a node that takes events. */
export interface EventIntake {
  take(event: NodeEvent): void;
  /**
   * Of the events from this time until the returned one, none changes anything but the last. Undefined, or absent: each counts.
   */
  coversUntil?(at: MediaTime): MediaTime | undefined;
  /** The hub output through which events that reach this node are published. */
  readonly hubOutput?: string;
  /** Events that reach this node cause recordings. */
  readonly records?: boolean;
}
