/**
 * The bridge's interface. Times are integer microseconds and mean what the stream means by them. Views of bytes are valid
 * only during the callback that delivers them: what is to be kept must be copied.
 */

import type { KeepAliveMethod, RunFailure } from './failure.js';
import type { DecoderFallback, HardwareFinding, HardwareOptions } from './hardware.js';
import type { HostStats, IsolationChange } from './host-stats.js';
import type { Picture, PictureSpec } from './pictures.js';

export type * from './hardware.js';
export type { HostStats, IsolationChange } from './host-stats.js';
export type { Picture, PictureFormat, PictureSpec, RawFormat } from './pictures.js';

/** Why a filter (ingest, decode or encode) ended. Exactly one is reported for each start. */
export type EndReason =
  | { kind: 'stopped' } // the engine asked for it
  | { kind: 'eos' } // the stream ended by itself
  | ({ kind: 'error' } & RunFailure) // it failed; the code says exactly why
  // The host died, hung or was replaced. `retryInMs`: another start is refused for so long.
  | { kind: 'hostLost'; message: string; retryInMs?: number };

/** Which kind of track a stream is, from its media type; what is neither video nor audio is `application`. */
export type TrackKind = 'video' | 'audio' | 'application';

/** One access unit (video) or frame (audio) of an encoded stream. */
export interface EncodedUnit {
  track: TrackKind;
  /** Presentation time in µs, or null when the stream does not say. Counted from the start of the connection. */
  pts: number | null;
  dts: number | null;
  duration: number | null;
  /** Decoding can start here. */
  key: boolean;
  /** Of a `key` of a camera that refreshes its pictures piece by piece: after so many they are right. */
  settling?: number;
  /** How coarsely it is coded, if that is known: H.264's QP, of which 6 more halve what a picture costs. */
  quantiser?: number | undefined;
  /** Something was lost before it, or in it. */
  discont: boolean;
  payload: Uint8Array;
}

/** The format of a stream, read from the stream itself. */
export interface StreamCaps {
  track: TrackKind;
  /** The GStreamer caps, fixed: `video/x-h264, stream-format=(string)byte-stream, …`. */
  text: string;
  /** `video/x-h264`, `video/x-raw`, `audio/mpeg` … */
  mediaType: string;
  width?: number;
  height?: number;
  /** Frames per second if the stream says so. */
  frameRate?: number;
}

/** Whose pictures come in NAL units. */
export type NalCodec = 'h264' | 'h265';

/** `mjpeg`: each picture is a JPEG of its own. */
export type VideoCodec = NalCodec | 'mjpeg';

export interface TlsOptions {
  /** PEM certificates that are trusted instead of the system's. */
  trustedCertificates?: string[];
  ignoreHostname?: boolean;
  ignoreSignature?: boolean;
}

/** On whose behalf a filter runs. */
export interface Owned {
  /**
   * Names the camera whose media it is, the same in every spec: damaged media can kill a host, and the bridge finds out
   * whose it was. It is shown in `HostStats`, so it must hold no secrets.
   */
  owner?: string;
}

export interface IngestSpec extends Owned {
  /** rtsp:// or rtsps://, without credentials. */
  url: string;
  transport: 'tcp' | 'http';
  credentials?: { username: string; password: string };
  tls?: TlsOptions;
  /** How long the camera may take to accept a connection and a handshake. */
  connectMs?: number;
  /** How long each of its answers may take. */
  answerMs?: number;
  /** What it has hung up on before, and is not asked. */
  unwelcome?: readonly KeepAliveMethod[];
  /** `gstreamer`: in a host. `direct`: in this process, where the camera's codec allows it. */
  path?: 'gstreamer' | 'direct';
  /** Its sound is wanted as well. */
  audio?: boolean;
  /** Its ONVIF metadata is wanted as well. */
  metadata?: boolean;
}

