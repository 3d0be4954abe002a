/**
 * What nodes and inference servers say to each other, whichever protocol is between them.
 *
 *   node ──Sample──► InferenceClient ──picture──► server
 *   node ◄─Answer─── InferenceClient ◄─results─── server
 */
import type { PixelFormat } from '../core/pixel-formats.js';
import type { MediaTime } from '../core/time.js';

/** One inference of AVA's schema: `{type: 'motion', motion: {box}}`, `{type: 'entity', entity: …}` … */
export type Inference = Readonly<Record<string, unknown>>;

/** How a picture is encoded for a server. */
export type ImageFormat =
  | { readonly kind: 'jpeg' /** 0 to 100. */; readonly quality: number }
  | { readonly kind: 'bmp' }
  | { readonly kind: 'png' }
  | { readonly kind: 'raw'; readonly pixelFormat: PixelFormat };

/** A picture as a server gets it. */
export interface ServerImage {
  readonly format: ImageFormat;
  /** Pixels, borders included. */
  readonly width: number;
  readonly height: number;
  /** Raw pixels only: bytes from one row to the next, of the first plane. Rows have no padding. */
  readonly strideBytes?: number;
  readonly data: Uint8Array;
}

/** A picture on its way to a server. The bytes do not change before the client has called `onAnswer` or `onLost`. */
export interface Sample {
  /** Media time of the picture. Times of a client's samples rise. */
  readonly pts: MediaTime;
  /** The same as Unix time in units of 1/90000 s: AVA's media time. */
  readonly timestamp: number;
  readonly image: ServerImage;
  /** What the nodes in front have found in it, with boxes in the picture as it is sent. */
  readonly found: readonly Inference[];
}

/** What a server has found in a picture. */
export interface Answer {
  /** In AVA's schema, with boxes as the server gave them; empty if it has found nothing. */
  readonly inferences: readonly Inference[];
  /** JSON that is not of AVA's schema, as it came. It is published, and no other node reads it. */
  readonly foreign?: Readonly<Record<string, unknown>>;
}

/** Why there is no answer for a sample. Label of a metric, so these are few and stay put. */
export type LossCause =
  /** No answer within the time limit. */
  | 'timeout'
  /** The server does not answer at all, or has closed the connection. */
  | 'connection'
  /** It has refused: a status other than success. */
  | 'refused'
  /** It has asked to be left alone for a while. */
  | 'backoff'
  /** The answer is larger than is read. */
  | 'answerTooLarge'
  /** The answer breaks the protocol. */
  | 'badAnswer'
  /** It does not fit into the shared memory or a message. */
  | 'pictureTooLarge'
  /** The server has answered later samples, and this one will have no answer. */
  | 'skippedByServer'
  /** The node stops. */
  | 'stopped';

/** What is wrong with a server. */
export interface Trouble {
  /**
   * - `network`, `tls`: it cannot be reached
   * - `authentication`, `authorization`: it refuses the credentials, or refuses although it knows them
   * - `protocol`: it does not keep to the contract, or refuses with a status
   */
  readonly kind: 'network' | 'tls' | 'authentication' | 'authorization' | 'protocol';
  /** `401`, `ECONNREFUSED`, `INVALID_ARGUMENT`, `timeout` … */
  readonly code: string;
  /** What happened and what to do; no credentials. */
  readonly message: string;
  /** When the client tries again, if it waits. */
  readonly retryInMs?: number;
}

export interface ClientHandlers {
  /** Exactly one of `onAnswer` and `onLost` is called for each sample that was sent. */
  onAnswer(sample: Sample, answer: Answer): void;
  onLost(sample: Sample, cause: LossCause): void;
  /** Another sample may be sent now; see `InferenceClient.ready`. */
  onReady(): void;
  /** Something is wrong. Told once, and again only if something else is wrong or after `onRecovered`. */
  onTrouble(trouble: Trouble): void;
  /** The server answers again. */
  onRecovered(): void;
}

/**
 * The connection of one node to its server. It never throws because of what a server does, and keeps trying until it is
 * stopped. What it cannot send it does not keep: the node always has a newer picture.
 */
export interface InferenceClient {
  /** Called once, before everything else. */
  start(handlers: ClientHandlers): void;
  /** Whether a sample may be sent now. False while enough are under way, and while the server is away. */
  readonly ready: boolean;
  /** Samples that are under way. */
  readonly pending: number;
  /** Only while `ready`. Handlers may be called before it returns. */
  send(sample: Sample): void;
  /** Resolves when everything is closed. Samples under way are lost as `stopped`. May be called more than once. */
  stop(): Promise<void>;
}
