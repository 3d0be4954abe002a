import type { FailureKind } from '../failure.js';
import type { TlsOptions, VideoCodec } from '../types.js';

/** A question to a camera before the media pipeline is started: is it there, does it let us in, what does it send? */
export interface DescribeSpec {
  /** rtsp:// or rtsps://, without credentials. */
  url: string;
  transport: 'tcp' | 'http';
  credentials?: { username: string; password: string };
  tls?: TlsOptions;
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface RtspFailure {
  kind: Exclude<FailureKind, 'file' | 'internal'>;
  /** RTSP status ("401"), system error ("ECONNREFUSED"), "timeout", `redirected`, or `unsupportedVideoFormat`. */
  code: string;
  /** One sentence without credentials. */
  message: string;
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

export interface SdpMedia {
  media: 'audio' | 'video' | 'application' | string;
  /** Upper-case encoding name of the first payload type: H264, H265, JPEG, PCMA, MPEG4-GENERIC … */
  encoding: string;
  payloadType: number;
  clockRate?: number;
  fmtp: Record<string, string>;
}

export type DescribeResult =
  | {
      ok: true;
      /** Where the camera answered, without credentials: the address that it was asked at, or has redirected to. */
      url: string;
      sdp: string;
      media: SdpMedia[];
      video: { codec: VideoCodec; media: SdpMedia };
    }
  | { ok: false; failure: RtspFailure };