/** What a camera has said of itself. */
export interface CameraDescription {
  /** Where it answered, without credentials: the address that it was asked at, or has redirected to. */
  url: string;
  /** Its session description, as it came. */
  sdp: string;
  /** What it sends of that, and we take. */
  video: DescribedVideo;
  /** Its sound, if that is wanted and can be taken. `caps`: as in `StreamCaps.text`. */
  audio?: { caps: string };
  /** Encodings of sound that it offers, of which none can be taken. */
  unknownAudio: string[];
  /** Its ONVIF metadata: comes if it is wanted. `unreadable`: none is wanted, or the encoding is (compressed, EXI). */
  metadata?: 'taken' | 'unreadable' | 'none';
}

export interface DescribedVideo {
  codec: VideoCodec;
  /** The parameter sets in the description, base64; none of MJPEG. */
  sets: string[];
}

/** What is missing of a camera's media since this was last told. */
export interface MediaLoss {
  /** RTP packets. */
  packets: number;
  /** Places at which they are missing. */
  spans: number;
  /** µs between what stands before each place and what stands behind it, added up. */
  micros: number;
  /** Bytes of the connection that belonged to nothing. */
  garbageBytes: number;
  /** Frames of sound and documents of metadata that came while too much of them was waiting, and were dropped. */
  overflow: number;
}

/** `noSound`: there is none, though it is wanted. `soundRate`: it is not as fast as it says. */
export type SoundFault = { code: 'noSound' | 'soundRate'; message: string };

/** What these throw is logged, once for each connection, and stops nothing. */
export interface IngestHandlers {
  /** Once, before everything else. */
  onDescribed(description: CameraDescription): void;
  onCaps(caps: StreamCaps): void;
  /** Units of audio have times on the video's timeline. */
  onUnit(unit: EncodedUnit): void;
  onSoundFault(fault: SoundFault): void;
  /** A document of the metadata that tells of events. */
  onMetadata?(document: Uint8Array): void;
  /** The camera does not send its metadata, though it offers some; why. */
  onMetadataRefused?(message: string): void;
  onLoss(loss: MediaLoss): void;
  /** A picture, or a part of one, could not be used. */
  onStray(): void;
  onEnd(reason: EndReason): void;
}

export interface Ingest {
  /** Whether what the camera sends may wait for a tenth of a second until it is handed on, which costs less. It may not, until this is called. */
  readInRounds(yes: boolean): void;
  /** Resolves when the connection is closed and the slot is free again. `onEnd` has been called by then. */
  stop(): Promise<void>;
}

export interface DecodeSpec extends Owned {
  caps: StreamCaps;
  /** What each decoded picture is turned into: one to four, all different. Anything else throws a RangeError. */
  pictures: readonly PictureSpec[];
  /** Frames per second that come out at most. The others end in the decoder, or are not decoded if no picture needs them. 0: all. */
  maxFps: number;
}

export interface DecodeHandlers {
  /**
   * Called once per entry of `DecodeSpec.pictures` for each decoded picture, in their order and with the same `pts`.
   * What it throws is logged and stops nothing.
   *
   * @param index which entry of `DecodeSpec.pictures` this is
   */
  onPicture(picture: Picture, index: number): void;
  onEnd(reason: EndReason): void;
}

export type DecodeUnit = Pick<EncodedUnit, 'pts' | 'key' | 'payload'>;

export interface Decode {
  /**
   * False: the decoder is behind and the unit was not taken; the next one taken must be a keyframe.
   *
   * @param wanted `maxFps` leaves it in
   * @param alone a keyframe behind which nothing is fed for a while: its picture comes without what would push it out
   */
  feed(unit: DecodeUnit, wanted?: boolean, alone?: boolean): boolean;
  /**
   * Whether a unit of so many bytes would be taken, by what was fed and has not been decoded. There will be, after some pictures or
   * a second without any, for a unit of any size.
   */
  hasRoomFor(bytes: number): boolean;
  /** It has decoded nearly all that it was fed: units may come as the camera sends them. */
  readonly keepsUp: boolean;
  stop(): Promise<void>;
}

