import type { FailureKind, KeepAliveMethod, SlowAt } from '../failure.js';

export interface RtspFailure {
  kind: Exclude<FailureKind, 'file' | 'internal'>;
  /** RTSP status ("401"), system error ("ECONNREFUSED"), "timeout", `redirected`, or `unsupportedVideoFormat`. */
  code: string;
  /** One sentence without credentials. */
  message: string;
  /** The camera was there, and was not waited for any longer. */
  slowAt?: SlowAt;
  /** There was no connection: the camera, or its RTSP server, was not there. */
  unreached?: true;
  /** The camera ended its session instead of answering this. */
  hungUpOn?: KeepAliveMethod;
}

/** One of the formats that a media line offers. */
export interface SdpFormat {
  payloadType: number;
  /** Upper case: H264, H265, JPEG, PCMA, MPEG4-GENERIC …; empty where nothing says. */
  encoding: string;
  /** RTP timestamps per second. */
  clockRate?: number;
  channels?: number;
  /** Names in lower case. */
  fmtp: Record<string, string>;
}

/** What an `m=` line and its attributes say. */
export interface SdpMedia {
  media: 'audio' | 'video' | 'application' | string;
  /** In the order of preference. None where the format is a word. */
  formats: SdpFormat[];
  /** As it is written: a URL, or what is put behind that of the session. */
  control?: string;
  /** Servers write it as they see it, ONVIF's (Streaming 5.3) as the client does: see tracks.ts. */
  direction?: 'sendonly' | 'recvonly' | 'sendrecv' | 'inactive';
}

export interface SessionDescription {
  /** Of the session as a whole. */
  control?: string;
  media: SdpMedia[];
}