/** A picture that is wanted as a JPEG. */
export interface StillSpec extends Owned {
  /** Of what is encoded, or of a decoded picture. */
  caps: StreamCaps;
  /** A keyframe; behind it, where a camera's pictures become right bit by bit, those up to the one that is wanted. Or a decoded picture. */
  units: readonly Uint8Array[];
  /** Pixels, rounded to even; the height follows from the aspect ratio at which the stream is to be shown. */
  width: number;
  /** Of the JPEG, 1 to 100. */
  quality: number;
  /** Nobody waits for it: all others come first. */
  patient?: boolean;
}

export interface Still {
  /** Its bytes are the caller's. */
  jpeg: Buffer;
  width: number;
  height: number;
}

export interface EncodeSpec extends Owned {
  /** Of sound that is no AAC, or of MJPEG; anything else ends with the error `unsupportedCaps`. */
  caps: StreamCaps;
}

/** Times are those of what was fed, without what the encoder adds. */
export interface EncodeHandlers {
  /** What it has become: AAC with its configuration, or H.264 as a byte stream with parameter sets in front of its keyframes. */
  onCaps(caps: StreamCaps): void;
  onUnit(unit: EncodedUnit): void;
  onEnd(reason: EndReason): void;
}

export interface EncodeUnit extends Pick<EncodedUnit, 'duration' | 'key' | 'payload'> {
  /** Not more than 10 s below 0. */
  pts: number;
}

export interface Encode {
  /** Small gaps in sound are filled with silence. Sound waits until there is a little of it. */
  feed(unit: EncodeUnit): void;
  /** Bytes that wait for the encoder. */
  readonly backlogBytes: number;
  /** Nothing more is fed. Resolves when all of it has come out, or it has ended otherwise; `onEnd` has been called by then. */
  finish(): Promise<void>;
  /** What has not come out does not come any more. */
  stop(): Promise<void>;
}

/** What holds hosts at most: `auto` is bubblewrap where that works. */
export type SandboxLevel = 'auto' | 'setpriv' | 'none';

export interface SandboxOptions {
  /**
   * User of the hosts when this process is root: an account, `uid` or `uid:gid`. Empty for the account `sluice-media` or,
   * if there is none, a number that no account has.
   */
  user?: string;
  level?: SandboxLevel;
}

export interface BridgeOptions {
  /** Called for every diagnostic line; messages hold no credentials. */
  onLog?(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
  /** Told again after each further death, for as long as the pauses grow. */
  onIsolation?(change: IsolationChange): void;
  /** Told for each camera that hardware cannot decode, or not any more. */
  onFallback?(fallback: DecoderFallback): void;
  slotsPerHost?: number;
  /** A host that has grown beyond this is replaced as soon as its slots are free (ingest: as they reconnect). */
  recycleRssBytes?: number;
  /** A host that has started this many filters is replaced likewise. */
  recycleStarts?: number;
  /** A host that does not answer for this long is killed. */
  hangTimeoutMs?: number;
  /** The user that hosts have when this process is root, and how much holds them at most. */
  sandbox?: SandboxOptions;
  /** Which decoders besides the processor are used. */
  hardware?: HardwareOptions;
}

/** The only way to GStreamer: camera connections, decoders and encoders, each in a child process. */
export interface Bridge {
  ingest(spec: IngestSpec, handlers: IngestHandlers): Ingest;
  /** Whether a camera takes a connection within so many milliseconds; nothing is asked of it. */
  reaches(url: string, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  decode(spec: DecodeSpec, handlers: DecodeHandlers): Decode;
  encode(spec: EncodeSpec, handlers: EncodeHandlers): Encode;
  /**
   * One picture as a JPEG, made in a decode host. Few are made at a time, and others wait; a host that has made one is quick
   * with the next.
   * @throws StillError (as a rejection)
   */
  still(spec: StillSpec): Promise<Still>;
  /** What hardware there is, and what of it decodes: tried once, in hosts, at the first decoder or here. */
  hardware(): Promise<HardwareFinding[]>;
  stats(): HostStats[];
  /** Stops every filter and host; afterwards no process is left. */
  close(): Promise<void>;
}
